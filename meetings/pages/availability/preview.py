"""The coming two weeks of one expert by some hours, stored or only typed: drawn, written as a list, and with the starts
that the engine would offer. Laid out in the zone of whoever is to look at it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt, wording
from everwise.intervals import DAY_MINUTES, Interval, clip, epoch, instant, merge, subtract
from everwise.timefmt import Reader
from experts.availability import DAY, Hours, midnight, windows
from experts.models import Expert
from meetings import slots
from meetings.slots.one_expert import ExpertTime, policy_of
from paths.models import Theme

DAYS = 14
HOUR, TICK = 60, 4 * 60
# The drawing, in its own units: hours to the left, a head over each day, the hours below.
WIDTH, HEAD, PER_HOUR, INSET = 372, 42, 10, 4


@dataclass(frozen=True, slots=True)
class DrawnBox:
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class PreviewDay:
    date: date
    open: list[Interval] = field(default_factory=list)
    differs: list[Interval] = field(default_factory=list)
    off: list[Interval] = field(default_factory=list)
    booked: list[Interval] = field(default_factory=list)
    busy: list[Interval] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)
    clock_change: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewWeek:
    label: str
    heads: list[tuple[float, str, int]]
    ticks: list[tuple[float, str]]
    boxes: list[DrawnBox]
    height: float


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day in words: whole sentences, and the starts."""

    day: date
    facts: list[str]
    starts: list[str]


class AvailabilityPreview:
    """`settings` are named as the fields of Expert. Without a theme, or when not accepting, nothing is offered."""

    def __init__(
        self, expert: Expert, *, hours: Hours, settings: Mapping, theme: Theme | None, reader: Reader, now: datetime
    ):
        self.reader, self.theme, self.now = reader, theme, now
        self.accepting = settings["accepting"]
        zone = reader.zone.key
        today = timefmt.local_day(now, reader)
        self.days = [PreviewDay(today + number * DAY) for number in range(DAYS)]
        self.since, self.until = midnight(today, zone), midnight(today + DAYS * DAY, zone)
        since, until = instant(self.since), instant(self.until)
        expert_time = ExpertTime(expert, since=since, until=until)
        self.starts: list[datetime] = []
        if theme is not None and self.accepting:
            calendar = expert_time.calendar(expert.pk, hours, settings)
            policy = policy_of(theme.path, theme.duration_minutes, now)
            self.starts = list(slots.starts([calendar], policy, range_start=since, range_end=until, now=now))
        self.sessions = sum(self.since <= start < self.until for start in expert_time.sessions)
        self._fill(hours, expert_time)

    def _fill(self, hours: Hours, expert_time: ExpertTime) -> None:
        # Exceptions and what they leave: the hours of the exceptions alone are those that differ.
        open_times = windows(hours, self.since, self.until)
        differs = windows(Hours(hours.zone, (), hours.overrides), self.since, self.until)
        off = [
            (midnight(each.date, hours.zone), midnight(each.date + DAY, hours.zone))
            for each in hours.overrides
            if not each.windows and abs(each.date - self.days[0].date) < 2 * DAYS * DAY
        ]
        zone = self.reader.zone.key
        for day in self.days:
            bounds = (midnight(day.date, zone), midnight(day.date + DAY, zone))
            day.differs = clip(differs, *bounds)
            day.open = subtract(clip(open_times, *bounds), day.differs)
            day.off = clip(off, *bounds)
            day.booked = clip(expert_time.meetings, *bounds)
            day.busy = clip(merge(expert_time.foreign), *bounds)
            day.starts = [start for start in self.starts if bounds[0] <= epoch(start) < bounds[1]]
            day.clock_change = timefmt.clock_change(day.date, zone, self.reader.twelve_hour)

    @property
    def summary(self) -> str:
        """“47 hours 30 minutes open, 6 sessions booked.”"""
        seconds = sum(end - start for day in self.days for start, end in [*day.open, *day.differs])
        words = {"open": timefmt.gap(seconds), "number": self.sessions}
        if seconds:
            text = ngettext(
                "%(open)s open, %(number)s session booked.", "%(open)s open, %(number)s sessions booked.", self.sessions
            )
        else:
            text = ngettext(
                "No hours open, %(number)s session booked.", "No hours open, %(number)s sessions booked.", self.sessions
            )
        return text % words

    @property
    def offered(self) -> str:
        """How many times a participant finds, or why none."""
        if self.theme is None:
            return _("Choose a theme that you take, to see the times participants find.")
        if not self.accepting:
            return _("You are not accepting sessions, so participants find no times.")
        number = len(self.starts)
        text = _("Participants find no times for “%(theme)s” (%(length)s).")
        if number:
            text = ngettext(
                "Participants find %(number)s time for “%(theme)s” (%(length)s).",
                "Participants find %(number)s times for “%(theme)s” (%(length)s).",
                number,
            )
        return text % {"number": number, "theme": wording.isolated(self.theme.name), "length": self.theme.length}

    @property
    def left(self) -> int:
        """Room for the hours beside the days."""
        return 46 if self.reader.twelve_hour else 28

    @property
    def weeks(self) -> list[PreviewWeek]:
        low, high = self._span()
        return [self._week(self.days[:7], low, high), self._week(self.days[7:], low, high)]

    @property
    def kinds(self) -> set[str]:
        """What the drawing shows, for its legend."""
        names = ("open", "differs", "off", "booked", "busy")
        return {name for day in self.days for name in names if getattr(day, name)}

    def _span(self) -> tuple[int, int]:
        """The hours that are drawn, in minutes of the day: those of an office, and more where needed."""
        minutes = [8 * 60, 20 * 60]
        for day in self.days:
            for interval in [*day.open, *day.differs, *day.booked]:
                minutes += self._minutes(interval)
        return min(minutes) // HOUR * HOUR, -(-max(minutes) // HOUR) * HOUR

    def _minutes(self, interval: Interval) -> tuple[int, int]:
        """An interval within one day as minutes of that day; on a day that clocks change, as long as it really is."""
        start = instant(interval[0]).astimezone(self.reader.zone)
        first = start.hour * 60 + start.minute
        return first, min(first + (interval[1] - interval[0]) // 60, DAY_MINUTES)

    def _week(self, days: list[PreviewDay], low: int, high: int) -> PreviewWeek:
        def y(minute: int) -> float:
            return HEAD + (minute - low) / 60 * PER_HOUR

        column = (WIDTH - self.left) / 7
        boxes = []
        for number, day in enumerate(days):
            x = self.left + number * column + INSET
            for kind in ("off", "open", "differs", "busy", "booked"):
                for interval in getattr(day, kind):
                    first, last = (min(max(minute, low), high) for minute in self._minutes(interval))
                    if last > first:
                        height = round(max(y(last) - y(first), 3), 1)
                        boxes.append(
                            DrawnBox(kind, round(x, 1), round(y(first), 1), round(column - 2 * INSET, 1), height)
                        )
        heads = [
            (round(self.left + (number + 0.5) * column, 1), timefmt.short_weekday(day.date), day.date.day)
            for number, day in enumerate(days)
        ]
        ticks = [
            (round(y(minute), 1), timefmt.hour_label(minute // 60, self.reader.twelve_hour))
            for minute in range(-(-low // TICK) * TICK, high + 1, TICK)
        ]
        return PreviewWeek(timefmt.span(days[0].date, days[-1].date), heads, ticks, boxes, y(high) + 8)

    @property
    def lines(self) -> list[DayLine]:
        return [
            DayLine(day.date, self._facts(day), [timefmt.clock(start, self.reader) for start in day.starts])
            for day in self.days
        ]

    def _facts(self, day: PreviewDay) -> list[str]:
        end = midnight(day.date + DAY, self.reader.zone.key)
        if day.differs:
            text = _("Open %(times)s, different from usual.")
        elif day.open:
            text = _("Open %(times)s.")
        else:
            text = _("Time off.") if day.off else _("Not available.")
        facts = [text % {"times": self._ranges(merge([*day.open, *day.differs]), end)}]
        if day.booked:
            facts.append(_("Booked %(times)s.") % {"times": self._ranges(day.booked, end)})
        if day.busy:
            facts.append(_("Busy elsewhere %(times)s.") % {"times": self._ranges(day.busy, end)})
        return [*facts, *filter(None, [day.clock_change])]

    def _ranges(self, intervals: Iterable[Interval], end_of_day: int) -> str:
        return wording.listed([self._range(start, end, end_of_day) for start, end in intervals])

    def _range(self, start: int, end: int, end_of_day: int) -> str:
        if end < end_of_day:
            return timefmt.clock_range(instant(start), instant(end), self.reader)
        words = {
            "start": timefmt.clock(instant(start), self.reader),
            "end": timefmt.time_of_day(DAY_MINUTES, self.reader.twelve_hour),
        }
        return pgettext("times of one day", "%(start)s to %(end)s") % words
