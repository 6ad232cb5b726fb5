"""Programs, paths with their themes and policy, the people on them, and what has happened there."""

from paths.models.events import PathEvent, PathEventText
from paths.models.memberships import Membership, MembershipQuerySet
from paths.models.paths import Path, PathQuerySet, Program, Theme, usual_description

__all__ = [
    "Membership",
    "MembershipQuerySet",
    "Path",
    "PathEvent",
    "PathEventText",
    "PathQuerySet",
    "Program",
    "Theme",
    "usual_description",
]
