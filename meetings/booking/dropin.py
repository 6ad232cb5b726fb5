"""Booking, moving and cancelling a drop-in session, and the participant's note to it."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.wording import isolated
from experts.models import Expert
from meetings.booking import answers, hold
from meetings.booking import brief as earlier_texts
from meetings.booking.answers import GivenAnswers
from meetings.booking.errors import BookingError, BookingRefused, Changed, NoSessionsLeft, Overtaken, StaleMeeting
from meetings.booking.feedback import digest
from meetings.booking.limits import allowance_of
from meetings.booking.records import (
    attend,
    call_off,
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
from meetings.booking.terms import Agreed, Terms
from meetings.booking.waitlist import held
from meetings.enums import Action, Happening, Kind, Standing, Status
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import NOTE_LENGTH, Meeting
from meetings.permissions import can, standings
from meetings.permissions.notes import booking_note_refusal
from meetings.slots.one_start import StartCheck
from paths.enums import Role
from paths.models import Path, Theme


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
    shown: Terms | None = None,
    given: GivenAnswers = answers.NOTHING,
    brief: Collection[str] = (),
) -> Meeting:
    """Book a drop-in session for the participant, with this expert or the fairest of those free.

    `given` are the answers to the theme's questions, `brief` the keys of what the participant lets the expert see of
    earlier sessions, which nobody else can choose.

    It is made by the theme and policy as they stand under the lock; Changed where the page has `shown` others, if it
    says what it has shown.
    The same `token` from the same person returns the meeting that it made. Raises a BookingError.
    """
    moment = StartCheck(theme, start, theme.duration_minutes, participant=participant, now=now)
    for waiting in (False, True):
        with suppress(Overtaken), transaction.atomic():
            try:
                hold.check_open(theme.path, by, now)
                hold.unchanged_so_far(shown, theme.path, theme.duration_minutes, participant)
                if expert:
                    chosen, agreed = hold.one(moment, expert, by=by, shown=shown)
                else:
                    chosen, agreed = hold.any_of_them(moment, token, by=by, shown=shown, waiting=waiting)
            except BookingError:
                # What stands in the way may be what this very form has booked.
                if made := made_by(by, token):
                    return made
                raise
            if made := made_by(by, token):
                return made
            _check_right_to_book(by, participant, agreed)
            # An admin's booking is the yes that somebody needs who has missed too many.
            _check_sessions(agreed.theme.path, participant, start, now, excused=Standing.ADMIN in agreed.by)
            asked = answers.asked_of(agreed.theme, given, of_participant=by == participant)
            meeting = Meeting.objects.create(
                path=agreed.theme.path,
                theme=agreed.theme,
                kind=Kind.DROP_IN,
                title=agreed.theme.name,
                note=note[:NOTE_LENGTH],
                video_link=chosen.video_link,
                starts_at=start,
                ends_at=start + agreed.theme.duration,
                organizer=participant,
                created_by=by,
                created_at=now,
            )
            roles = {participant.pk: Role.PARTICIPANT, chosen.user_id: Role.EXPERT}
            fill(meeting, roles, now)
            held.settle(meeting, roles, now)
            answers.keep(meeting, asked, given)
            if brief and by == participant:
                earlier_texts.choose(meeting, participant, brief, now)
            event = record(meeting, Happening.BOOKED, by, now, token=token, roles=roles)
            tell(event, dict.fromkeys(roles, Happening.BOOKED), now)
            return meeting
    raise Overtaken(hold.TAKEN)


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
    shown: Terms | None = None,
) -> Meeting:
    """Move a drop-in to a new start, keeping its identity, its length and, unless asked otherwise, its expert.

    `sequence` is the meeting's as the form showed it; if it has been changed since, Stale is raised. It is moved by the
    path's policy as it stands under the lock; Changed where the page has `shown` another. What is None of either is not
    compared. `any_expert` lets the fairest have it, who may be another than now.
    """
    if made := made_by(by, token):
        return made
    # A drop-in has a theme: the database sees to it.
    theme, minutes = cast("Theme", meeting.theme), meeting.duration_minutes
    participant = meeting.attendees.get(role=Role.PARTICIPANT).user
    hold.unchanged_so_far(shown, meeting.path, minutes, participant)
    refuse(meeting, by, Action.RESCHEDULE, now)
    hold.check_open(meeting.path, by, now)
    present = _expert_of(meeting)
    old_expert = present.user_id
    wanted = None if any_expert else (expert or present)
    moment = StartCheck(theme, start, minutes, participant=participant, now=now, moving=meeting)
    candidates = [wanted.user_id] if wanted else [each.user_id for each in hold.free(moment)]
    with transaction.atomic():
        lock_people([participant.pk, old_expert, *candidates], by=by.pk)
        if made := made_by(by, token):
            return made
        agreed = hold.terms(theme.pk, by, participant)
        hold.check_open(agreed.theme.path, by, now)
        hold.unchanged(shown, agreed.terms(minutes))
        current = reread(meeting, by, Action.RESCHEDULE, now, sequence)
        moment.renew(agreed.theme, minutes)
        if _expert_of(current).user_id != old_expert:
            # Another move has brought in an expert who is not locked.
            raise Overtaken(_("Somebody else was quicker. Please try again."))
        if start == current.starts_at and (wanted is None or wanted.user_id == old_expert):
            return current
        _check_sessions(agreed.theme.path, participant, start, now, moving=current)
        free = hold.free(moment, wanted) if wanted else hold.still_free(moment, candidates)
        kept = [each for each in free if each.user_id == old_expert]
        chosen = kept[0] if kept else hold.fairest(moment, free, token)
        before = facts_of(current)
        current.starts_at, current.ends_at = start, start + timedelta(minutes=minutes)
        current.sequence += 1
        if not kept:
            current.video_link = chosen.video_link
            current.attendees.filter(user=old_expert).update(live=False, removed_at=now)
        current.save(update_fields=["starts_at", "ends_at", "video_link", "sequence"])
        move_attendees(current)
        if not kept:
            attend(current, chosen.user_id, Role.EXPERT, now)
        held.settle(current, [participant.pk, chosen.user_id], now)
        event = record(current, Happening.RESCHEDULED, by, now, token=token, before=before)
        told = {participant.pk: Happening.RESCHEDULED, chosen.user_id: Happening.RESCHEDULED}
        if not kept:
            told |= {old_expert: Happening.CANCELLED, chosen.user_id: Happening.BOOKED}
        tell(event, told, now)
    return current


@in_turn(Overtaken)
def cancel(
    *,
    meeting: Meeting,
    by: User,
    now: datetime,
    message: str = "",
    sequence: int | None = None,
    shown: bool | None = None,
) -> Meeting:
    """Cancel a drop-in. Its time is free again, its row stays.

    The participant gets the session back unless they themselves cancel after the path's change-until. Changed where the
    page has `shown` otherwise whether it counts as used (True: it does; None: it has not said). Cancelled by the same
    person before, it stays as it is. `sequence` is as in `reschedule`.
    """
    with transaction.atomic():
        lock_people(people_of(meeting), by=by.pk)
        if done := _cancelled_by(meeting, by):
            return done
        if meeting.theme_id:
            hold.terms(meeting.theme_id, by, by)
        current = reread(meeting, by, Action.CANCEL, now, sequence)
        late = now > current.change_until
        own = not standings.meeting_standings(by, current) & standings.CHANGERS
        if shown is not None and shown != (late and own):
            raise Changed(
                _("If you cancel now, this session counts as used: that has changed since this page was opened.")
                if late and own
                else _(
                    "If you cancel now, this session doesn’t count as used: that has changed"
                    " since this page was opened."
                )
            )
        call_off(current, by, now, message=message, used=late and own)
    return current


@in_turn(Overtaken)
def change_note(*, meeting: Meeting, by: User, note: str, now: datetime, seen: str | None = None) -> Meeting:
    """Replace the participant's note to the expert, until the session starts. Nobody is mailed.

    `seen` is the digest of the note as the form showed it; if another has been saved since, Stale is raised; None
    replaces whichever there is.
    """
    with transaction.atomic():
        lock_people(people_of(meeting), by=by.pk)
        current = Meeting.objects.with_people().get(pk=meeting.pk)
        if reason := booking_note_refusal(current, standings.meeting_standings(by, current), now):
            raise BookingRefused(reason)
        before = current.note
        if note[:NOTE_LENGTH] == before:
            return current
        if seen is not None and seen != digest(before):
            raise StaleMeeting(_("Another note was saved meanwhile."))
        current.note = note[:NOTE_LENGTH]
        current.save(update_fields=["note"])
        record(current, Happening.NOTE_CHANGED, by, now, message=before)
    return current


def _cancelled_by(meeting: Meeting, by: User) -> Meeting | None:
    """The meeting, if this very person has cancelled it: whoever sends the form once more has what they asked for."""
    return Meeting.objects.filter(pk=meeting.pk, status=Status.CANCELLED, cancelled_by=by).first()


def _check_right_to_book(by: User, participant: User, agreed: Agreed) -> None:
    if not can(Action.SCHEDULE, Kind.DROP_IN, agreed.by):
        raise BookingRefused(_("You are no longer on this path."))
    if not agreed.participates:
        raise BookingRefused(_("%(name)s is not a participant of this path.") % {"name": isolated(participant.name)})
    if by != participant and not agreed.by & standings.CHANGERS:
        raise BookingRefused(_("You can only book a session for yourself."))


def _check_sessions(
    path: Path,
    participant: User,
    start: datetime,
    now: datetime,
    *,
    moving: Meeting | None = None,
    excused: bool = False,
) -> None:
    """Raise NoSessionsLeft where the participant, who is locked, may have no session that starts then."""
    if refusal := allowance_of(participant, path, now=now, moving=moving, excused=excused).refusal(start):
        raise NoSessionsLeft(refusal.words(participant.reader, now))


def _expert_of(meeting: Meeting) -> Expert:
    attendee = meeting.attendees.present().select_related("user__expert__user").get(role=Role.EXPERT)
    return attendee.user.expert
