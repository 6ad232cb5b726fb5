"""What tests of the waitlist share: people in line, and a time that opens."""

from datetime import timedelta

from meetings import booking
from meetings.booking.waitlist import joining, offering
from meetings.booking.waitlist.windows import Window
from meetings.constants import HELD_FOR
from meetings.models import ANY_WEEKDAY, DayPart, HeldTime, WaitlistEntry
from tests.scene import NOW, a_theme, an_expert, at, book


def wait(theme, user, *, first=0, last=9, weekdays=ANY_WEEKDAY, part=DayPart.ANY, now=NOW, **fields):
    """From and until so many days after NOW; any time of these."""
    days = (NOW.date() + timedelta(days=number) for number in (first, last))
    window = Window(*days, weekdays, part, str(user.time_zone))
    return joining.join(theme=theme, window=window, by=user, now=now, **fields)


def one_hour_theme(path, *, day=1):
    """A theme whose one expert gives one time: 10:00 tomorrow, or on another day."""
    expert = an_expert(path, windows="10:00-10:30", rrule="FREQ=DAILY;COUNT=1")
    expert.rules.update(first_date=at(10, day=day).date())
    return a_theme(path, expert), expert


def cancel(meeting, by=None, now=NOW):
    return booking.cancel(meeting=meeting, by=by or meeting.organizer, now=now)


def booked_theme(booker, path, *, day=1):
    """The same, with the meeting."""
    theme, expert = one_hour_theme(path, day=day)
    return theme, expert, book(theme, booker, at(10, day=day))


def go_round(now=NOW):
    """One worker's step, until it has gone through all themes."""
    rounds = offering.Rounds()
    done = rounds.step(now)
    while rounds._left:
        done += rounds.step(now)
    return done


def holders(now=NOW):
    """Who can take what, by name."""
    return [(each.user.name, each.starts_at) for each in HeldTime.objects.open(now).order_by("user__name")]


def a_held_time(theme, user, expert, start, *, until=NOW + HELD_FOR, **fields):
    """Straight into the tables: held for somebody who waits for any time."""
    entry = WaitlistEntry.objects.live().filter(theme=theme, user=user).first() or wait(theme, user)
    known = {"entry": entry, "user": user, "expert": expert, "starts_at": start, "ends_at": start + theme.duration}
    return HeldTime.objects.create(**known, offered_at=NOW, told_at=NOW, until=until, **fields)
