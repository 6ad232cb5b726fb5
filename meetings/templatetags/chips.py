"""The time chips of a week. A busy week has hundreds; a template loop over them would take longer than all the rest."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from everwise.templatetags.ui import avatars, icon
from meetings.timetable import Chip, Choice, Day, Face

register = template.Library()

BANDS = (("sunrise", "dawn", "Morning"), ("sun", "day", "Afternoon"), ("moon", "dusk", "Evening"))
SELECTED = mark_safe(" selected")
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
    return format_html('<div class="ew-alert ew-alert--warn">{}<div>{}</div></div>', icon("clock"), day.clock_change)


@register.simple_tag
def expert_options(faces: Mapping[int, Face], chosen: int | str) -> SafeString:
    """The options of a choice among many experts."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((pk, SELECTED if pk == chosen else "", face.name) for pk, face in faces.items()),
    )


def _names() -> list[str]:
    return [f"{icon(*drawing)} {word}" for *drawing, word in BANDS]


def _chip(chip: Chip, checked: bool) -> str:
    clock, company = escaped(chip.clock), chip.company
    if company is None:
        return (
            f'<span class="ew-chip ew-chip--now"><span class="ew-chip-time">{clock}</span>'
            '<span class="ew-chip-who">Now</span></span>'
        )
    words, who = _company(tuple(company.people), company.count, company.words)
    ahead = f' data-ahead="{escape(chip.ahead)}"' if chip.ahead else ""
    return (
        f'<label class="ew-chip"><input type="radio" name="start" value="{chip.value}" aria-label="{clock}, {words}"'
        f' data-span="{escaped(chip.span)}"{ahead}{" checked" if checked else ""} required>'
        f'<span class="ew-chip-time">{clock}</span><span class="ew-chip-who">{who}</span></label>'
    )


# Found by all that it shows of the people, so that it is never out of date.
@lru_cache(maxsize=4096)
def _company(people: tuple[Face, ...], count: int, words: str) -> tuple[str, str]:
    """Their names and, drawn, the first two of them and how many more there are."""
    return escape(words), avatars(people, "sm", 2, count)
