"""The start times of a page in rows of hours, as HTML.

Made here, since by template they took two fifths of the whole page: it has some 200 of them, and a template takes as
long for each of their words as for one that stands on a page once (docs/performance.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext


@dataclass(slots=True)
class Slot:
    """One start that leads on, or, without a name, the time that the meeting has now."""

    url: str
    hour: int
    minutes: str  # from the day's beginning
    late: bool  # in the second half of its hour
    clock: str
    half: str  # "am" or "pm" behind the clock
    theirs: str  # what the clock of the other person shows
    name: str
    marked: bool


@dataclass(slots=True)
class Hour:
    """A row that all days share."""

    row: str
    slots: list[Slot]


def rows_of(slots: Iterable[Slot]) -> list[Hour]:
    rows: list[Hour] = []
    for slot in slots:
        row = str(slot.hour)
        if not rows or rows[-1].row != row:
            rows.append(Hour(row, []))
        rows[-1].slots.append(slot)
    return rows


def links(hours: Iterable[Hour]) -> SafeString:
    """A list item for each hour with its slots; all that is not of this module is escaped."""
    items = (f'<li class="ew-hour ew-at-{hour.row}">{"".join(map(_markup, hour.slots))}</li>' for hour in hours)
    return mark_safe("".join(items))


def _markup(slot: Slot) -> str:
    late = " ew-slot--late" if slot.late else ""
    if not slot.name:
        return f'<span class="ew-slot ew-slot--now{late}">{escape(_present(slot))}</span>'
    shown: str = escape(slot.clock)
    if slot.half or slot.theirs or slot.marked:
        half = f"<small> {escape(slot.half)}</small>" if slot.half else ""
        theirs = f"<small>{escape(slot.theirs)}</small>" if slot.theirs else ""
        shown = f"<span>{shown}{half}</span>{theirs}"
    mark = ' id="start" data-autofocus' if slot.marked else ""
    return (
        f'<a class="ew-slot{late}" href="{escape(slot.url)}"{mark} data-minutes="{slot.minutes}"'
        f' aria-label="{escape(slot.name)}">{shown}</a>'
    )


def _present(slot: Slot) -> str:
    if slot.half:
        said = pgettext("the time that a meeting has", "Now %(clock)s %(half)s")
    else:
        said = pgettext("the time that a meeting has", "Now %(clock)s")
    return said % {"clock": slot.clock, "half": slot.half}
