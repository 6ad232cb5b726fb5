"""Booking the time of a cancelled drop-in once more, with somebody else."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from experts.models import Expert
from meetings.booking import answers, brief, fair_choice, hold, lost_sessions
from meetings.booking.errors import AlreadyBusy, BookingError, BookingRefused, JustTaken, NoSessionsLeft, Overtaken
from meetings.booking.records import fill, made_by, record, tell
from meetings.booking.terms import Terms
from meetings.booking.waitlist import held
from meetings.enums import Happening, Kind
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import Attendee, Meeting
from meetings.permissions import standings
from paths.enums import Role


@in_turn(Overtaken)
def rescue(
    *, meeting: Meeting, by: User, token: UUID, now: datetime, shown: Terms | None = None, named: UUID | None = None
) -> Meeting:
    """Book a new session at the time of a lost one, for its participant, with the fairest other expert who is free.

    The fair choice that a page has `named` (the id of the user) before it was pressed is kept while they are free.

    No notice is asked for; everything else is as for any booking, but for the length, which is the lost one's. The same
    `token`, like another rescue of the same meeting, returns the meeting that was made. Raises a BookingError.
    """
    try:
        if made := _made(meeting, by, token, now):
            return made
        hold.check_open(meeting.path, by, now)
        hold.unchanged_so_far(shown, meeting.path, meeting.duration_minutes, by)
        candidates = _free(meeting, by, now)
    except BookingError:
        # What stands in the way may be what this very form, or another tab, has booked since.
        if made := _made(meeting, by, token, now):
            return made
        raise
    with transaction.atomic():
        lock_people([by.pk, *(one.user_id for one in candidates)])
        if made := _made(meeting, by, token, now):
            return made
        agreed = hold.terms_to_book(cast("UUID", meeting.theme_id), by, by)
        hold.check_open(agreed.theme.path, by, now)
        hold.unchanged(shown, agreed.terms(meeting.duration_minutes))
        # By which the sessions are counted, and the others' times read.
        meeting.theme, meeting.path = agreed.theme, agreed.theme.path
        allowance = lost_sessions.allowance_for(meeting, by, now)
        if reason := lost_sessions.obstacle(allowance, meeting, by, now):
            raise NoSessionsLeft(reason)
        free = {expert.user_id: expert for expert in _free(meeting, by, now, candidates)}
        fit = [named] if named in free else free
        fairest = fair_choice.fairest(fit, meeting.starts_at, seed=str(token), beside=by.pk)
        if fairest is None:
            raise Overtaken(hold.TAKEN)
        chosen = free[fairest]
        new = Meeting.objects.create(
            path=meeting.path,
            theme=meeting.theme,
            kind=Kind.DROP_IN,
            title=meeting.title,
            note=meeting.note,
            video_link=chosen.video_link,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            organizer=by,
            created_by=by,
            created_at=now,
            rescues=meeting,
        )
        roles = {by.pk: Role.PARTICIPANT, fairest: Role.EXPERT}
        fill(new, roles, now)
        held.settle(new, roles, now)
        answers.carry_over(meeting, new)
        brief.carry_over(meeting, new)
        event = record(new, Happening.BOOKED, by, now, token=token, roles=roles)
        tell(event, dict.fromkeys(roles, Happening.BOOKED), now)
    return new


def hide_offer(*, meeting: Meeting, by: User, now: datetime) -> None:
    """Take the offer of a lost session off its participant's first page; the meeting's own page keeps it.

    Nothing that anybody else reads, so nobody is locked. Raises BookingRefused.
    """
    if reason := lost_sessions.refusal(meeting, by, standings.meeting_standings(by, meeting), now):
        raise BookingRefused(reason)
    Attendee.objects.present().filter(meeting=meeting, user=by, offer_hidden_at=None).update(offer_hidden_at=now)


def _made(meeting: Meeting, by: User, token: UUID, now: datetime) -> Meeting | None:
    """What this form has made, or what was booked in the meeting's place. Raises Refused."""
    if made := made_by(by, token):
        return made
    current = Meeting.objects.with_people().get(pk=meeting.pk)
    if reason := lost_sessions.refusal(current, by, standings.meeting_standings(by, current), now):
        raise BookingRefused(reason)
    return lost_sessions.rescuer(current)


def _free(meeting: Meeting, by: User, now: datetime, locked: list[Expert] | None = None) -> list[Expert]:
    """Who could hold the session: anybody, to know whom to lock, then whoever of those is free after all."""
    openings = lost_sessions.openings(meeting, by, now, among=locked)
    if found := lost_sessions.free(openings, meeting):
        return found
    if openings.participant_is_busy(meeting.starts_at, meeting.ends_at):
        raise AlreadyBusy(_("You are in another meeting at that time."))
    # If all who were locked are gone, somebody else may have become free: look again.
    raise (JustTaken if locked is None else Overtaken)(_("Nobody else is free at that time any more."))
