"""Booking, moving and cancelling a drop-in session, and the participant's note to it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from everwise.accounts.models import User
from experts.models import Expert
from meetings import access, choice, credits
from meetings.booking.errors import AlreadyBusy, BookingError, JustTaken, NoSessionsLeft, NotOffered, Overtaken, Refused
from meetings.booking.records import (
    attend,
    facts_of,
    fill,
    made_by,
    move_attendees,
    people_of,
    record,
    refuse,
    reread,
    tell,
)
from meetings.enums import Action, Happening, Kind, Standing, Status
from meetings.locks import in_turn, lock_people
from meetings.models import NOTE_LENGTH, Meeting
from meetings.openings import Openings
from meetings.permissions import can
from paths.enums import Role
from paths.models import Theme


@in_turn(Overtaken)
def schedule(
    *,
    by: User,
    participant: User,
    theme: Theme,
    start: datetime,
    token: UUID,
    now: datetime,
    expert: Expert | None = None,
    note: str = "",
) -> Meeting:
    """Book a drop-in session for the participant, with this expert or the fairest of those free.

    The same `token` from the same person returns the meeting that it made. Raises a BookingError.
    """
    if made := made_by(by, token):
        return made
    try:
        candidates = _look(theme, start, theme.duration_minutes, participant, now, expert)
    except BookingError:
        # What stands in the way may be what this very form has booked since.
        if made := made_by(by, token):
            return made
        raise
    with transaction.atomic():
        lock_people([participant.pk, *(one.user_id for one in candidates)])
        if made := made_by(by, token):
            return made
        _check_right_to_book(by, participant, theme)
        _check_credits(theme, participant, now)
        free = _free(theme, start, theme.duration_minutes, participant, now, candidates)
        chosen = choice.fairest(free, start, seed=str(token))
        meeting = Meeting.objects.create(
            path=theme.path,
            theme=theme,
            kind=Kind.DROP_IN,
            title=theme.name,
            note=note[:NOTE_LENGTH],
            video_link=chosen.video_link,
            starts_at=start,
            ends_at=start + theme.duration,
            organizer=participant,
            created_by=by,
            created_at=now,
        )
        fill(meeting, {participant: Role.PARTICIPANT, chosen.user: Role.EXPERT}, now)
        event = record(meeting, Happening.BOOKED, by, now, token=token)
        tell(event, {participant.pk: Happening.BOOKED, chosen.user_id: Happening.BOOKED}, now)
    return meeting


@in_turn(Overtaken)
def reschedule(
    *,
    meeting: Meeting,
    by: User,
    start: datetime,
    token: UUID,
    now: datetime,
    sequence: int | None = None,
    expert: Expert | None = None,
    any_expert: bool = False,
) -> Meeting:
    """Move a drop-in to a new start, keeping its identity and, unless asked otherwise, its expert.

    `sequence` is the meeting's as the form showed it; if it has been changed since, Stale is raised.
    """
    if made := made_by(by, token):
        return made
    refuse(meeting, by, Action.RESCHEDULE, now)
    theme, minutes = meeting.theme, meeting.duration_minutes
    participant = meeting.attendees.get(role=Role.PARTICIPANT).user
    old_expert = _expert_of(meeting)
    wanted = None if any_expert else (expert or old_expert)
    candidates = _look(theme, start, minutes, participant, now, wanted, moving=meeting)
    with transaction.atomic():
        lock_people([participant.pk, old_expert.user_id, *(one.user_id for one in candidates)])
        if made := made_by(by, token):
            return made
        current = reread(meeting, by, Action.RESCHEDULE, now, sequence)
        if _expert_of(current) != old_expert:
            raise Overtaken("Another move has brought in an expert who is not locked.")
        if start == current.starts_at and wanted in (None, old_expert):
            return current
        free = _free(theme, start, minutes, participant, now, candidates, moving=current)
        chosen = old_expert if old_expert in free else choice.fairest(free, start, seed=str(token))
        before = facts_of(current)
        current.starts_at, current.ends_at = start, start + timedelta(minutes=minutes)
        current.sequence += 1
        if chosen != old_expert:
            current.video_link = chosen.video_link
            current.attendees.filter(user=old_expert.user_id).update(live=False, removed_at=now)
        current.save()
        move_attendees(current)
        if chosen != old_expert:
            attend(current, chosen.user, Role.EXPERT, now)
        event = record(current, Happening.RESCHEDULED, by, now, token=token, before=before)
        told = {participant.pk: Happening.RESCHEDULED, chosen.user_id: Happening.RESCHEDULED}
        if chosen != old_expert:
            told |= {old_expert.user_id: Happening.CANCELLED, chosen.user_id: Happening.BOOKED}
        tell(event, told, now)
    return current


@in_turn(Overtaken)
def cancel(*, meeting: Meeting, by: User, now: datetime, message: str = "", sequence: int | None = None) -> Meeting:
    """Call a drop-in off. Its time is free again, its row stays.

    The participant gets the session back unless she herself cancels after the path's change-until.
    """
    with transaction.atomic():
        lock_people(people_of(meeting))
        current = reread(meeting, by, Action.CANCEL, now, sequence)
        late = now > current.change_until
        own = not access.standings(by, current) & access.CHANGERS
        current.status = Status.CANCELLED
        current.cancelled_by, current.cancelled_at = by, now
        current.cancel_message = message[:NOTE_LENGTH]
        current.counts_as_used = late and own
        current.sequence += 1
        current.save()
        current.attendees.filter(live=True).update(live=False)
        event = record(current, Happening.CANCELLED, by, now, message=message[:NOTE_LENGTH])
        tell(event, dict.fromkeys(people_of(current), Happening.CANCELLED), now)
    return current


@in_turn(Overtaken)
def change_note(*, meeting: Meeting, by: User, note: str, now: datetime) -> Meeting:
    """Replace the participant's note to the expert, until the session starts. Nobody is mailed."""
    with transaction.atomic():
        lock_people(people_of(meeting))
        current = Meeting.objects.with_people().get(pk=meeting.pk)
        if reason := access.note_refusal(current, access.standings(by, current), now):
            raise Refused(reason)
        before = current.note
        current.note = note[:NOTE_LENGTH]
        current.save(update_fields=["note"])
        record(current, Happening.NOTE_CHANGED, by, now, message=before)
    return current


def _at(start, theme, participant, now, experts: list[Expert] | None, moving) -> Openings:
    """The time of these experts of the theme, or of all, at this one start."""
    return Openings(
        theme.path,
        since=start,
        until=start + timedelta(seconds=1),
        now=now,
        participant=participant,
        theme=theme,
        experts=None if experts is None else [expert.pk for expert in experts],
        moving=moving,
    )


def _look(theme, start, minutes, participant, now, expert, moving=None) -> list[Expert]:
    """Who could take this start, looked up before anybody is locked, so as to know whom to lock."""
    openings = _at(start, theme, participant, now, None if expert is None else [expert], moving)
    free = openings.starts(minutes).get(start, [])
    if not free:
        raise _why_none(openings, participant, start, minutes)
    return [openings.experts[pk] for pk in free]


def _free(theme, start, minutes, participant, now, candidates, moving=None) -> list[Expert]:
    """Which of the locked experts are free after all. If all are gone, somebody else may have become so: look again."""
    openings = _at(start, theme, participant, now, candidates, moving)
    free = openings.starts(minutes).get(start, [])
    if not free:
        raise Overtaken("That time was just taken.")
    return [openings.experts[pk] for pk in free]


def _why_none(openings: Openings, participant, start, minutes) -> BookingError:
    if openings.participant_is_busy(start, start + timedelta(minutes=minutes)):
        return AlreadyBusy(f"{participant.name} is in another meeting at that time.")
    if openings.hours_offer(minutes, start):
        return JustTaken("That time was just taken.")
    return NotOffered("No expert of this theme offers that time. Please choose one of the times shown.")


def _check_right_to_book(by: User, participant: User, theme: Theme) -> None:
    held = access.path_standings(by, theme.path)
    if not can(Action.SCHEDULE, Kind.DROP_IN, held):
        raise Refused("You are no longer on this path.")
    of_participant = held if by == participant else access.path_standings(participant, theme.path)
    if Standing.PARTICIPANT not in of_participant:
        raise Refused(f"{participant.name} is not a participant of this path.")
    if by != participant and not held & access.CHANGERS:
        raise Refused("You can only book a session for yourself.")


def _check_credits(theme: Theme, participant: User, now: datetime) -> None:
    path = theme.path
    if path.sessions_per_participant is not None and credits.of(participant, [path], now=now)[path.pk].exhausted:
        raise NoSessionsLeft(f"All {path.sessions_per_participant} sessions of this path are used or booked.")


def _expert_of(meeting: Meeting) -> Expert:
    attendee = meeting.attendees.present().select_related("user__expert__user").get(role=Role.EXPERT)
    return attendee.user.expert
