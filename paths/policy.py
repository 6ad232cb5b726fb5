"""What an admin sets of a path: its values, which of them make no sense together, and how versions are told apart.

`Values` are the columns of FIELDS by name. Django's admin and the page of a path's settings ask `problems` alike.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from paths.models import Path

Values = Mapping[str, Any]

FIELDS = (
    "name",
    "description",
    "language",
    "sessions_per_participant",
    "sessions_per_month",
    "sessions_at_once",
    "notice_minutes",
    "horizon_days",
    "start_interval_minutes",
    "change_until_minutes",
    "most_moves",
    "no_shows_allowed",
    "opens_on",
    "closes_on",
    "last_call_days",
    "time_zone",
)
# Long, and in somebody's own words: kept beside the history, not in it.
TEXT = "description"
DAY_MINUTES = 24 * 60


def values_of(path: Path) -> dict[str, Any]:
    return {name: getattr(path, name) for name in FIELDS}


def plain(values: Values) -> dict[str, Any]:
    """As JSON keeps them: dates in ISO 8601, the zone by its name."""
    return {
        name: value if value is None or isinstance(value, int | str) else str(value) for name, value in values.items()
    }


def version(path: Path) -> str:
    """Of the values as they stand: another one after each change."""
    return sha256(json.dumps(plain(values_of(path))).encode()).hexdigest()[:32]


def problems(values: Values) -> dict[str, str]:
    """What can't be meant, by the field at which it is best put right; nothing about values that are not there."""
    known = {name: values.get(name) for name in FIELDS}
    found = {
        "notice_minutes": _notice(known["notice_minutes"], known["horizon_days"]),
        "closes_on": _dates(known["opens_on"], known["closes_on"]),
        "last_call_days": _last_call(known["last_call_days"], values),
        "sessions_per_month": _more_than_in_all(
            known["sessions_per_month"],
            known["sessions_per_participant"],
            _("%(number)d in one month is more than %(all)d in all."),
        ),
        "sessions_at_once": _more_than_in_all(
            known["sessions_at_once"],
            known["sessions_per_participant"],
            _("%(number)d at the same time is more than %(all)d in all."),
        ),
    }
    return {name: text for name, text in found.items() if text}


def _notice(notice, horizon):
    # The last day that can be booked ends less than a day after as many days as the horizon has.
    if notice is None or horizon is None or notice < (horizon + 1) * DAY_MINUTES:
        return ""
    text = ngettext(
        "Nothing could be booked: sessions need notice of %(notice)s but can be booked only %(number)d day ahead."
        " Make this shorter, or the other longer.",
        "Nothing could be booked: sessions need notice of %(notice)s but can be booked only %(number)d days ahead."
        " Make this shorter, or the other longer.",
        horizon,
    )
    return text % {"notice": in_words(notice), "number": horizon}


def _dates(opens, closes):
    if opens is None or closes is None or closes >= opens:
        return ""
    return _("The path can’t close before it opens. It opens on %(day)s.") % {"day": timefmt.full_date(opens)}


def _last_call(days, values):
    # Where the date itself has a problem, it is said there.
    if days is None or "closes_on" not in values or values["closes_on"] is not None:
        return ""
    return _("There is no last call without a last date. Give the path one, or leave this empty.")


def _more_than_in_all(number, total, text):
    return "" if number is None or total is None or number <= total else text % {"number": number, "all": total}


def in_words(minutes: int) -> str:
    """“90 days”, “1 day”, or hours and minutes where it is no whole number of days."""
    days, rest = divmod(minutes, DAY_MINUTES)
    if rest or not days:
        return timefmt.minutes(minutes)
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}
