"""The small parts of the interface. Drawings stand beside real text, so they are hidden from assistive tools."""

import math
from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.faces import Face
from everwise.intervals import DAY_MINUTES
from everwise.timefmt import Reader, clock, hour_label, local_day, short_month, short_weekday

register = template.Library()

# Icon, word and colours; a badge without colours of its own is grey.
BADGES = {
    "dropin": ("bolt", pgettext_lazy("of a meeting", "Drop-in"), "bg-primary-subtle text-primary-emphasis"),
    "adhoc": ("pencil", _("Ad-hoc"), "ew-adhoc"),
    "confirmed": ("check-circle", pgettext_lazy("of a meeting", "Confirmed"), "bg-transparent px-0 fw-medium"),
    "over": ("clock", pgettext_lazy("of a meeting", "Over"), ""),
    "completed": ("check", pgettext_lazy("of a meeting", "Completed"), ""),
    "cancelled": ("x", pgettext_lazy("of a meeting", "Cancelled"), ""),
    "deleted": ("trash", pgettext_lazy("of a meeting", "Deleted"), ""),
    "no_show": ("alert", pgettext_lazy("of a meeting", "No-show"), "bg-warning-subtle text-warning-emphasis"),
    "participant": ("person", _("Participant"), "bg-info-subtle text-info-emphasis"),
    "expert": ("compass", _("Expert"), "ew-expert"),
    "organizer": ("star", _("Organizer"), "bg-warning-subtle text-warning-emphasis"),
    "admin": (
        "shield",
        pgettext_lazy("of a path", "Admin"),
        "bg-transparent text-body-emphasis border border-secondary",
    ),
    "draft": ("pencil", pgettext_lazy("of a path", "Draft"), ""),
    "beta": ("", _("Beta"), ""),
}
# The sun arc covers the hours in which most people meet; other times are drawn on a dayline.
ARC_FROM, ARC_TO = 6 * 60, 20 * 60
ARC_RADIUS, ARC_CENTRE, ARC_GROUND = 94, 107, 108
# Nearer labels would run into each other.
LABEL_GAP = 0.09
MANY_CREDITS = 12
# Icons that point where reading goes, or back: mirrored in languages from right to left.
ONWARD = {"chevron-left", "chevron-right", "arrow-left", "arrow-right", "sign-out"}


@register.filter
def said_of(error: str, field: forms.BoundField) -> str:
    """A problem in a list of several fields: what Django says of an empty one doesn't tell which it is."""
    if error != forms.Field.default_error_messages["required"]:
        return error
    return gettext("%(field)s: %(problem)s") % {"field": field.label, "problem": error}


# Kept, since a page draws dozens and each asks where the file is.
@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, modifier: str = "") -> SafeString:
    css = f"ew-icon ew-icon--{modifier}" if modifier else "ew-icon"
    css += " ew-icon--onward" if name in ONWARD else ""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, static("img/icons.svg"), name
    )


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag
def avatar(person, size: str = "md") -> SafeString:
    """A person's initials; of a user, or of their face where no more is known."""
    return _drawn(person if isinstance(person, Face) else Face.of(person.pk, str(person)), size)


@lru_cache(maxsize=4096)
def _drawn(face: Face, size: str) -> SafeString:
    return format_html(
        '<span class="ew-avatar ew-avatar--{} ew-avatar--{}" aria-hidden="true">{}</span>',
        size,
        face.pair,
        initials(face.name),
    )


@register.simple_tag
def avatars(people, size: str = "sm", most: int = 3) -> SafeString:
    """A stack of the first few people, then how many more there are."""
    people = list(people)
    more = len(people) - most
    stack = "".join(avatar(person, size) for person in people[:most])
    if more > 0:
        stack += f'<span class="ew-avatar ew-avatar--{escape(size)} ew-avatar--more">+{more}</span>'
    return mark_safe(f'<span class="ew-avatars" aria-hidden="true">{stack}</span>')


@register.simple_tag
def badge(key: str) -> SafeString:
    name, word, colours = BADGES[key]
    return format_html('<span class="{}">{}{}</span>', f"badge {colours}".rstrip(), icon(name) if name else "", word)


@register.simple_tag
def leaf(day: date, reader: Reader, now: datetime | None = None) -> SafeString:
    """`day` is an instant or a plain date; with `now`, today and the past look different."""
    local = local_day(day, reader)
    top, css = short_weekday(local), "ew-leaf"
    if now is not None:
        today = local_day(now, reader)
        if local == today:
            top, css = gettext("Today"), "ew-leaf ew-leaf--today"
        elif local < today:
            css = "ew-leaf ew-leaf--past"
    return format_html(
        '<time class="{}" datetime="{}"><span>{}</span> <span>{}</span> <span>{}</span></time>',
        css,
        local.isoformat(),
        top,
        local.day,
        short_month(local),
    )


def _minute_of_day(instant: datetime, reader: Reader) -> int:
    local = instant.astimezone(reader.zone)
    return local.hour * 60 + local.minute


@register.simple_tag
def dayline(start: datetime, end: datetime, reader: Reader, kind: str = "dropin", labels: bool = True) -> SafeString:
    """A bar of the reader's 24 hours with the meeting on it. Past midnight it ends with the day."""
    first = _minute_of_day(start, reader)
    length = max(int((end - start) / timedelta(minutes=1)), 30)
    width = min(length, DAY_MINUTES - first)
    ticks = format_html_join(
        "", '<line x1="{0}%" x2="{0}%" y1="10" y2="16"></line>', ((each,) for each in (25, 50, 75))
    )
    words = ""
    if labels:
        words = format_html_join(
            "",
            '<text x="{}%" y="44" text-anchor="{}">{}</text>',
            (
                (hour / 24 * 100, {0: "start", 24: "end"}.get(hour, "middle"), hour_label(hour, reader.twelve_hour))
                for hour in (0, 6, 12, 18, 24)
            ),
        )
    return format_html(
        '<span class="ew-dayline ew-dayline--{}{}" aria-hidden="true"><svg>{}'
        '<rect x="{}%" y="1" width="{}%" height="24" rx="5"></rect>{}</svg></span>',
        kind,
        " ew-dayline--labels" if labels else "",
        ticks,
        round(first / DAY_MINUTES * 100, 2),
        round(width / DAY_MINUTES * 100, 2),
        words,
    )


@register.simple_tag
def sunarc(start: datetime, reader: Reader, end: datetime | None = None, kind: str = "dropin") -> SafeString:
    """The sun's place at the start of a meeting; outside 06 to 20 a dayline stands in for it."""
    minute = _minute_of_day(start, reader)
    if not ARC_FROM <= minute <= ARC_TO:
        return dayline(start, end or start, reader, kind)
    angle = math.pi * (minute - ARC_FROM) / (ARC_TO - ARC_FROM)
    x = ARC_CENTRE - ARC_RADIUS * math.cos(angle)
    y = ARC_GROUND - ARC_RADIUS * math.sin(angle)
    arc = f"M{ARC_CENTRE - ARC_RADIUS} {ARC_GROUND}a{ARC_RADIUS} {ARC_RADIUS} 0 0 1 {2 * ARC_RADIUS} 0"
    hours = format_html_join(
        "",
        '<text class="ew-sunarc-hour" x="{}" y="126" text-anchor="middle">{}</text>',
        (
            (ARC_CENTRE + side * ARC_RADIUS, hour_label(hour, reader.twelve_hour))
            for side, hour in ((-1, 6), (0, 13), (1, 20))
        ),
    )
    return format_html(
        '<svg class="ew-sunarc" viewBox="0 0 214 130" aria-hidden="true"><defs>'
        '<radialGradient id="ew-sky" gradientUnits="userSpaceOnUse" cx="{x}" cy="{y}" r="90">'
        '<stop class="ew-sunarc-glow"></stop><stop class="ew-sunarc-sky" offset="1"></stop></radialGradient></defs>'
        '<path d="{arc}z" fill="url(#ew-sky)"></path><path class="ew-sunarc-path" d="{arc}"></path>'
        '<path class="ew-sunarc-ground" d="M0 {ground}h214"></path>'
        '<circle class="ew-sunarc-halo" cx="{x}" cy="{y}" r="17"></circle>'
        '<circle class="ew-sunarc-sun" cx="{x}" cy="{y}" r="10"></circle>'
        '<text class="ew-sunarc-time" x="{centre}" y="{base}" text-anchor="middle">{time}</text>{hours}</svg>',
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        arc=arc,
        ground=ARC_GROUND,
        centre=ARC_CENTRE,
        base=ARC_GROUND - 23,
        time=clock(start, reader),
        hours=hours,
    )


@register.simple_tag
def credits(used: int, booked: int, total: int, size: str = "") -> SafeString:
    """One mark a session: used, booked, left. The sentence beside it is the page's."""
    states = ["used"] * used + ["booked"] * booked + ["left"] * max(total - used - booked, 0)
    css = "ew-credits"
    if len(states) > MANY_CREDITS:
        css += " ew-credits--many"
    if size:
        css += f" ew-credits--{size}"
    marks = format_html_join("", '<span class="ew-credit--{}"></span>', ((state,) for state in states))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, marks)


class TimelinePoint(NamedTuple):
    """A point of a path's timeline. `at` runs from 0 to 1; `kind` is start, done, booked, adhoc or end."""

    at: float
    kind: str
    label: str
    text: str = ""


@register.simple_tag
def timeline(marks: list[TimelinePoint], today: float) -> SafeString:
    """A path from opening to closing. A label too near the one before is left out, its dot stays.

    `today` is the share of the path's time gone by; the line up to it is filled.
    """
    parts: list[SafeString] = []
    labelled = -1.0
    last = len(marks) - 1
    for index, mark in enumerate(marks):
        at = min(max(mark.at, 0.0), 1.0)
        # The ends are half a dot inside the drawing.
        x = f"{0.6 + at * 98.8:.2f}%"
        radius = {"start": 6, "end": 8}.get(mark.kind, 10)
        parts.append(
            format_html('<circle class="ew-timeline-{}" cx="{}" cy="28" r="{}"></circle>', mark.kind, x, radius)
        )
        if mark.kind == "done":
            parts.append(
                format_html(
                    '<svg class="ew-timeline-tick" x="{}" y="28"><path d="m-4 .5 2.8 2.8L4-2.5"></path></svg>', x
                )
            )
        crowds_last = index != last and marks[last].at - at < LABEL_GAP
        if index not in (0, last) and (at - labelled < LABEL_GAP or crowds_last):
            continue
        labelled = at
        anchor, text_x = {0: ("start", "0"), last: ("end", "100%")}.get(index, ("middle", x))
        for css, y, words in (("ew-timeline-label", 60, mark.label), ("", 80, mark.text)):
            parts.append(
                format_html('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', css, text_x, y, anchor, words)
            )
    now = f"{0.6 + min(max(today, 0.0), 1.0) * 98.8:.2f}%"
    here = ""
    if 0 < today < 1:
        anchor = "start" if today < LABEL_GAP / 2 else "end" if today > 1 - LABEL_GAP / 2 else "middle"
        here = format_html(
            '<text class="ew-timeline-today" x="{}" y="10" text-anchor="{}">{}</text>', now, anchor, gettext("Today")
        )
    return format_html(
        '<svg class="ew-timeline" aria-hidden="true"><line x1="0.6%" x2="99.4%" y1="28" y2="28"></line>'
        '<line class="ew-timeline-gone" x1="0.6%" x2="{}" y1="28" y2="28"></line>{}{}</svg>',
        now,
        here,
        mark_safe("".join(parts)),
    )


@register.simple_tag
def query_with(request, **changes) -> str:
    """The request's query string with some values set; None or "" takes a key out."""
    query = dict(request.GET.lists())
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = [str(value)]
    return f"?{urlencode(query, doseq=True)}"


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """The languages to choose from, by their names in themselves; none where there is no choice."""
    return settings.LANGUAGES if len(settings.LANGUAGES) > 1 else []


@register.simple_tag
def signup_open() -> bool:
    return settings.SIGNUP_OPEN
