"""Programs, paths with their themes and policy, the people on them, and what has happened there."""

from paths.models.erasures import ErasureRequest, ErasureRequestQuerySet
from paths.models.events import PathEvent, PathEventText
from paths.models.extra_sessions import ExtraSessions
from paths.models.fresh_starts import FreshStart
from paths.models.imports import PeopleImport
from paths.models.invitations import INVITATION_LASTS, Invitation, InvitationQuerySet
from paths.models.memberships import Membership, MembershipQuerySet
from paths.models.paths import Path, PathQuerySet, Program, Theme, usual_description
from paths.models.program_admins import ProgramAdmin, ProgramAdminQuerySet
from paths.models.questions import MOST_QUESTIONS, QUESTION_LENGTH, ThemeQuestion
from paths.models.role_mappings import RoleMapping, UnmappedRole
from paths.models.room_servers import RoomServer

__all__ = [
    "INVITATION_LASTS",
    "MOST_QUESTIONS",
    "QUESTION_LENGTH",
    "ErasureRequest",
    "ErasureRequestQuerySet",
    "ExtraSessions",
    "FreshStart",
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
    "RoleMapping",
    "RoomServer",
    "Theme",
    "ThemeQuestion",
    "UnmappedRole",
    "usual_description",
]
