"""Giving a drop-in to another expert: the same meeting at the same time.

It is no move: the participant's change-until does not bind whoever does it, and no session is used. All else is as for
any booking of that expert.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from everwise import wording
from everwise.accounts.models import User
from experts.models import Expert
from meetings.booking import hold
from meetings.booking.errors import AtLimit, BookingRefused, JustTaken, NotOffered, Overtaken
from meetings.booking.records import attend, check_sequence, facts_of, made_by, record, tell
from meetings.booking.waitlist import held
from meetings.enums import Happening
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import NOTE_LENGTH, Meeting
from meetings.permissions import standings
from meetings.permissions.reassigning import may_pass_caps, reassign_refusal
from meetings.slots.one_start import Contender, StartCheck
from paths.enums import Role
from paths.models import Theme


@in_turn(Overtaken)
def reassign(
    *,
    meeting: Meeting,
    to: Expert,
    by: User,
    token: UUID,
    now: datetime,
    sequence: int | None = None,
    message: str = "",
    override_cap: bool = False,
) -> Meeting:
    """Give a drop-in to another expert of its theme who is free then; the old one is out of it.

    Notice and caps of the new expert hold, of which an admin of the path may pass over the caps (`override_cap`; they
    get AtLimit where only those are in the way). `sequence` is as in `reschedule`; the `message` goes to all three. The
    same `token` from the same person returns the meeting that it gave away. Raises a BookingError.
    """
    if made := made_by(by, token):
        return made
    try:
        _refuse(meeting, by, now)
    except BookingRefused:
        # An expert has no say in it any more once the same form has given it away, just now.
        if made := made_by(by, token):
            return made
        raise
    participant, old = _user_of(meeting, Role.PARTICIPANT), _user_of(meeting, Role.EXPERT)
    with transaction.atomic():
        lock_people([participant.pk, old.pk, to.user_id], by=by.pk)
        if made := made_by(by, token):
            return made
        agreed = hold.terms(cast("Theme", meeting.theme).pk, by, participant)
        current = Meeting.objects.with_people().get(pk=meeting.pk)
        standing = _refuse(current, by, now)
        check_sequence(current, sequence)
        if _user_of(current, Role.EXPERT) != old:
            # Another change has brought in an expert who is not locked.
            raise Overtaken(_("Somebody else was quicker. Please try again."))
        if to.user_id in {old.pk, participant.pk}:
            raise NotOffered(_("%(name)s is in this session already.") % {"name": wording.isolated(to.user)})
        moment = StartCheck(
            agreed.theme,
            current.starts_at,
            current.duration_minutes,
            participant=participant,
            now=now,
            moving=current,
            booked=True,
        )
        chosen = _free(moment, to, passes_caps=may_pass_caps(standing), over_caps=override_cap)
        return hand_to(current, chosen, by=by, now=now, token=token, message=message)


def hand_to(
    current: Meeting, chosen: Contender, *, by: User, now: datetime, token: UUID | None = None, message: str = ""
) -> Meeting:
    """Give a drop-in, re-read under the lock, to an expert who was found free under it; in the caller's transaction.

    Its participant, its expert and the chosen one are locked.
    """
    before = facts_of(current)
    old, participant = UUID(before["experts"][0]), UUID(before["participants"][0])
    current.video_link = chosen.video_link
    current.sequence += 1
    current.save(update_fields=["video_link", "sequence"])
    current.attendees.filter(user=old).update(live=False, removed_at=now)
    attend(current, chosen.user_id, Role.EXPERT, now)
    held.settle(current, [participant, chosen.user_id], now)
    happening = Happening.REASSIGNED
    event = record(current, happening, by, now, token=token, before=before, message=message[:NOTE_LENGTH])
    told = {participant: happening, old: Happening.CANCELLED, chosen.user_id: Happening.BOOKED}
    tell(event, told, now)
    return current


def _refuse(meeting: Meeting, by: User, now: datetime):
    standing = standings.meeting_standings(by, meeting)
    if reason := reassign_refusal(meeting, standing, now):
        raise BookingRefused(reason)
    return standing


def _free(moment: StartCheck, expert: Expert, *, passes_caps: bool, over_caps: bool) -> Contender:
    if found := moment.free(expert.pk, over_caps=passes_caps and over_caps):
        return found[0]
    name = {"name": wording.isolated(expert.user)}
    if moment.only_capped:
        # Another expert's limits are theirs, and the admins' who look after the path.
        if passes_caps:
            raise AtLimit(_("%(name)s has reached their limit of sessions.") % name)
    elif moment.hours_offer:
        raise JustTaken(_("%(name)s was just booked.") % name)
    raise NotOffered(_("%(name)s is not free at this time.") % name)


def _user_of(meeting: Meeting, role: Role) -> User:
    return meeting.attendees.present().select_related("user").get(role=role).user
