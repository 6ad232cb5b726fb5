"""The engine against a slow model that looks at every minute of UTC, one by one.

The model shares nothing with the engine but its inputs: it knows local time only by asking each minute what
the clocks show, and recurrence only by asking each date whether it matches.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experts.availability import Hours, Override, RecurringWindows
from meetings.slots import Calendar, Policy, first, free, starts, times

DAY = timedelta(days=1)
DAYS_BEFORE, DAYS_AFTER = 9, 9
SPAN = (DAYS_BEFORE + DAYS_AFTER) * 24 * 60
CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

# Each zone with a date on or beside which its clocks do something.
PLACES = [
    ("UTC", date(2026, 7, 1)),
    ("Asia/Kolkata", date(2026, 12, 31)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2017, 10, 15)),  # no midnight
    ("America/Sao_Paulo", date(2018, 2, 18)),  # 23:00 to 24:00 twice
    ("Asia/Beirut", date(2026, 3, 29)),
    ("America/Havana", date(2026, 11, 1)),  # midnight twice
    ("America/St_Johns", date(2010, 11, 7)),  # back over midnight, so the date before comes again
    ("Pacific/Apia", date(2011, 12, 30)),  # no such date
]


class Clock:
    """What the clocks of a zone show at each UTC minute around a date. Minutes count from `origin`."""

    def __init__(self, zone, centre):
        self.origin = datetime(centre.year, centre.month, centre.day, tzinfo=UTC) - DAYS_BEFORE * DAY
        self.shows = [
            (self.origin + timedelta(minutes=m)).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for m in range(SPAN)
        ]
        self.dates = {local.date() for local in self.shows}
        self._first = {}

    def first_minute(self, local):
        """The first minute that shows this time or a later one."""
        if local not in self._first:
            self._first[local] = next((m for m, shown in enumerate(self.shows) if shown >= local), SPAN)
        return self._first[local]

    def seconds(self, minute):
        return int(self.origin.timestamp()) + 60 * minute


clock_of = lru_cache(maxsize=None)(Clock)


def matches(parts, first, day):
    interval = int(parts.get("INTERVAL", 1))
    codes = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    weekday = CODES[day.weekday()]
    if parts["FREQ"] == "DAILY":
        return (day - first).days % interval == 0 and (not codes or weekday in codes)
    if parts["FREQ"] == "WEEKLY":
        weeks = ((day - day.weekday() * DAY) - (first - first.weekday() * DAY)).days // 7
        return weeks % interval == 0 and weekday in (codes or [CODES[first.weekday()]])
    months = (day.year - first.year) * 12 + day.month - first.month
    if months % interval:
        return False
    if not codes:
        return day.day == first.day
    days_left = ((day.replace(day=28) + 4 * DAY).replace(day=1) - day).days - 1
    names = {weekday, f"{(day.day - 1) // 7 + 1}{weekday}", f"-{days_left // 7 + 1}{weekday}"}
    return bool(names & set(codes))


def dates_of_rule(rule, last):
    parts = dict(part.split("=") for part in rule.rrule.split(";"))
    until = datetime.strptime(parts["UNTIL"], "%Y%m%d").date() if "UNTIL" in parts else last
    found = [
        day
        for day in (rule.first_date + n * DAY for n in range((last - rule.first_date).days + 1))
        if day <= until and matches(parts, rule.first_date, day)
    ]
    return found[: int(parts["COUNT"])] if "COUNT" in parts else found


def open_minutes(hours, clock):
    """For each minute, whether the expert's hours hold it."""
    overrides = {override.date: override.windows for override in hours.overrides}
    planned = [(day, window) for day, windows in overrides.items() for window in windows]
    for rule in hours.rules:
        for day in dates_of_rule(rule, max(clock.dates)):
            if day not in overrides:
                planned += [(day, window) for window in rule.windows]
    inside = bytearray(SPAN)
    for day, (start, end) in planned:
        if day not in clock.dates:
            continue
        midnight = datetime(day.year, day.month, day.day)
        last = midnight + timedelta(minutes=end if end > start else end + 24 * 60)
        if day + DAY in overrides:
            last = min(last, midnight + DAY)
        for minute in range(clock.first_minute(midnight + timedelta(minutes=start)), clock.first_minute(last)):
            inside[minute] = 1
    return inside


def anchors_of(inside, clock):
    """For each minute inside a merged window, the minute its starts are counted from."""
    midnights = {clock.first_minute(datetime(day.year, day.month, day.day)) for day in clock.dates}
    anchors = [None] * SPAN
    start = 0
    while start < SPAN:
        if not inside[start]:
            start += 1
            continue
        end = start
        while end < SPAN and inside[end]:
            end += 1
        anchor = start
        for minute in range(start, end):
            if end - start > 24 * 60 and minute in midnights:
                anchor = minute
            anchors[minute] = anchor
        start = end
    return anchors


def minutes_of(intervals, clock):
    taken = bytearray(SPAN)
    for start, end in intervals:
        for second in range(start, end, 60):
            taken[(second - clock.seconds(0)) // 60] = 1
    return taken


def smaller(one, other):
    return min((n for n in (one, other) if n is not None), default=None)


def model_of_one(calendar, policy, clock, range_start, range_end, now, participant_busy):
    duration, interval = policy.duration // 60, policy.interval // 60
    before, after = calendar.buffer_before // 60, calendar.buffer_after // 60
    wide = max(before, after)
    inside = open_minutes(calendar.hours, clock)
    anchors = anchors_of(inside, clock)
    meetings, foreign = minutes_of(calendar.meetings, clock), minutes_of(calendar.foreign, clock)
    participant = minutes_of(participant_busy, clock)
    held = [clock.shows[(start - clock.seconds(0)) // 60].date() for start in calendar.session_starts]
    horizon = smaller(calendar.horizon_days, policy.horizon_days)
    for minute in range(range_start, range_end):
        end = minute + duration
        if minute < now + max(calendar.notice, policy.notice) // 60:
            continue
        if policy.opens is not None and clock.seconds(minute) < policy.opens:
            continue
        if policy.closes is not None and clock.seconds(minute) >= policy.closes:
            continue
        if not all(inside[minute:end]) or (minute - anchors[minute]) % interval:
            continue
        if any(meetings[minute - wide : end + wide]) or any(foreign[minute - before : end + after]):
            continue
        if any(participant[minute:end]):
            continue
        day = clock.shows[minute].date()
        if horizon is not None and day > clock.shows[now].date() + horizon * DAY:
            continue
        if calendar.cap_day is not None and held.count(day) >= calendar.cap_day:
            continue
        week = [day - day.weekday() * DAY + n * DAY for n in range(7)]
        if calendar.cap_week is not None and sum(map(held.count, week)) >= calendar.cap_week:
            continue
        yield minute


def model(calendars, policy, clock, range_start, range_end, now, participant_busy):
    found = {}
    for calendar in calendars:
        for minute in model_of_one(calendar, policy, clock, range_start, range_end, now, participant_busy):
            found.setdefault(clock.origin + timedelta(minutes=minute), []).append(calendar.id)
    return dict(sorted(found.items()))


# Round times most of the time, so that windows touch and busy times end where sessions begin.
CLOCK_TIMES = st.one_of(st.sampled_from([0, 30, 60, 90, 120, 150, 540, 720, 1080, 1380, 1410]), st.integers(0, 1439))
WINDOWS = st.lists(st.tuples(CLOCK_TIMES, st.one_of(CLOCK_TIMES, st.just(1440))), min_size=1, max_size=3).map(tuple)
# Mostly none: with every limit at once nothing would be left to compare.
LIMIT = st.sampled_from([None, None, None, None, None, None, 0, 1, 2, 3])
ROUND_MINUTES = st.sampled_from([0, 5, 15, 30])


@st.composite
def rules(draw, centre):
    frequency = draw(st.sampled_from(["DAILY", "DAILY", "DAILY", "WEEKLY", "WEEKLY", "MONTHLY"]))
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.sampled_from([1, 1, 2, 3, 7]))}")
    if draw(st.booleans()):
        names = CODES
        if frequency == "MONTHLY":
            names = CODES + [f"{n}{code}" for n in (1, 2, 3, 4, 5, -1, -2, -5) for code in CODES]
        parts.append(f"BYDAY={','.join(draw(st.lists(st.sampled_from(names), min_size=1, max_size=6)))}")
    ending = draw(st.sampled_from(["", "", "", "", "UNTIL", "COUNT"]))
    if ending == "UNTIL":
        parts.append(f"UNTIL={centre + draw(st.integers(-5, 5)) * DAY:%Y%m%d}")
    elif ending == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    first_date = centre - draw(st.one_of(st.integers(-1, 10), st.integers(5, 500))) * DAY
    return RecurringWindows(";".join(parts), first_date, draw(WINDOWS))


@st.composite
def busy_times(draw, clock, most):
    found = []
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers((DAYS_BEFORE - 2) * 96, (DAYS_BEFORE + 2) * 96)) * 15
        length = draw(st.sampled_from([0, 5, 30, 45, 60, 200, 1500]))
        found.append((clock.seconds(start), clock.seconds(start + length)))
    return found


@st.composite
def calendars_at(draw, zone, centre, clock, name):
    overrides = {
        centre + n * DAY: draw(st.one_of(st.just(()), WINDOWS)) for n in draw(st.lists(st.integers(-3, 3), max_size=2))
    }
    rule_list = draw(st.lists(rules(centre), min_size=1, max_size=4))
    return Calendar(
        id=name,
        hours=Hours(zone, tuple(rule_list), tuple(Override(*item) for item in overrides.items())),
        meetings=draw(busy_times(clock, 3)),
        foreign=draw(busy_times(clock, 3)),
        session_starts=[start for start, _ in draw(busy_times(clock, 4))],
        buffer_before=60 * draw(ROUND_MINUTES),
        buffer_after=60 * draw(ROUND_MINUTES),
        notice=60 * draw(st.sampled_from([0, 0, 60, 600])),
        horizon_days=draw(LIMIT),
        cap_day=draw(LIMIT),
        cap_week=draw(LIMIT),
    )


@st.composite
def questions(draw):
    centre_at = draw(st.sampled_from(PLACES))
    clock = clock_of(*centre_at)
    middle = DAYS_BEFORE * 24 * 60
    range_start = middle + draw(st.integers(-2 * 1440, 1440))
    range_end = range_start + draw(st.integers(600, 3 * 1440))
    opens = draw(st.sampled_from([None, None, None, range_start + 200, range_start + 1441]))
    closes = draw(st.sampled_from([None, None, None, range_end - 30, range_start + 720]))
    policy = Policy(
        duration=60 * draw(st.sampled_from([15, 30, 45, 60, 180])),
        interval=60 * draw(st.sampled_from([10, 15, 30, 35, 60, 420])),
        notice=60 * draw(st.sampled_from([0, 0, 30, 300])),
        horizon_days=draw(LIMIT),
        opens=None if opens is None else clock.seconds(opens),
        closes=None if closes is None else clock.seconds(closes),
    )
    calendars = [draw(calendars_at(*centre_at, clock, name)) for name in draw(st.sampled_from(["a", "ba", "dcba"]))]
    now = range_start + draw(st.sampled_from([-1440, -1440, -600, -60, 0, 400]))
    return calendars, policy, clock, range_start, range_end, now, draw(busy_times(clock, 2))


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(questions())
def test_engine_agrees_with_the_model(question):
    calendars, policy, clock, range_start, range_end, now, participant_busy = question

    asked = {
        "range_start": clock.origin + timedelta(minutes=range_start),
        "range_end": clock.origin + timedelta(minutes=range_end),
        "now": clock.origin + timedelta(minutes=now),
        "participant_busy": participant_busy,
    }
    found = starts(calendars, policy, **asked)

    assert list(found.items()) == list(model(*question).items())
    assert list(found) == times(calendars, policy, **asked)
    assert next(iter(found), None) == first(calendars, policy, **asked)
    for most in (1, 3):
        counted = {int(start.timestamp()): (ids[:most], len(ids)) for start, ids in found.items()}
        assert list(free(calendars, policy, most=most, **asked).items()) == list(counted.items())
