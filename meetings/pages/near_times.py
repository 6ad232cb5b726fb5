"""Times to offer in place of one that is gone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from meetings.slots.openings import Openings

NEAR = timedelta(days=4)


def offers(openings: Openings, minutes: int, start: datetime, url: Callable[[datetime, list[int]], str]) -> list[dict]:
    """What to offer in place of a start that is gone: the same time with somebody else first, then the nearest.

    `url` gives the address of an offer, from its start and the ids of the experts who are free then.
    """
    found = openings.starts(minutes, since=start - NEAR, until=start + NEAR) or openings.starts(minutes)
    return nearest_cards(openings, found, minutes, start, url)


def nearest_cards(
    openings: Openings,
    found: dict[datetime, list[int]],
    minutes: int,
    start: datetime,
    url: Callable[[datetime, list[int]], str],
) -> list[dict]:
    """Those of the starts found that are nearest to this one, as cards; `url` is as in `offers`."""
    near = nearest_first(found, start)
    nearest = min(near, key=lambda other: abs(other - start), default=None)
    return [
        {
            "start": other,
            "end": other + timedelta(minutes=minutes),
            "people": [openings.experts[pk].user for pk in found[other]],
            "url": url(other, found[other]),
            "seconds": int(abs((other - start).total_seconds())),
            "later": other > start,
            "nearest": other == nearest,
        }
        for other in near
    ]


def nearest_first(starts: Mapping[datetime, Sequence], wanted: datetime, most: int = 3) -> list[datetime]:
    """The wanted start itself, if it is among them, then those nearest to it in order of time."""
    near = sorted(starts, key=lambda start: (abs(start - wanted), start))[:most]
    return sorted(near, key=lambda start: (start != wanted, start))
