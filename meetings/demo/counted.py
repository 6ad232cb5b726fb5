"""What the demo's path would have counted for its Insights, day by day, since it opened."""

import random
from datetime import datetime, timedelta

from meetings.insights import offered
from meetings.models import ANY_DAY, DayPart, UnmetSearch
from paths.models import Path, Theme

SEED = 17
DAYS = 63
# How many searches of a week find nothing: by weekday and part of the day, most of them in the evening.
WANTED = (
    (1, DayPart.MORNING, 1),
    (2, DayPart.EVENING, 3),
    (3, DayPart.AFTERNOON, 1),
    (3, DayPart.EVENING, 2),
    (4, DayPart.EVENING, 3),
    (5, DayPart.AFTERNOON, 1),
    (6, DayPart.ANY, 1),
    (ANY_DAY, DayPart.ANY, 2),
)


def count(path: Path, themes: list[Theme], now: datetime) -> None:
    """Hours as experts have them now, for each day until today; and searches."""
    rng = random.Random(SEED)  # noqa: S311 - the same demo every time, nothing secret
    today = now.astimezone(path.time_zone).date()
    for days in range(DAYS):
        offered.note_day(path, today - timedelta(days=days))
    found: dict[tuple, int] = {}
    for week in range(DAYS // 7):
        for weekday, part, most in WANTED:
            for _each in range(rng.randint(0, most)):
                date = today - timedelta(days=week * 7 + rng.randint(1, 7))
                key = rng.choice(themes).pk, date, weekday, part
                found[key] = found.get(key, 0) + 1
    UnmetSearch.objects.bulk_create(
        UnmetSearch(path=path, theme_id=theme, date=date, weekday=weekday, part=part, count=number)
        for (theme, date, weekday, part), number in found.items()
    )
