"""Loads the path or meeting of a page, or answers 404 or 403."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from meetings.enums import Action, Kind, Standing
from meetings.models import BriefPart, HeldTime, Meeting, MeetingAnswer
from meetings.permissions.deadlines import REFUSED, refusal
from meetings.permissions.matrix import can
from meetings.permissions.reassigning import reassign_refusal
from meetings.permissions.standings import meeting_standings
from paths import members
from paths.enums import Role
from paths.making_rights import Making, making
from paths.models import Path


def open_path(user, path_id, *, kind: Kind | None = None) -> Path:
    """The path if the person is on it (404 otherwise), and may schedule this kind of meeting there (403).

    Without a kind it is enough to be on it.
    """
    if kind:
        return open_path_to_schedule(user, path_id, kind=kind)[0]
    return get_object_or_404(Path.objects.visible_to(user).select_related("program"), pk=path_id)


def open_path_to_schedule(user, path_id, *, kind: Kind) -> tuple[Path, frozenset[Standing]]:
    """The path and what the person is on it (404 if nothing), if they may schedule this kind of meeting there (403)."""
    path, roles = members.path_of_reader(user, path_id)
    if path is None:
        raise Http404("No such path for this person")
    held = frozenset(Standing(role.value) for role in roles)
    if not can(Action.SCHEDULE, kind, held):
        raise PermissionDenied(str(REFUSED[Action.SCHEDULE, kind]))
    return path, held


def open_path_as_admin(user, path_id) -> Path:
    """The path if the person is an admin of it: 404 for somebody who is not on it, 403 for whoever else is."""
    path, roles = members.path_of_member(user.pk, path_id)
    if path is None:
        raise Http404("No such path for this person")
    if Role.ADMIN not in roles:
        raise PermissionDenied(_("Only an admin of this path can see this."))
    return path


def open_new_path(user) -> Making:
    """What the person may do about new paths; 403 for whoever may not make any."""
    may = making(user)
    if not may.anything:
        raise PermissionDenied(_("Only an admin of a path, or staff, can create one."))
    return may


def open_installation(user) -> None:
    """404 for whoever is not staff."""
    if not user.is_staff:
        raise Http404("No such page for this person")


def open_meeting(user, meeting_id, *, now: datetime, action: Action | None = None) -> Meeting:
    """The meeting if the person may see it (404 otherwise) and take the action now (403 with the reason).

    Without an action it is enough to see it. Its `was_asked` and `shows_earlier` tell whether there are answers and a
    brief to read, which costs no query of their own.
    """
    found = Meeting.objects.filter(pk=meeting_id).visible_to(user).with_people()
    asked, shown = (Exists(rows.objects.filter(meeting=OuterRef("pk"))) for rows in (MeetingAnswer, BriefPart))
    meeting = get_object_or_404(found.annotate(was_asked=asked, shows_earlier=shown))
    if action and (reason := refusal(action, meeting, meeting_standings(user, meeting), now)):
        raise PermissionDenied(reason)
    return meeting


def open_held_time(user, held_id) -> HeldTime:
    """What is or was held for this very person; 404 for everybody else, and once they are off the path."""
    rows = HeldTime.objects.filter(user=user, entry__theme__path__in=Path.objects.visible_to(user).order_by())
    rows = rows.select_related("entry__theme__path", "entry__sooner_than", "expert")
    return get_object_or_404(rows, pk=held_id)


def open_path_as_participant(user, path_id) -> Path:
    """The path if the person is a participant of it: 404 for somebody who is not on it, 403 for whoever else is."""
    path, held = open_path_to_schedule(user, path_id, kind=Kind.DROP_IN)
    if Standing.PARTICIPANT not in held:
        raise PermissionDenied(_("Only participants of this path wait for a time."))
    return path


def open_meeting_to_give(user, meeting_id, *, now: datetime) -> tuple[Meeting, frozenset[Standing]]:
    """The meeting and what the person is to it, if they may give it to another expert now; else as `open_meeting`."""
    meeting = open_meeting(user, meeting_id, now=now)
    held = meeting_standings(user, meeting)
    if reason := reassign_refusal(meeting, held, now):
        raise PermissionDenied(reason)
    return meeting, held
