"""Joining the line of a theme, changing what would suit, and leaving it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.intervals import epoch
from experts.availability import DAY
from meetings.booking import hold
from meetings.booking.errors import BookingRefused, NoSessionsLeft, Overtaken, StaleEntry, Unfit
from meetings.booking.limits import allowance_of
from meetings.booking.waitlist import held
from meetings.booking.waitlist.in_line import is_over, with_sessions
from meetings.booking.waitlist.windows import Window
from meetings.enums import Action, EntryEnd
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import Meeting, WaitlistEntry
from meetings.permissions import deadlines, standings
from meetings.slots.openings import Openings
from paths.models import Path, Theme

# So many places are ended at once.
AT_ONCE = 200


@in_turn(Overtaken)
def join(
    *,
    theme: Theme,
    window: Window,
    by: User,
    now: datetime,
    sooner_than: Meeting | None = None,
    version: int | None = None,
) -> WaitlistEntry:
    """Wait for a time of the theme, or change for which: the place in line stays.

    `version` is the entry's as the form showed it, 0 for none; StaleEntry if it has been changed since. `sooner_than`
    is a session of theirs, which then moves. Raises a BookingError.
    """
    with transaction.atomic():
        lock_people([by.pk])
        agreed = hold.terms_to_book(theme.pk, by, by)
        if not agreed.participates:
            raise BookingRefused(_("You are no longer on this path."))
        hold.check_open(agreed.theme.path, by, now)
        entry = _standing(agreed.theme, by, now)
        meeting = _session(sooner_than, agreed.theme, by, now)
        if meeting is None and (refusal := allowance_of(by, agreed.theme.path, now=now).nothing(now)):
            raise NoSessionsLeft(refusal.words(by.reader, now))
        window = within(window, agreed.theme.path, meeting, by, now)
        content = {
            "first_date": window.first,
            "last_date": window.last,
            "weekdays": window.weekdays,
            "part": window.part,
            "sooner_than_id": meeting and meeting.pk,
            "sooner_start": meeting and meeting.starts_at,
        }
        if entry and all(getattr(entry, name) == value for name, value in content.items()):
            return entry
        if version is not None and version != (entry.version if entry else 0):
            raise StaleEntry(_("Your place on the waitlist was changed while you had this page open."))
        seen = not_suiting(agreed.theme, window, by, now, meeting)
        if entry is None:
            return WaitlistEntry.objects.create(
                theme=agreed.theme, user=by, joined_at=now, not_suiting=sorted(seen), **content
            )
        for name, value in content.items():
            setattr(entry, name, value)
        entry.not_suiting = sorted(seen | {start for start in entry.not_suiting if start > epoch(now)})
        entry.version += 1
        entry.save(update_fields=[*content, "not_suiting", "version"])
        if meeting:
            held.pass_on_later(entry, meeting, now)
        return entry


@in_turn(Overtaken)
def leave(*, entry: WaitlistEntry, by: User, now: datetime) -> None:
    """Give the place up, and what is held; once more changes nothing. Raises BookingRefused."""
    if entry.user_id != by.pk:
        raise BookingRefused()
    with transaction.atomic():
        lock_people([by.pk])
        held.end_entry(entry, EntryEnd.LEFT, now)


def end_over(now: datetime) -> int:
    """End the places of those who wait no more: their window or path is over, they are gone, their session has moved.

    Nobody is offered anything by then; this only says so in the row.
    """
    live = WaitlistEntry.objects.live()
    gone = live.exclude(pk__in=WaitlistEntry.objects.waiting(now).order_by().values("pk"))[:AT_ONCE]
    soon = (now + timedelta(days=2)).date()
    near = live.filter(Q(last_date__lte=soon) | Q(theme__path__closes_on__lte=soon) | Q(sooner_than__isnull=False))
    over = [*gone, *(each for each in with_sessions(near) if is_over(each, now))][:AT_ONCE]
    for entry in over:
        _end_over(entry, now)
    return len(over)


@in_turn(Overtaken)
def _end_over(entry: WaitlistEntry, now: datetime) -> None:
    with transaction.atomic():
        lock_people([entry.user_id])
        held.end_entry(entry, EntryEnd.OVER, now)


def within(window: Window, path: Path, meeting: Meeting | None, user: User, now: datetime) -> Window:
    """As much of the window as lies in what is left of the path's dates, and before the session. Raises Unfit."""
    today = now.astimezone(user.time_zone).date()
    first = max(window.first, today, path.opens_on or today)
    last = min(window.last, path.closes_on or window.last)
    if meeting is not None:
        last = min(last, meeting.starts_at.astimezone(user.time_zone).date())
    window = window._replace(first=first, last=last)
    if first > last or window.ends <= now:
        raise Unfit("last", _("No day is left between these dates. Choose later ones."))
    week = (first + number * DAY for number in range(min((last - first).days + 1, 7)))
    if not any(window.weekdays >> day.weekday() & 1 for day in week):
        raise Unfit("days", _("None of these days lies between the two dates."))
    return window


def not_suiting(theme: Theme, window: Window, user: User, now: datetime, moving: Meeting | None) -> set[int]:
    """The starts (epoch seconds) in the window that they could book now: they have found that none of them suits."""
    openings = Openings(
        theme.path,
        since=max(now, window.begins),
        until=window.ends,
        now=now,
        participant=user,
        theme=theme,
        moving=moving,
    )
    times = openings.times(theme.duration_minutes, openings.since, openings.until)
    return {epoch(start) for start in times if window.suits(start.astimezone(user.time_zone))}


def _standing(theme: Theme, by: User, now: datetime) -> WaitlistEntry | None:
    """Their place in the line. One that is over, which no page shows any more, ends here if no worker was quicker."""
    entry = with_sessions(WaitlistEntry.objects.live()).filter(theme=theme, user=by).first()
    if entry is None or not is_over(entry, now):
        return entry
    held.end_entry(entry, EntryEnd.OVER, now)
    return None


def _session(meeting: Meeting | None, theme: Theme, by: User, now: datetime) -> Meeting | None:
    """Their own session, as it stands, that an earlier one would replace. Raises BookingRefused."""
    if meeting is None:
        return None
    current = Meeting.objects.with_people().get(pk=meeting.pk)
    if current.theme_id != theme.pk or not current.is_dropin or by not in current.participants:
        raise BookingRefused(_("Only your own session of this theme can be moved to a sooner time."))
    if reason := deadlines.refusal(Action.RESCHEDULE, current, standings.meeting_standings(by, current), now):
        raise BookingRefused(reason)
    return current
