"""The engine against the plain loop, as ratios, with values that show that both found the same."""

import hashlib
from datetime import UTC, date, datetime, timedelta

from bench.timing import median_ms
from bench.workload import BLOCKS, HALF_HOUR, STEP, Work, brute_union, workload
from experts import availability
from experts.availability import WEEKDAYS, Hours, RecurringWindows
from meetings import slots

EXPERTS = (1, 10, 100, 1000)
DAYS = (7, 28, 42)
HEADINGS = ("experts", "days", "week", "starts", "pairs", "check", "cold", "warm", "with who", "same")


class Case:
    """One W(N, D) as calendars of the engine."""

    def __init__(self, experts: int, days: int, *, all_week: bool):
        self.size = {"experts": experts, "days": days, "all_week": all_week}
        work = workload(experts, days, all_week=all_week)
        self.calendars = [
            slots.Calendar(number, hours_in(zone, work.workdays), meetings=busy)
            for number, (zone, busy) in enumerate(zip(work.zones, work.busy, strict=True))
        ]
        self.asked = asked_of(work)

    def plain(self) -> dict[int, list[int]]:
        return brute_union(**self.size)

    def times(self) -> list[datetime]:
        return slots.times(self.calendars, **self.asked)

    def who(self) -> dict[datetime, list]:
        return slots.starts(self.calendars, **self.asked)

    def cold(self) -> list[datetime]:
        for module in (availability, slots):
            for kept in vars(module).values():
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()
        return self.times()


def hours_in(zone: str, workdays: int) -> Hours:
    windows = tuple((start * 60, end * 60) for start, end in BLOCKS)
    rule = RecurringWindows(f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[:workdays])}", date(2027, 2, 1), windows)
    return Hours(zone, (rule,), ())


def asked_of(work: Work) -> dict:
    """The plain loop wants the whole session before the end, the engine only its start."""
    since, until = (datetime.fromtimestamp(moment, UTC) for moment in (work.since, work.until))
    last = until - timedelta(seconds=HALF_HOUR - 1)
    return {"policy": slots.Policy(HALF_HOUR, STEP), "range_start": since, "range_end": last, "now": since}


def check(found: dict[int, list[int]]) -> str:
    return hashlib.sha256("\n".join(map(str, sorted(found))).encode()).hexdigest()[:12]


def in_seconds(found: dict[datetime, list]) -> dict[int, list[int]]:
    return {int(start.timestamp()): numbers for start, numbers in found.items()}


def measure(experts: int, days: int, *, all_week: bool) -> tuple:
    """One row of the table; the four times are milliseconds."""
    case = Case(experts, days, all_week=all_week)
    expected, found = case.plain(), in_seconds(case.who())
    same = found == expected and [int(start.timestamp()) for start in case.times()] == sorted(expected)
    times = [median_ms(each) for each in (case.plain, case.cold, case.times, case.who)]
    return len(found), sum(map(len, found.values())), check(found), times, same


def run(say) -> bool:
    """Print the table; False where the engine and the plain loop differ."""
    say("\nEngine: time as a share of the plain loop's (brute_union), and of the same engine's with 100 experts\n")
    say("{:>7} {:>4} {:>4} {:>6} {:>7} {:>12} {:>6} {:>6} {:>8}  {}".format(*HEADINGS))
    all_same, warm = True, {}
    for all_week in (False, True):
        for days in DAYS:
            for experts in EXPERTS:
                starts, pairs, value, times, same = measure(experts, days, all_week=all_week)
                shares = [each / times[0] for each in times[1:]]
                week = "7/7" if all_week else "5/7"
                cells = " {:>6.3f} {:>6.3f} {:>8.3f}  {}".format(*shares, "yes" if same else "NO")
                say(f"{experts:>7} {days:>4} {week:>4} {starts:>6} {pairs:>7} {value:>12}{cells}")
                all_same &= same
                warm[all_week, days, experts] = times[2]
    growth = [warm[all_week, days, 1000] / warm[all_week, days, 100] for all_week in (False, True) for days in DAYS]
    say("\nWarm, 1000 experts to 100: " + ", ".join(f"{each:.1f}" for each in growth))
    return all_same
