"""Reads what a person is to a path or a meeting, and answers in words why she may not do a thing to it.

The rule itself is permissions.MATRIX; what is added here is the state of the row: nothing that has started or was
called off can be changed, and a participant can move a session only until the path's change-until.
"""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from everwise.accounts.models import User
from meetings.enums import Action, Kind, Standing, Status
from meetings.models import Meeting
from meetings.permissions import can
from paths import members
from paths.enums import Role
from paths.models import Membership, Path

CHANGERS = {Standing.ADMIN, Standing.EXPERT}
REFUSED = {
    (Action.SCHEDULE, Kind.DROP_IN): "Only people of this path can book a session on it.",
    (Action.SCHEDULE, Kind.AD_HOC): "Only admins and experts of this path can add a meeting manually.",
    (
        Action.RESCHEDULE,
        Kind.DROP_IN,
    ): "Only its people and the admins of this path can reschedule this meeting.",
    (Action.RESCHEDULE, Kind.AD_HOC): "An ad-hoc meeting is edited, not rescheduled.",
    (Action.CANCEL, Kind.DROP_IN): "Only its people and the admins of this path can cancel this meeting.",
    (Action.CANCEL, Kind.AD_HOC): "An ad-hoc meeting is deleted, not cancelled.",
    (Action.EDIT, Kind.DROP_IN): "A drop-in session is rescheduled, not edited.",
    (Action.EDIT, Kind.AD_HOC): "Only its organizer and the admins of this path can edit this meeting.",
    (Action.DELETE, Kind.DROP_IN): "A drop-in session is cancelled, not deleted.",
    (Action.DELETE, Kind.AD_HOC): "Only its organizer and the admins of this path can delete this meeting.",
}


def roles_on(user, path) -> frozenset[Role]:
    """The person's live roles on the path; none for somebody whose account is switched off."""
    rows = Membership.objects.live().filter(user=user, user__is_active=True, path=path)
    return frozenset(Role(role) for role in rows.order_by().values_list("role", flat=True))


def path_standings(user, path) -> frozenset[Standing]:
    return frozenset(Standing(role.value) for role in roles_on(user, path))


def standings(user, meeting: Meeting) -> frozenset[Standing]:
    """What the person is to the meeting. Without a live membership of its path no standing counts."""
    return _standings(user, meeting, roles_on(user, meeting.path_id))


def standings_of_people(meeting: Meeting) -> dict[User, frozenset[Standing]]:
    """What each person in the meeting is to it, in one query."""
    people = [attendee.user for attendee in meeting.attendees.all()]
    roles: dict[UUID, set[Role]] = defaultdict(set)
    rows = Membership.objects.live().filter(path=meeting.path_id, user__in=people)
    for user, role in rows.values_list("user", "role"):
        roles[user].add(Role(role))
    return {person: _standings(person, meeting, frozenset(roles[person.pk])) for person in people}


def _standings(user, meeting: Meeting, roles: frozenset[Role]) -> frozenset[Standing]:
    if not roles:
        return frozenset()
    held = {Standing.ADMIN} if Role.ADMIN in roles else set()
    held |= {
        Standing(attendee.role)
        for attendee in meeting.attendees.all()
        if attendee.user_id == user.pk and attendee.removed_at is None and attendee.role in roles
    }
    if meeting.organizer_id == user.pk:
        held.add(Standing.ORGANIZER)
    return frozenset(held)


def refusal(action: Action, meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow the action now, in words; empty when they do."""
    kind = Kind(meeting.kind)
    if not can(action, kind, held):
        return REFUSED[action, kind]
    if meeting.status in {Status.CANCELLED, Status.DELETED}:
        return f"This meeting is {meeting.get_status_display().lower()}, so it can’t be changed any more."
    if meeting.status != Status.SCHEDULED or meeting.has_started(now):
        return "This meeting has started, so it can’t be changed any more."
    if action is Action.RESCHEDULE and now > meeting.change_until and not held & CHANGERS:
        return "It is too late to move this session. You can still cancel it, but it counts as used."
    return ""


def refusals(user, meeting: Meeting, now: datetime) -> dict[str, str]:
    """For each action on a meeting, why this person may not take it; empty when she may."""
    held = standings(user, meeting)
    return {action.value: refusal(action, meeting, held, now) for action in Action if action is not Action.SCHEDULE}


def note_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow writing the participant's note now, in words; empty when they do."""
    if not meeting.is_dropin:
        return "An ad-hoc meeting has an agenda, and no note of its participant."
    if Standing.PARTICIPANT not in held:
        return "Only the participant can change this note."
    if not meeting.is_scheduled or meeting.has_started(now):
        return "This meeting has started or was cancelled, so its note can’t be changed any more."
    return ""


def outcome_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow saying how the meeting went now, in words; empty when they do.

    An expert can until the meeting counts as held anyway; what is found out later, an admin puts right.
    """
    if not held & CHANGERS:
        return "Only its expert and the admins of this path can say how this meeting went."
    if meeting.is_called_off:
        return f"This meeting is {meeting.get_status_display().lower()}, so it has no outcome."
    if not meeting.has_started(now):
        return "This meeting has not started yet, so it has no outcome."
    if meeting.held_from <= now and Standing.ADMIN not in held:
        return "The two days for saying how this meeting went are over. An admin of this path can still correct it."
    return ""


def rating_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow rating the meeting now, in words; empty when they do."""
    if Standing.PARTICIPANT not in held:
        return "Only its participants can rate this meeting."
    if meeting.is_called_off or meeting.is_no_show:
        return "This meeting did not take place, so it can’t be rated."
    if not meeting.is_past(now):
        return "This meeting is not over yet, so it can’t be rated."
    return ""


def notes_refusal(meeting: Meeting, held: frozenset[Standing]) -> str:
    """Why these standings do not allow writing one's own notes to the meeting, in words; empty when they do.

    They may be written before, during and after it, and also when it was cancelled.
    """
    if not held & {Standing.EXPERT, Standing.PARTICIPANT}:
        return "Only the people of this meeting can write notes to it."
    if meeting.status == Status.DELETED:
        return "This meeting is deleted, so no notes can be written to it."
    return ""


def open_path(user, path_id, *, kind: Kind | None = None) -> Path:
    """The path if the person is on it (404 otherwise), and may schedule this kind of meeting there (403)."""
    if kind:
        return open_path_to_schedule(user, path_id, kind=kind)[0]
    return get_object_or_404(Path.objects.visible_to(user).select_related("program"), pk=path_id)


def open_path_to_schedule(user, path_id, *, kind: Kind) -> tuple[Path, frozenset[Standing]]:
    """The path and what the person is on it (404 if nothing), if she may schedule this kind of meeting there (403)."""
    path, roles = members.path_of_member(user.pk, path_id)
    if path is None:
        raise Http404("No such path for this person")
    held = frozenset(Standing(role.value) for role in roles)
    if not can(Action.SCHEDULE, kind, held):
        raise PermissionDenied(REFUSED[Action.SCHEDULE, kind])
    return path, held


def open_meeting(user, meeting_id, *, now: datetime, action: Action | None = None) -> Meeting:
    """The meeting if the person may see it (404 otherwise) and take the action now (403 with the reason)."""
    meeting = get_object_or_404(Meeting.objects.filter(pk=meeting_id).visible_to(user).with_people())
    if action and (reason := refusal(action, meeting, standings(user, meeting), now)):
        raise PermissionDenied(reason)
    return meeting
