"""Writes tables that people save and open elsewhere: CSV, row by row, however many there are.

UTF-8 with a byte order mark, which Excel needs to read anything but ASCII and every other program skips. A cell that a
spreadsheet would run as a formula is made text (defusedcsv), since names and titles are what people typed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from defusedcsv import csv
from django.http import StreamingHttpResponse

MARK = "\ufeff"


class _Echo:
    """What csv writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The text of the file, a line at a time, the mark before the first."""
    writer = csv.writer(_Echo())
    yield MARK + writer.writerow(head)
    for row in rows:
        # A spreadsheet may drop what stands before a formula and nobody sees.
        yield writer.writerow([cell.strip() if isinstance(cell, str) else cell for cell in row])


def download(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """The file as an answer. `name` is ASCII; `rows` is read while it is sent, when the view has long returned."""
    response = StreamingHttpResponse(lines(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """ISO 8601 with the zone's offset then: “2026-11-26T10:00:00+01:00”; empty for none."""
    return instant.astimezone(zone).isoformat(timespec="seconds") if instant else ""
