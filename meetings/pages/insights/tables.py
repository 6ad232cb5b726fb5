"""What a card of Insights is made of: a table, and the picture before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from everwise import wording
from everwise.faces import Face

# How wide a bar's drawing is, in its own units.
FULL = 100.0


class InsightRow(NamedTuple):
    """A line of a table. `cells` are plain numbers, or words; None where there is nothing to say. `name` is what the
    first column has in a file, where that differs from the page."""

    label: str
    cells: Sequence[float | str | None]
    name: str = ""

    @property
    def shown(self) -> list[str]:
        return ["–" if cell is None else cell if isinstance(cell, str) else wording.count(cell) for cell in self.cells]


class HeatCell(NamedTuple):
    number: str
    level: int


class BarLine(NamedTuple):
    """`width` and the like are written as SVG wants them, whatever the language."""

    label: str
    note: str
    figure: str
    width: str
    face: Face | None = None


class WeekPart(NamedTuple):
    css: str
    begin: str
    width: str


class WeekLine(NamedTuple):
    label: str
    parts: list[WeekPart]
    figure: str


@dataclass
class InsightCard:
    """`key` is its name in addresses and files."""

    key: str
    title: str
    lead: str
    head: list[str]
    rows: list[InsightRow] = field(default_factory=list)
    weeks: list[WeekLine] = field(default_factory=list)
    bars: list[BarLine] = field(default_factory=list)
    heat: list[tuple[str, list[HeatCell]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # What is not told, and why.
    withheld: str = ""


def share(part: float, whole: float) -> str:
    return f"{FULL * part / whole if whole else 0:.1f}"


def bar(
    label: str, number: float, most: float, *, note: str = "", figure: str = "", face: Face | None = None
) -> BarLine:
    """As wide as the number is of the greatest one."""
    return BarLine(label, note, figure or wording.count(number), share(number, most), face)
