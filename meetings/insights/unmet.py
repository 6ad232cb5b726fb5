"""Searches that found no time: counted as they happen, without whoever searched.

This is the one row that a GET writes, as it writes sessions: it says nothing of anybody. One statement each, so that
none is lost however many search at once.
"""

import logging
from datetime import datetime
from functools import cache

from django.db import Error, connection

from everwise.web import outage
from meetings.insights.scope import zone_of
from meetings.models import ANY_DAY, DayPart, UnmetSearch
from paths.models import Path, Theme

logger = logging.getLogger(__name__)

COLUMNS = ("path_id", "theme_id", "date", "weekday", "part")


def count_time(path: Path, theme: Theme, start: datetime, now: datetime) -> None:
    """Somebody wanted this very time."""
    local = start.astimezone(zone_of(path))
    count(path, theme, now, weekday=local.isoweekday(), part=DayPart.of(local.hour))


def count(path: Path, theme: Theme, now: datetime, *, weekday: int = ANY_DAY, part: DayPart = DayPart.ANY) -> None:
    """One search more. A database that can't be written to keeps nobody from reading the page."""
    date = now.astimezone(zone_of(path)).date()
    values = (path.pk, theme.pk, date, weekday, part.value)
    fields = {field.attname: field for field in UnmetSearch._meta.concrete_fields}
    prepared = [fields[name].get_db_prep_save(value, connection) for name, value in zip(COLUMNS, values, strict=True)]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_statement(), prepared)
    except Error as error:
        if outage.cause(error) is None:
            raise
        logger.warning("A search was not counted: %s", outage.in_words(error))


@cache
def _statement() -> str:
    quoted = connection.ops.quote_name
    table = quoted(UnmetSearch._meta.db_table)
    columns = ", ".join(map(quoted, COLUMNS))
    number = quoted("count")
    # Names of our own models; every value is a parameter.
    return (
        f"INSERT INTO {table} ({columns}, {number}) VALUES (%s, %s, %s, %s, %s, 1) "  # noqa: S608
        f"ON CONFLICT ({columns}) DO UPDATE SET {number} = {table}.{number} + 1"
    )
