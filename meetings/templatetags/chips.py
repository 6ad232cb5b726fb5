"""The time chips of a week. A busy week has hundreds; a template loop over them would take longer than all the rest."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from everwise.templatetags.ui import avatars
from meetings.timetable import Chip, Choice, Face

register = template.Library()

# A page says most of its clock times twice, and the next page says them again.
escaped = lru_cache(maxsize=8192)(escape)


@register.simple_tag
def chips(band: Iterable[Chip], chosen: Choice | None) -> SafeString:
    """The start times of one part of a day. Every text is escaped on its way in."""
    checked = chosen and chosen.chip
    return mark_safe("".join([_chip(chip, chip is checked) for chip in band]))


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
