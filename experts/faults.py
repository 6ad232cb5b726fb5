"""What is wrong with an address, a calendar or a rule of recurrence, in words.

The pure modules that read these know no language: their errors say a code, and behind a space what it is about. Codes
are also what is stored of a calendar that can't be read. Texts that were stored before there were codes stay as they
are.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from everwise import wording
from experts.addresses import MAX_ADDRESS
from experts.availability import PARTS
from experts.feeds.limits import MAX_EVENTS, MAX_REDIRECTS, MAX_ZONES, TOTAL_SECONDS

NUMBERS = {
    "characters": MAX_ADDRESS,
    "redirects": MAX_REDIRECTS,
    "seconds": round(TOTAL_SECONDS),
    "zones": MAX_ZONES,
    "events": MAX_EVENTS,
}

ADDRESSES: Mapping[str, Promise] = {
    "address-too-long": _("The address is longer than %(characters)s characters."),
    "address-with-spaces": _("An address has no spaces or control characters in it."),
    "no-address": _("This is not an address. It should look like https://example.com/calendar.ics."),
    "address-scheme": _("The address must begin with https://, http:// or webcal://."),
    "address-with-password": _("The address may not hold a user name or password. Use the calendar’s secret address."),
    "address-port": _("Calendars are not read from port %(value)s."),
    "address-host": _("This is not an address: its host is neither a name nor a number."),
    "address-host-name": _("This is not an address: no host can have such a name."),
    "address-host-number": _("This is not an address: its host is neither a name nor a plain number."),
}

CONNECTIONS: Mapping[str, Promise] = {
    "leads-nowhere": _("The address leads on to one that can’t be read."),
    "leads-to-http": _("The address leads from https to http, where anybody could read along."),
    "leads-on": _("The address leads on more than %(redirects)s times."),
    "certificate": _("The server’s certificate is not valid for this address."),
    "broken-off": _("The server can’t be reached, or broke off in the middle of its answer."),
    "slow": _("The server did not send the calendar within %(seconds)s seconds."),
    "no-server": _("There is no server of this name."),
    "private": _("The address lies in a private network, where calendars are not read from."),
    "sign-in": _("The server wants a sign-in. Use the calendar’s secret address instead."),
    "no-calendar": _("There is no calendar at this address (any more)."),
    "busy": _("The server is busy and asks to be read later."),
    "server-error": _("The server answers with an error (%(value)s)."),
    "packed": _("The server packs the calendar in a way that can’t be unpacked."),
    "not-asked": _("The server says “not changed” without having been asked."),
}

FILES: Mapping[str, Promise] = {
    "unreadable": _("The calendar can’t be read."),
    "too-large": _("The calendar is larger than 20 MB."),
    "too-heavy": _("The calendar takes too long or too much memory to read."),
    "too-many-zones": _("The calendar has more than %(zones)s time zones."),
    "too-many-events": _("The calendar has more than %(events)s events that are not over."),
    "too-many-times": _("The calendar has more than %(value)s busy times."),
    "too-often": _("The calendar’s events repeat too often to be counted."),
    "damaged": _("The calendar file is damaged: its parts do not end where they should."),
    "too-deep": _("The calendar file is damaged: its parts are nested too deeply."),
    "cut-short": _("The calendar file ends in the middle."),
    "no-calendar-file": _("This is not a calendar file."),
    "perhaps-a-page": _("This is not a calendar file. Perhaps it is a page that wants a sign-in."),
    "impossible": _("A date or time in it can’t exist."),
    "no-such-date": _("“%(value)s” in the calendar is a date or time that does not exist."),
    "no-date": _("“%(value)s” in the calendar is neither a date nor a time."),
    "no-length": _("“%(value)s” in the calendar is no length of time."),
    "no-offset": _("“%(value)s” in the calendar is no offset from UTC."),
    "recurrence": _("An event’s recurrence rule can’t be read."),
    "too-fine": _("An event repeats more often than daily. Such events are not read."),
    "zone-never": _("A time zone in the calendar never begins."),
    "zone-too-often": _("A time zone in the calendar changes too often."),
}

RULES: Mapping[str, Promise] = {
    "rule-part": _("A rule may not say “%(value)s”: it has only %(parts)s."),
    "rule-twice": _("A rule may say %(value)s only once."),
    "rule-freq": _("FREQ must be DAILY, WEEKLY or MONTHLY."),
    "rule-interval": _("INTERVAL must be a whole number from 1 to 9999."),
    "rule-byday": _("BYDAY must list weekdays such as MO,WE; a monthly rule may also say 1MO or -1FR."),
    "rule-until": _("UNTIL must be a local date such as 20261231."),
    "rule-count": _("COUNT must be a whole number from 1 to 9999."),
    "rule-without-freq": _("A rule must say FREQ: DAILY, WEEKLY or MONTHLY."),
    "rule-two-ends": _("A rule may say UNTIL or COUNT, not both."),
    "rule-numbered": _("Only a monthly rule may number its weekdays, such as 1MO or -1FR."),
}

TEXTS = {**ADDRESSES, **CONNECTIONS, **FILES, **RULES}


def in_words(fault: Exception | str) -> str:
    """What an error of these modules, or a stored one, says to the person whose calendar or hours they are."""
    code, _space, value = str(fault).partition(" ")
    if code not in TEXTS:
        return str(fault)
    numbers = {name: wording.count(number) for name, number in NUMBERS.items()}
    if code == "too-many-times":
        value = wording.count(int(value))
    return str(TEXTS[code]) % {**numbers, "parts": ", ".join(PARTS), "value": value}
