"""What is written for spreadsheets, and that nothing in it runs."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from everwise import csv_files

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def text(*rows, head=("A", "B")):
    return "".join(csv_files.lines(head, rows))


def test_file_begins_with_the_mark_and_has_a_line_for_each_row():
    assert text(["x", 'Say "hi", Zoë'], [1, ""]) == '\ufeffA,B\r\nx,"Say ""hi"", Zoë"\r\n1,\r\n'


@pytest.mark.parametrize("cell", ["=1+1", "+1 (555) 1", "-cmd", "@SUM(A1)", "|calc", "%x", " =1+1", "\t=1+1", "\r\n=1"])
def test_formula_becomes_text(cell):
    [_head, [found, beside]] = csv.reader(io.StringIO(text([cell, "a=b"])))

    assert found[0] == "'"
    assert beside == "a=b"


def test_numbers_stay_numbers():
    assert text([-1, "-1.5"]).splitlines()[1] == "-1,-1.5"


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2026, 11, 26, 9, 0, tzinfo=UTC), "2026-11-26T10:00:00+01:00"),
        # The hour that comes twice is told apart.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T02:30:00+02:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T02:30:00+01:00"),
        (None, ""),
    ],
)
def test_times_have_the_zones_offset(instant, written):
    assert csv_files.moment(instant, STOCKHOLM) == written


def test_rows_are_read_while_the_file_is_sent():
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield [number]

    answer = csv_files.download("a.csv", ["A"], rows())

    assert read == []
    assert b"".join(answer).decode() == "\ufeffA\r\n0\r\n1\r\n2\r\n"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="a.csv"'
