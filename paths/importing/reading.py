"""A file of people as lines: CSV in any usual encoding, or the first sheet of an Excel workbook. Knows no Django.

Whatever is in the file, reading it takes bounded time and memory: everything is counted before it is kept.
"""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from paths.importing import limits, workbook
from paths.importing.columns import Column, columns_of
from paths.importing.faults import FileFault, UnreadableFile

DELIMITERS = ",;\t"
ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
# How others' spreadsheets are called, whatever is in them.
NOT_OURS = (".xls", ".xlsb", ".numbers", ".ods", ".pdf", ".doc", ".docx")


class FileKind(StrEnum):
    CSV = "csv"
    EXCEL = "excel"


class FileLine(NamedTuple):
    """One person as the file has them, by the number of the line or row; all of it as text."""

    number: int
    email: str = ""
    name: str = ""
    role: str = ""
    zone: str = ""
    sessions: str = ""


class Table(NamedTuple):
    kind: FileKind
    lines: list[FileLine]
    has_sessions: bool


Row = tuple[int, list[str]]


def read(data: bytes, name: str = "") -> Table:
    """The people in a file that is called `name`. Raises Unreadable."""
    if len(data) > limits.FILE_BYTES:
        raise UnreadableFile(FileFault.TOO_LARGE, most=limits.FILE_BYTES // 1_000_000)
    if data.startswith(OLE) or name.lower().endswith(NOT_OURS):
        raise UnreadableFile(FileFault.OTHER_PROGRAM)
    if data.startswith(ZIP):
        return _table(FileKind.EXCEL, workbook.rows(data))
    if data.startswith(PDF):
        raise UnreadableFile(FileFault.NO_TABLE)
    return read_text(_decoded(data))


def read_text(text: str) -> Table:
    """The people in what was pasted, or in a CSV file. Raises Unreadable."""
    if any(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n\v\f\x85" for letter in set(text)):
        raise UnreadableFile(FileFault.NO_TABLE)
    return _table(FileKind.CSV, _rows(text))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(FileFault.NO_TABLE)


def _rows(text: str) -> Iterator[Row]:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > limits.LINE_CHARACTERS:
            raise UnreadableFile(FileFault.LINE_TOO_LONG, line=number, most=limits.LINE_CHARACTERS)
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise UnreadableFile(FileFault.EMPTY)
    delimiter = max(DELIMITERS, key=lines[first].count)
    if lines[first].lower().startswith("sep=") and len(lines[first].strip()) == 5:
        # What Excel writes and reads before the first line.
        delimiter, first = lines[first].strip()[4], first + 1
        if delimiter not in DELIMITERS:
            raise UnreadableFile(FileFault.NO_TABLE)
    reader = csv.reader((f"{line}\n" for line in lines[first:]), delimiter=delimiter, strict=True)
    while True:
        number = first + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lasting = first + reader.line_num > number or first + reader.line_num == len(lines)
            raise UnreadableFile(FileFault.OPEN_QUOTE if lasting else FileFault.STRAY_QUOTE, line=number) from error
        yield number, cells


def _table(kind: FileKind, rows: Iterable[Row]) -> Table:
    filled = ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))
    header = next(filled, None)
    if header is None:
        raise UnreadableFile(FileFault.EMPTY)
    if len(header[1]) > limits.COLUMNS:
        raise UnreadableFile(FileFault.TOO_MANY_COLUMNS, most=limits.COLUMNS)
    columns = columns_of(header[1])
    places = {column: index for index, column in enumerate(columns) if column}
    if Column.EMAIL not in places:
        raise UnreadableFile(FileFault.NO_EMAIL)
    twice = [column for column, number in Counter(filter(None, columns)).items() if number > 1]
    if twice:
        raise UnreadableFile(FileFault.COLUMN_TWICE, column=header[1][columns.index(twice[0])].strip()[:80])
    lines: list[FileLine] = []
    total = 0
    for number, cells in filled:
        if len(cells) > limits.COLUMNS:
            raise UnreadableFile(FileFault.TOO_MANY_COLUMNS, most=limits.COLUMNS)
        total += 1
        if total <= limits.LINES:
            lines.append(_line(number, cells, places))
    if total > limits.LINES:
        raise UnreadableFile(FileFault.TOO_MANY_LINES, number=total, most=limits.LINES)
    if not lines:
        raise UnreadableFile(FileFault.EMPTY)
    return Table(kind, lines, Column.SESSIONS in places)


def _line(number: int, cells: list[str], places: dict[Column, int]) -> FileLine:
    def of(column: Column) -> str:
        text = one_line(cells[places[column]]) if places.get(column, len(cells)) < len(cells) else ""
        if len(text) > limits.CELL_CHARACTERS:
            raise UnreadableFile(FileFault.CELL_TOO_LONG, line=number, most=limits.CELL_CHARACTERS)
        return text

    name = " ".join(filter(None, [of(Column.FIRST), of(Column.LAST)])) or of(Column.NAME)
    return FileLine(number, of(Column.EMAIL), name, of(Column.ROLE), of(Column.ZONE), of(Column.SESSIONS))


def one_line(text: str) -> str:
    """Without what steers a terminal, a line or the direction of writing."""
    kept = "".join(" " if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"} else each for each in text)
    return " ".join(kept.split())
