"""Which answer counts, and what becomes of it: a row beside the attendee, a line of the history, e-mails to the others.

The person whose answer it is is locked as every writer locks who is concerned, so that no change of the meeting comes
between what is judged and what is written.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import transaction

from everwise.accounts.models import User
from meetings.booking import records
from meetings.calendars import invitations, reply_addresses
from meetings.enums import AccountMail, Happening, Participation, Status
from meetings.integrity.locks import lock_people
from meetings.mail import outbox
from meetings.mail.replies.messages import CalendarReply
from meetings.models import Attendee, CalendarAnswer, Meeting
from paths.enums import Role

# A calendar whose clock is further ahead would be right for ever.
CLOCKS_DIFFER = timedelta(days=1)


class Judged(Enum):
    """What an answer was found to be."""

    COUNTED = "counted"
    NO_ANSWER = "no-answer"  # such as one that asks for another time, or delegates
    NO_MEETING = "no-meeting"  # of ours, or none that is still to come
    NOBODY = "nobody"  # in it has this address
    FORGED = "forged"  # it did not come to the address that this person alone was told
    OUTDATED = "outdated"  # the meeting was changed since
    KNOWN = "known"  # the same or a later answer has come before


def keep(*, reply: CalendarReply, tokens: Collection[str], now: datetime) -> Judged:
    """Keep an answer if it counts. `tokens` are those that its e-mail was sent to."""
    if reply.participation not in Participation.values or reply.stamp > now + CLOCKS_DIFFER:
        return Judged.NO_ANSWER
    meeting = invitations.meeting_of(reply.uid)
    if meeting is None:
        return Judged.NO_MEETING
    found = _attendee(meeting, reply.attendee)
    if found is None:
        return Judged.NOBODY
    if not reply_addresses.is_for(tokens, meeting, found.user_id):
        return Judged.FORGED
    with transaction.atomic():
        lock_people([found.user_id])
        # As it stands under the lock.
        attendee = _attendee(meeting, reply.attendee)
        if attendee is None or attendee.pk != found.pk:
            return Judged.NOBODY
        return _judge(attendee, reply, now)


def _attendee(meeting: UUID, address: str) -> Attendee | None:
    present = Attendee.objects.present().filter(meeting=meeting, live=True, user__is_active=True)
    # Compared here: a stranger's text may hold what a database does not take.
    rows = present.select_related("meeting", "user").order_by("pk")
    return next((row for row in rows if row.user.email.casefold() == address.casefold()), None)


def _judge(attendee: Attendee, reply: CalendarReply, now: datetime) -> Judged:
    meeting = attendee.meeting
    if meeting.status != Status.SCHEDULED or meeting.has_started(now):
        return Judged.NO_MEETING
    if reply.sequence != meeting.sequence:
        return Judged.OUTDATED
    before = CalendarAnswer.objects.filter(attendee=attendee).first()
    said_before = before.participation if before and before.sequence == meeting.sequence else None
    if before and said_before and before.stamp >= reply.stamp:
        return Judged.KNOWN
    declines = reply.participation == Participation.DECLINED
    declined = said_before == Participation.DECLINED
    told = before.told_sequence if before else None
    if declines and told != meeting.sequence:
        told = meeting.sequence
        _tell_others(attendee, now)
    CalendarAnswer.objects.update_or_create(
        attendee=attendee,
        defaults={
            "participation": reply.participation,
            "sequence": meeting.sequence,
            "stamp": reply.stamp,
            "received_at": now,
            "told_sequence": told,
        },
    )
    if declines != declined:
        happening = Happening.CALENDAR_DECLINED if declines else Happening.CALENDAR_ACCEPTED
        records.record(meeting, happening, attendee.user, now)
    return Judged.COUNTED


def _tell_others(attendee: Attendee, now: datetime) -> None:
    """One e-mail to each of those it concerns, once for each sequence, however often the answer changes."""
    meeting = attendee.meeting
    facts = {"meeting": str(meeting.pk), "person": str(attendee.user_id), "sequence": meeting.sequence}
    outbox.post_all([(AccountMail.DECLINE_TOLD, user, facts) for user in others(meeting, attendee)], now)


def others(meeting: Meeting, declined: Attendee) -> list[User]:
    """Who hears of it: a participant's experts, an expert's only participant, and the organizer of an ad-hoc meeting.

    Several participants are not written to: what is to be done is the organizer's.
    """
    present = meeting.attendees.present().filter(live=True).exclude(pk=declined.pk)
    rows = list(present.select_related("user").order_by("pk"))
    experts = [row.user for row in rows if row.role == Role.EXPERT]
    participants = [row.user for row in rows if row.role == Role.PARTICIPANT]
    told = experts if declined.role == Role.PARTICIPANT else participants if len(participants) == 1 else []
    leads = [] if meeting.is_dropin else [meeting.organizer]
    found = dict.fromkeys([*told, *leads])
    return [user for user in found if user.pk != declined.user_id and user.is_active]
