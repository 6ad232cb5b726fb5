"""Programs, paths with their themes and policy, the people on them, and what has happened there."""

from paths.models.events import PathEvent, PathEventText
from paths.models.extra_sessions import ExtraSessions
from paths.models.imports import PeopleImport
from paths.models.invitations import INVITATION_LASTS, Invitation, InvitationQuerySet
from paths.models.memberships import Membership, MembershipQuerySet
from paths.models.paths import Path, PathQuerySet, Program, Theme, usual_description
from paths.models.program_admins import ProgramAdmin, ProgramAdminQuerySet

__all__ = [
    "INVITATION_LASTS",
    "ExtraSessions",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Path",
    "PathEvent",
    "PathEventText",
    "PathQuerySet",
    "PeopleImport",
    "Program",
    "ProgramAdmin",
    "ProgramAdminQuerySet",
    "Theme",
    "usual_description",
]
