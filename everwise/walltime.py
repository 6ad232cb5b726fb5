"""What a clock on a wall means: the instants at which it shows a time. Pure: no Django."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def instants(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants, in UTC and in order, at which clocks of the zone show the naive `local` time.

    One, as a rule; two where the clocks go back over it, none where they skip it (PEP 495).
    """
    both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(each for each in both if each.astimezone(zone).replace(tzinfo=None, fold=0) == local)
