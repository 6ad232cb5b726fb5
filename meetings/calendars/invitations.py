"""What a meeting is in the calendars of its people: the event, and the message (RFC 5546) that a notice carries.

A message shows the meeting as it was after its own change, with that change's SEQUENCE: whatever order they come in and
however often, the highest is how the meeting stands.
"""

import re
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from meetings.calendars import ical, reply_addresses
from meetings.enums import Happening, Status
from meetings.models import Meeting, MeetingEvent, versions
from meetings.models.versions import Version
from meetings.permissions import addresses

CALLED_OFF = {Happening.CANCELLED, Happening.DELETED}
# Says nothing new of a meeting: a second message of the same sequence would only make calendars ring again.
WITHOUT_CALENDAR = {Happening.REMINDER_DAY, Happening.REMINDER_HOUR}
ALARM_MINUTES = 15
UID_ENDS = "@everwise"
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


class MeetingNotice(Protocol):
    """A row of the outbox that a meeting's change has written: what others leave empty, it has (by a constraint)."""

    pk: int
    event: MeetingEvent
    meeting: Meeting
    meeting_id: UUID
    user: User
    user_id: UUID
    kind: str
    sequence: int
    message_id: UUID
    due_at: datetime
    starts_at: datetime | None


class CalendarInvitation(NamedTuple):
    """METHOD is the same in `content` and must be in the part's Content-Type."""

    method: str
    content: bytes


def uid(meeting: Meeting) -> str:
    """The same for life, wherever the installation moves."""
    return f"{meeting.pk}{UID_ENDS}"


def meeting_of(uid: str) -> UUID | None:
    """The key of the meeting that has this UID, if any has; None for what can't be one of ours."""
    key, end = uid[: -len(UID_ENDS)], uid[-len(UID_ENDS) :]
    return UUID(key) if end == UID_ENDS and KEY.fullmatch(key) else None


def invitation(
    notice: MeetingNotice, was: Version, now: Version, people: dict[str, User], *, may_open: bool
) -> CalendarInvitation | None:
    """What a reader's calendar should make of a notice: CANCEL where the meeting is theirs no more, else REQUEST.

    `people` has the users of both versions by id.
    """
    if notice.kind in WITHOUT_CALENDAR:
        return None
    me = str(notice.user_id)
    # An organizer who does not attend has nothing to decline.
    attends = me in now.people or me in was.people
    answer_to = reply_addresses.address_for(notice.meeting_id, notice.user_id) if attends else ""
    tell = partial(
        event,
        notice.meeting,
        people=people,
        reader=me,
        sequence=notice.sequence,
        stamp=notice.event.at,
        answer_to=answer_to,
    )
    if me not in now.people and me != now.organizer:
        return _farewell(notice, tell(told=was))
    if notice.event.happening in CALLED_OFF:
        return _message(ical.CANCEL, tell(told=now, status=ical.CANCELLED))
    if not may_open:
        # Taken out since: a mail that failed at first brings nothing back.
        return _farewell(notice, tell(told=now))
    return _message(ical.REQUEST, tell(told=now, alarm=ALARM_MINUTES))


def _message(method: str, told: ical.Event) -> CalendarInvitation:
    return CalendarInvitation(method, ical.calendar([told], method=method))


def _farewell(notice: MeetingNotice, known: ical.Event) -> CalendarInvitation:
    """Takes the meeting out of one calendar alone: without STATUS, for the meeting goes on (RFC 5546, 3.2.5)."""
    me = ical.CalendarUser(str(notice.user), notice.user.email)
    gone = ical.Event(
        uid=known.uid,
        sequence=known.sequence,
        stamp=known.stamp,
        starts_at=known.starts_at,
        ends_at=known.ends_at,
        summary=known.summary,
        organizer=known.organizer,
        attendees=(me,),
        status="",
    )
    return _message(ical.CANCEL, gone)


def present(meeting: Meeting, stamp: datetime, reader: User) -> ical.Event:
    """The meeting as it stands, in the active language, for a reader's file or subscription.

    Wants its people loaded (with_people).
    """
    people = {str(user.pk): user for user in (*meeting.experts, *meeting.participants, meeting.organizer)}
    gone = meeting.status in {Status.CANCELLED, Status.DELETED}
    return event(
        meeting,
        versions.present(meeting),
        people,
        reader=str(reader.pk),
        sequence=meeting.sequence,
        stamp=stamp,
        status=ical.CANCELLED if gone else ical.CONFIRMED,
        alarm=None if gone else ALARM_MINUTES,
    )


def event(
    meeting: Meeting,
    told: Version,
    people: dict[str, User],
    *,
    reader: str,
    sequence: int,
    stamp: datetime,
    status: str = ical.CONFIRMED,
    alarm: int | None = None,
    answer_to: str = "",
) -> ical.Event:
    """The meeting as a version shows it to a reader, an id; of its people those in `people`.

    Whose addresses a participant may not know are named in the description instead. The link of its video room is
    handed out at its page alone. `alarm` is how many minutes before the start it rings; None: not at all. `answer_to`
    is the address that the reader's calendar answers to, for their eyes alone; "" where no answer is wanted.
    """
    page = absolute(meeting.get_absolute_url())
    by_video = meeting.takes_place_by_video(told.video_link, told.place)
    join = absolute(reverse("meetings:join", args=[meeting.pk])) if by_video else ""
    # The organizer need not attend, and leads the meeting all the same.
    there = [people[pk] for pk in dict.fromkeys((*told.people, told.organizer)) if pk in people]
    # Of somebody who was erased there is no address to show.
    known = (user for user in there if not user.erased_at)
    attendees = [user for user in known if addresses.shows_address(told, reader, str(user.pk))]
    company = addresses.named_without_address(told, [user for user in there if user not in attendees])
    return ical.Event(
        uid=uid(meeting),
        sequence=sequence,
        stamp=stamp,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        summary=told.title,
        organizer=ical.CalendarUser(settings.SENDER.name or "Everwise", answer_to or settings.SENDER.address),
        attendees=tuple(
            ical.CalendarUser(
                str(user),
                user.email,
                ical.CHAIR if str(user.pk) == told.organizer else ical.REQUIRED,
                asked=bool(answer_to) and str(user.pk) == reader and status == ical.CONFIRMED,
            )
            for user in attendees
        ),
        status=status,
        description="\n\n".join(filter(None, (told.agenda, company, *_addresses(join, page)))),
        location=told.place or join,
        url=page,
        alarm=alarm,
    )


def _addresses(join: str, page: str) -> tuple[str, str]:
    return _("Join: %(address)s") % {"address": join} if join else "", _("Meeting: %(address)s") % {"address": page}
