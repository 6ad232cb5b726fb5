"""Reminders: rows of the outbox with a later `due_at`, written with each change and asked again when they are due.

One per attendee, kind and start, by a constraint. An organizer who does not attend has nowhere to be, so gets none.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from everwise.accounts.models import User
from meetings.constants import DAY_REMINDER_STOPS, REMINDERS_AHEAD
from meetings.enums import Happening, Status
from meetings.integrity import invariants
from meetings.models import Attendee, Meeting, MeetingEvent, Notice


def plan(event: MeetingEvent, now: datetime) -> None:
    """Make the meeting's waiting reminders what they should be after this change, in the writer's own transaction.

    A row that a worker holds is left to it: it looks again before it sends.
    """
    rows = reminders_of(event, now)
    waiting = Notice.objects.reminders().waiting().filter(meeting=event.meeting, leased_until__isnull=True)
    waiting.exclude(user__in=_people(event), starts_at=event.meeting.starts_at).delete()
    _add(rows)


def reminders_of(event: MeetingEvent, now: datetime) -> list[Notice]:
    """The reminders that a meeting asks for after this change, unsaved: of those whose time is still to come."""
    start = event.meeting.starts_at
    return [
        Notice(
            event=event,
            meeting=event.meeting,
            user_id=user,
            kind=kind,
            sequence=event.sequence,
            due_at=start - ahead,
            starts_at=start,
        )
        for kind, ahead in REMINDERS_AHEAD.items()
        if start - ahead > now
        for user in _people(event)
    ]


def coming(meeting: Meeting, user: User) -> frozenset[Happening]:
    """The reminders of this start that the person will get, as they have set them by now."""
    rows = Notice.objects.reminders().waiting().filter(meeting=meeting, user=user, starts_at=meeting.starts_at)
    wanted = {Happening.REMINDER_DAY: user.remind_day_before, Happening.REMINDER_HOUR: user.remind_hour_before}
    return frozenset(kind for kind in map(Happening, rows.values_list("kind", flat=True)) if wanted[kind])


def make_up(now: datetime) -> None:
    """Add the reminders that no writer has added: those of meetings older than reminders are, and those that a web
    server whose clock is ahead held to be too late.

    Takes no lock: where it meets a change, the row is there already, or is dropped when it is due.
    """
    lacking = invariants.missing_reminders(now).values_list("meeting", flat=True)
    for pk in sorted(set(lacking)):
        event = MeetingEvent.objects.select_related("meeting").filter(meeting=pk).order_by("at", "id").last()
        if event:
            _add(reminders_of(event, now))


def still_wanted(notice: Notice, now: datetime) -> bool:
    """Whether this reminder should go out at this moment, by the rows as they are now."""
    there = Attendee.objects.present().filter(meeting=notice.meeting_id, user=notice.user_id, live=True)
    there = there.filter(
        meeting__status=Status.SCHEDULED, meeting__starts_at=cast("datetime", notice.starts_at), user__is_active=True
    )
    found = there.values_list("meeting__starts_at", "user__remind_day_before", "user__remind_hour_before").first()
    if found is None:
        return False
    start, day_before, hour_before = found
    if notice.kind == Happening.REMINDER_HOUR:
        return hour_before and now < start
    return day_before and now < (start - DAY_REMINDER_STOPS if hour_before else start)


def _people(event: MeetingEvent) -> list[UUID]:
    facts = event.facts
    told = [*facts.get("experts", ()), *facts.get("participants", ())] if event.meeting.is_scheduled else []
    return [UUID(pk) for pk in told]


def _add(rows: list[Notice]) -> None:
    """Those that are there already, waiting or sent, stay as they are: no start is reminded of twice."""
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
