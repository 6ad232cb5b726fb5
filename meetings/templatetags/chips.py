"""The time chips of a week. A busy week has hundreds; a template loop over them would take longer than all the rest."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from everwise.templatetags.ui import avatars
from meetings.timetable import Chip, Choice

register = template.Library()

CHIP = (
    '<label class="ew-chip"><input type="radio" name="start" value="{}" aria-label="{}" data-span="{}"{}{} required>'
    '<span class="ew-chip-time">{}</span><span class="ew-chip-who">{}</span></label>'
)
CHIP_NOW = (
    '<span class="ew-chip ew-chip--now"><span class="ew-chip-time">{}</span><span class="ew-chip-who">Now</span></span>'
)


@register.simple_tag
def chips(band: Iterable[Chip], chosen: Choice | None) -> SafeString:
    """The start times of one part of a day. Every text is escaped on its way in."""
    checked = chosen and chosen.chip
    return mark_safe("".join(_chip(chip, chip is checked) for chip in band))


def _chip(chip: Chip, checked: bool) -> str:
    clock = escape(chip.clock)
    if chip.current:
        return CHIP_NOW.format(clock)
    texts = map(escape, (chip.value, chip.name, chip.span))
    ahead = f' data-ahead="{escape(chip.ahead)}"' if chip.ahead else ""
    return CHIP.format(*texts, ahead, " checked" if checked else "", clock, avatars(chip.people, "sm", 2))
