"""Why a file can't be read; paths/importing/words.py says it in words. Knows no Django."""

from enum import StrEnum


class FileFault(StrEnum):
    NO_TABLE = "no-table"
    OTHER_PROGRAM = "other-program"
    DAMAGED = "damaged"
    TOO_LARGE = "too-large"
    UNPACKED_TOO_LARGE = "unpacked-too-large"
    EMPTY = "empty"
    TOO_MANY_LINES = "too-many-lines"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_COLUMNS = "too-many-columns"
    LINE_TOO_LONG = "line-too-long"
    CELL_TOO_LONG = "cell-too-long"
    OPEN_QUOTE = "open-quote"
    STRAY_QUOTE = "stray-quote"
    NO_EMAIL = "no-email"
    COLUMN_TWICE = "column-twice"


class UnreadableFile(Exception):
    """Nothing of the file was taken: `fault` says why, `facts` with which numbers (`line`, `number`, `most`)."""

    def __init__(self, fault: FileFault, **facts: int | str):
        super().__init__(fault, facts)
        self.fault, self.facts = fault, facts
