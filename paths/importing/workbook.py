"""The first sheet of an Excel workbook as rows of text: values only, no formulas. Knows no Django.

A workbook is a ZIP of XML, so a small file may unfold into a huge one. Every part is unzipped once in pieces and its
elements are counted, before openpyxl, which keeps whole rows and tables of strings in memory, sees any of it.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from xml.parsers import expat

from openpyxl import load_workbook

from paths.importing import limits
from paths.importing.faults import FileFault, UnreadableFile

PIECE = 65_536
# Where a workbook lists its sheets, and where its rows and strings are: these two are as long as the list.
WORKBOOK, LONG = "xl/workbook.xml", ("xl/worksheets/", "xl/sharedstrings")
XML = (".xml", ".rels", ".vml")


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row's number and cells. Raises Unreadable, at the first row or at any later one."""
    _check(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # What a file says of its own size may be anything.
        sheet.reset_dimensions()
        # One more than may be: whoever asks sees that there are too many.
        found = sheet.iter_rows(values_only=True, max_col=limits.COLUMNS + 1)
    except Exception as error:
        # openpyxl raises whatever comes of reading what it takes for granted.
        raise UnreadableFile(FileFault.DAMAGED) from error
    number = 0
    while True:
        number += 1
        try:
            cells = next(found, None)
        except Exception as error:
            raise UnreadableFile(FileFault.DAMAGED) from error
        if cells is None:
            return
        if number > limits.SHEET_ROWS:
            raise UnreadableFile(FileFault.TOO_MANY_ROWS, most=limits.SHEET_ROWS)
        yield number, _cells(cells)


def _cells(values) -> list[str]:
    texts = [_text(value) for value in values]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(value) -> str:
    """A number as it is shown: 3, not 3.0."""
    if value is None or isinstance(value, (bool, datetime, time)):
        return "" if value is None else str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _check(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            names = {part.filename.lower() for part in parts}
            if WORKBOOK not in names:
                # A ZIP of something else, or a spreadsheet of another program.
                raise UnreadableFile(FileFault.OTHER_PROGRAM)
            if len(parts) > limits.PARTS or len(names) < len(parts):
                raise UnreadableFile(FileFault.DAMAGED)
            if sum(part.file_size for part in parts) > limits.UNZIPPED_BYTES:
                raise UnreadableFile(FileFault.UNPACKED_TOO_LARGE)
            left = limits.UNZIPPED_BYTES
            for part in parts:
                left -= _check_part(packed, part, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        # Damaged, in a way of packing that nobody uses, or locked by a password.
        raise UnreadableFile(FileFault.DAMAGED) from error


def _check_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """How many bytes are in it, as they are unzipped: what it says of itself may be anything."""
    name = part.filename.lower()
    counted = _Elements(limits.SHEET_ELEMENTS if name.startswith(LONG) else limits.OTHER_ELEMENTS)
    size = 0
    with packed.open(part) as file:
        while piece := file.read(PIECE):
            size += len(piece)
            if size > left:
                raise UnreadableFile(FileFault.UNPACKED_TOO_LARGE)
            if name.endswith(XML):
                counted.feed(piece)
    return size


class _Elements:
    """Counts the elements of XML and the cells of its rows."""

    def __init__(self, most: int):
        self._left = most
        self._cells = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        # Where entities would come from that unfold into more.
        self._parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes) -> None:
        try:
            self._parser.Parse(piece)
        except expat.ExpatError as error:
            raise UnreadableFile(FileFault.DAMAGED) from error

    def _start(self, name, _attributes):
        self._left -= 1
        if self._left < 0:
            raise UnreadableFile(FileFault.UNPACKED_TOO_LARGE)
        name = name.rpartition(":")[2]
        if name == "row":
            self._cells = 0
        elif name == "c":
            self._cells += 1
            if self._cells > limits.COLUMNS:
                raise UnreadableFile(FileFault.TOO_MANY_COLUMNS, most=limits.COLUMNS)

    def _refuse(self, *_):
        raise UnreadableFile(FileFault.DAMAGED)
