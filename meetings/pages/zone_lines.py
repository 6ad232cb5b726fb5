"""One time in the zones of several people, always in the reader's own clock style."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext, pgettext

from everwise import timefmt, wording
from everwise.accounts.models import User, first_names
from everwise.timefmt import Reader


class ZoneLine(NamedTuple):
    who: str
    city: str
    offset: str  # "GMT+1"; empty where the city says it already
    times: str  # with the weekday and date, where they are not the reader's
    reader: Reader  # that zone in the reader's style


def zone_lines(start: datetime, end: datetime, others: Iterable[User], reader: Reader) -> list[ZoneLine]:
    """The reader's line first, then a line for each zone of the others whose clocks show another time."""
    lines = [_line(pgettext("whose time it is", "You"), start, end, reader, reader)]
    others = list(others)
    called = dict(zip(others, first_names(others), strict=True))
    elsewhere: dict[str, list[User]] = {}
    for person in others:
        if offset_in(person.time_zone, start) != offset_in(reader.zone, start):
            elsewhere.setdefault(str(person.time_zone), []).append(person)
    for group in elsewhere.values():
        who = wording.names([called[person] for person in group])
        lines.append(_line(who, start, end, Reader(group[0].time_zone, reader.twelve_hour), reader))
    return lines


def offset_in(zone, instant: datetime) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()


def _line(who: str, start: datetime, end: datetime, there: Reader, reader: Reader) -> ZoneLine:
    times = timefmt.clock_range(start, end, there)
    if timefmt.local_day(start, there) != timefmt.local_day(start, reader):
        times = gettext("%(day)s, %(time)s") % {"day": timefmt.tiny_day(start, there), "time": times}
    city = timefmt.city(there.zone)
    # UTC is its own offset: "UTC GMT" would say one thing twice.
    return ZoneLine(who, city, "" if city == "UTC" else timefmt.offset(start, there.zone), times, there)
