"""The tables of Insights as files: one card's, or all of them, a line for each number."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from everwise import csv_files
from meetings.insights.scope import InsightScope
from meetings.pages.insights.tables import InsightCard


def one_table(card: InsightCard, scope: InsightScope) -> StreamingHttpResponse:
    rows = [[row.name or row.label, *map(_cell, row.cells)] for row in card.rows]
    return csv_files.download(_name(card.key, scope), card.head, rows)


def all_tables(cards: list[InsightCard], scope: InsightScope) -> StreamingHttpResponse:
    head = [_("Table"), _("Line"), _("Column"), _("Value")]
    return csv_files.download(_name("all", scope), head, list(_each(cards)))


def _each(cards: list[InsightCard]) -> Iterator[list[object]]:
    for card in cards:
        for row in card.rows:
            for column, cell in zip(card.head[1:], row.cells, strict=True):
                yield [card.title, row.name or row.label, column, _cell(cell)]


def _cell(cell: float | str | None) -> float | str:
    return "" if cell is None else cell


def _name(key: str, scope: InsightScope) -> str:
    return f"insights-{key}-{scope.first.isoformat()}-{scope.last.isoformat()}.csv"
