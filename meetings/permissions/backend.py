"""Answers Django's own user.has_perm("meetings.<action>_<kind>", obj) from the matrix."""

from django.utils import timezone

from meetings.enums import Action, Kind
from meetings.models import Meeting
from meetings.permissions import deadlines, standings
from meetings.permissions.matrix import can, codename
from paths.models import Path

RIGHTS = {f"meetings.{codename(action, kind)}": (action, kind) for action in Action for kind in Kind}


class MeetingBackend:
    """Schedule is asked of a path, the rest of a meeting. Signs nobody in."""

    def authenticate(self, request, **credentials) -> None:
        return None

    def get_user(self, user_id) -> None:
        return None

    def has_perm(self, user, perm, obj=None) -> bool:
        right = RIGHTS.get(perm)
        if right is None or obj is None or not (user.is_authenticated and user.is_active):
            return False
        action, kind = right
        if action is Action.SCHEDULE:
            return isinstance(obj, Path) and can(action, kind, standings.path_standings(user, obj))
        if not isinstance(obj, Meeting) or obj.kind != kind:
            return False
        return not deadlines.refusal(action, obj, standings.meeting_standings(user, obj), timezone.now())
