"""The time chips of a week. A busy week has hundreds; a template loop over them would take longer than all the rest."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from everwise.faces import Face
from everwise.templatetags.ui import avatar, icon, initials
from meetings.pages.schedule.timetable import Chip, Choice, Company, Day

register = template.Library()

BANDS = (("sunrise", "dawn", "Morning"), ("sun", "day", "Afternoon"), ("moon", "dusk", "Evening"))
CURRENT = ' aria-current="true"'
# A page says most of its clock times twice, and the next page says them again.
escaped = lru_cache(maxsize=8192)(escape)


@register.simple_tag
def bands(day: Day, chosen: Choice | None) -> SafeString:
    """The parts of a day with their start times. Every text is escaped on its way in."""
    checked = chosen and chosen.chip
    parts = []
    for number, (band, name) in enumerate(zip(day.bands, _names(), strict=True)):
        note = clock_change(day) if number == 0 else ""
        times = "".join([_chip(chip, chip is checked) for chip in band])
        named = f'<p class="ew-band-name">{name}</p><div class="ew-chips">{times}</div>' if band else ""
        parts.append(f'<div class="ew-band">{note}{named}</div>')
    return mark_safe("".join(parts))


@register.simple_tag
def clock_change(day: Day) -> SafeString:
    """What is to be known of a day that is not 24 hours long."""
    if not day.clock_change:
        return mark_safe("")
    return format_html('<div class="alert alert-warning">{}<div>{}</div></div>', icon("clock"), day.clock_change)


@register.simple_tag
def expert_options(faces: Mapping[int, Face], chosen: int | str) -> SafeString:
    """The options of a choice among many experts; `chosen` is an id, or fields.ANY."""
    options = [
        f'<option value="{pk}"{" selected" if pk == chosen else ""}>{escaped(face.name)}</option>'
        for pk, face in faces.items()
    ]
    return mark_safe("".join(options))


@register.simple_tag
def expert_pills(faces: Mapping[int, Face], chosen: int | str, address: str) -> SafeString:
    """Links that each ask for one expert, of whom there are few. `address` ends where an expert's id goes."""
    before = escape(address)
    pills = [
        f'<a class="nav-link{" active" if pk == chosen else ""}" id="expert-{pk}" href="{before}{pk}"'
        f"{CURRENT if pk == chosen else ''}>"
        f"{avatar(face, 'sm')}{escaped(face.first_name)}</a>"
        for pk, face in faces.items()
    ]
    return mark_safe("".join(pills))


def _names() -> list[str]:
    return [f"{icon(*drawing)} {word}" for *drawing, word in BANDS]


def _chip(chip: Chip, checked: bool) -> str:
    clock, company = escaped(chip.clock), chip.company
    if company is None:
        return (
            f'<span class="ew-chip ew-chip--now"><span class="ew-chip-time">{clock}</span>'
            '<span class="ew-chip-who">Now</span></span>'
        )
    words, who = _who(company)
    ahead = f' data-ahead="{escape(chip.ahead)}"' if chip.ahead else ""
    return (
        f'<label class="ew-chip"><input type="radio" name="start" value="{chip.value}" aria-label="{clock}, {words}"'
        f' data-span="{escaped(chip.span)}"{ahead}{" checked" if checked else ""} required>'
        f'<span class="ew-chip-time">{clock}</span>{who}</label>'
    )


# Found by all that it shows of the people, so that it is never out of date.
@lru_cache(maxsize=4096)
def _who(company: Company) -> tuple[str, str]:
    """The names and, drawn in few letters, the first two people and how many more there are."""
    drawn = "".join(
        f'<b class="ew-avatar ew-avatar--{face.pair}">{escape(initials(face.name))}</b>' for face in company.people[:2]
    )
    if company.many > 2:
        drawn += f'<b class="ew-avatar ew-avatar--more">+{company.many - 2}</b>'
    return escape(company.words), f'<span class="ew-chip-who" aria-hidden="true">{drawn}</span>'
