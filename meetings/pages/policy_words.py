"""A path's settings in words: their names, their values, what a value means, and the limits for whoever books."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

from everwise import timefmt
from everwise.accounts.forms import languages
from paths.enums import RoomKind
from paths.models import Path
from paths.policy import in_words

LABELS: dict[str, Promise] = {
    "name": pgettext_lazy("of a thing", "Name"),
    "description": pgettext_lazy("of a path", "Text"),
    "language": gettext_lazy("Language"),
    "sessions_per_participant": gettext_lazy("Sessions in all"),
    "sessions_per_month": gettext_lazy("Sessions in one month"),
    "sessions_at_once": gettext_lazy("Sessions booked at the same time"),
    "notice_minutes": gettext_lazy("Booked at the latest"),
    "horizon_days": gettext_lazy("Booked at the earliest"),
    "start_interval_minutes": gettext_lazy("Sessions start every"),
    "change_until_minutes": gettext_lazy("Move or cancel until"),
    "most_moves": gettext_lazy("Moves of one session"),
    "no_shows_allowed": gettext_lazy("Missed sessions"),
    "opens_on": gettext_lazy("First date"),
    "closes_on": gettext_lazy("Last date"),
    "last_call_days": gettext_lazy("Last call"),
    "time_zone": gettext_lazy("Time zone"),
}
# In front of where they are.
ROOM_KINDS: dict[RoomKind, Promise | str] = {
    RoomKind.TEMPLATE: pgettext_lazy("of a video room", "A room for each meeting"),
    RoomKind.JITSI: "Jitsi",
    RoomKind.BIGBLUEBUTTON: "BigBlueButton",
}
LENGTHS = {"notice_minutes", "change_until_minutes", "start_interval_minutes"}
DATES = {"opens_on", "closes_on"}


def value(name: str, plain: Any) -> str:
    """A setting's value as paths.policy.plain has it."""
    if plain is None and name == "last_call_days":
        return pgettext("instead of a number", "none")
    if plain is None and name == "no_shows_allowed":
        return gettext("no rule")
    if plain is None:
        return pgettext("of a path", "no date") if name in DATES else pgettext("instead of a number", "no limit")
    if name in LENGTHS:
        return in_words(plain)
    if name in DATES:
        return timefmt.full_date(date.fromisoformat(plain))
    if name in {"horizon_days", "last_call_days"}:
        return ngettext("%(number)d day", "%(number)d days", plain) % {"number": plain}
    if name == "time_zone":
        return timefmt.city(plain)
    if name == "language":
        return dict(languages()).get(plain, plain)
    return str(plain)


def meaning(name: str, number: Any) -> str:
    """What a value of this setting comes to, in a sentence; `number` as it is stored, None where it is empty."""
    if number is None:
        return _without(name)
    text, words = _with(name, number)
    return text % {"number": number, **words}


def _without(name: str) -> str:
    match name:
        case "sessions_per_participant":
            return gettext("Each participant can have any number of sessions on this path. Empty: no limit.")
        case "sessions_per_month":
            return gettext("Any number of sessions can start in one calendar month. Empty: no limit.")
        case "sessions_at_once":
            return gettext("A participant can have any number of sessions coming up. Empty: no limit.")
        case "most_moves":
            return gettext("A participant can move a session any number of times. Empty: no limit.")
        case "no_shows_allowed":
            return gettext("Empty: whoever misses sessions can go on booking.")
        case "opens_on":
            return gettext("Empty: sessions can start at once.")
        case "closes_on":
            return gettext("Empty: the path never closes.")
        case "last_call_days":
            return gettext("Empty: nobody is written to before the path closes.")
    return ""


def _with(name: str, number: Any) -> tuple[str, dict[str, str]]:
    match name:
        case "sessions_per_participant":
            return ngettext(
                "Each participant has %(number)d session on this path. Leave it empty for no limit.",
                "Each participant has %(number)d sessions on this path. Leave it empty for no limit.",
                number,
            ), {}
        case "sessions_per_month":
            return ngettext(
                "At most %(number)d session starts in one calendar month, in the path’s zone. Empty: no limit.",
                "At most %(number)d sessions start in one calendar month, in the path’s zone. Empty: no limit.",
                number,
            ), {}
        case "sessions_at_once":
            return ngettext(
                "A participant can have %(number)d session coming up. Empty: no limit.",
                "A participant can have %(number)d sessions coming up. Empty: no limit.",
                number,
            ), {}
        case "notice_minutes" if not number:
            return gettext("A session can be booked until it starts."), {}
        case "notice_minutes":
            return gettext("A session can be booked until %(length)s before it starts."), {"length": in_words(number)}
        case "horizon_days":
            return ngettext(
                "A session can be booked up to %(number)d day ahead.",
                "A session can be booked up to %(number)d days ahead.",
                number,
            ), {}
        case "start_interval_minutes":
            times = (timefmt.time_of_day((9 * 60 + number * step) % (24 * 60)) for step in range(3))
            words = dict(zip(("first", "second", "third"), times, strict=True))
            text = gettext("Counted from the beginning of an expert’s hours: %(first)s, %(second)s, %(third)s.")
            return text, words
        case "change_until_minutes" if not number:
            return gettext(
                "Until it starts a participant can move a session, or cancel it and get it back."
                " Experts and admins are not bound by it."
            ), {}
        case "change_until_minutes":
            text = gettext(
                "Until %(length)s before the start a participant can move a session, or cancel it and get it back."
                " Later they can only cancel, and it counts as used. Experts and admins are not bound by it."
            )
            return text, {"length": in_words(number)}
        case "most_moves" if not number:
            return gettext("A participant can’t move a session, only cancel it. Empty: no limit."), {}
        case "most_moves":
            return ngettext(
                "A participant can move a session %(number)d time. Empty: no limit.",
                "A participant can move a session %(number)d times. Empty: no limit.",
                number,
            ), {}
        case "no_shows_allowed":
            return ngettext(
                "Whoever has missed %(number)d session is warned. After one more, an admin has to let them book again."
                " Empty: no rule.",
                "Whoever has missed %(number)d sessions is warned. After one more, an admin has to let them book again."
                " Empty: no rule.",
                number,
            ), {}
        case "opens_on":
            return gettext("Sessions start on or after %(day)s."), {"day": timefmt.full_date(number)}
        case "closes_on":
            return gettext("The last sessions start on %(day)s."), {"day": timefmt.full_date(number)}
        case "last_call_days":
            return ngettext(
                "%(number)d day before, whoever has sessions left and none coming up gets an e-mail, once. Empty:"
                " nobody does.",
                "%(number)d days before, whoever has sessions left and none coming up gets an e-mail, once. Empty:"
                " nobody does.",
                number,
            ), {}
    return gettext("Both dates begin and end at midnight in this zone. People see each time in their own."), {}


def room(facts: Mapping[str, str]) -> str:
    """Where meetings take place, by paths.rooms.RoomPlan.facts: “Jitsi at meet.example.com”."""
    kind, address = RoomKind(facts["kind"]), facts["address"]
    if kind == RoomKind.OWN:
        return str(kind.label)
    where = address if kind == RoomKind.TEMPLATE else urlsplit(address).netloc
    # Translators: like “Jitsi at meet.example.com”.
    return gettext("%(kind)s at %(where)s") % {"kind": ROOM_KINDS[kind], "where": where}


def limits(path: Path) -> list[str]:
    """What a participant may not exceed beside the number in all; nothing where there is no limit."""
    said = []
    if number := path.sessions_per_month:
        text = ngettext("At most %(number)d session in one month.", "At most %(number)d sessions in one month.", number)
        said.append(text % {"number": number})
    if number := path.sessions_at_once:
        text = ngettext(
            "At most %(number)d session coming up at the same time.",
            "At most %(number)d sessions coming up at the same time.",
            number,
        )
        said.append(text % {"number": number})
    if path.most_moves == 0:
        said.append(gettext("Participants can’t move a session, only cancel it."))
    elif number := path.most_moves:
        text = ngettext(
            "Participants can move a session %(number)d time.",
            "Participants can move a session %(number)d times.",
            number,
        )
        said.append(text % {"number": number})
    if number := path.no_shows_allowed:
        text = ngettext(
            "Whoever has missed more than %(number)d session books with an admin’s yes.",
            "Whoever has missed more than %(number)d sessions books with an admin’s yes.",
            number,
        )
        said.append(text % {"number": number})
    return said
