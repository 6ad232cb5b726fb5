"""The two questionnaires under docs/: each requirement answered once, and every test that they name is there."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# OWASP ASVS 5.0, by section: the requirements of level 1, then those of level 2.
ASVS = {
    "1": """
    1.2:1-5 1.3:1-2 1.5:1
    2.1:1 2.2:1-2 2.3:1
    3.2:1-2 3.3:1 3.4:1-2 3.5:1-3
    4.1:1 4.4:1
    5.2:1-2 5.3:1-2
    6.1:1 6.2:1-8 6.3:1-2 6.4:1-2
    7.2:1-4 7.4:1-2
    8.1:1 8.2:1-2 8.3:1
    9.1:1-3 9.2:1
    10.4:1-5
    11.3:1-2 11.4:1
    12.1:1 12.2:1-2
    13.4:1
    14.2:1 14.3:1
    15.1:1 15.2:1 15.3:1
    """,
    "2": """
    1.1:1-2 1.2:6-9 1.3:3-11 1.4:1-3 1.5:2
    2.1:2-3 2.2:3 2.3:2-4 2.4:1
    3.3:2-4 3.4:3-6 3.5:4-5 3.7:1-2
    4.1:2-3 4.2:1 4.3:1-2 4.4:2-4
    5.1:1 5.2:3 5.4:1-3
    6.1:2-3 6.2:9-12 6.3:3-4 6.4:3-4 6.5:1-5 6.6:1-3 6.8:1-4
    7.1:1-3 7.3:1-2 7.4:3-5 7.5:1-2 7.6:1-2
    8.1:2 8.2:3 8.4:1
    9.2:2-4
    10.1:1-2 10.2:1-2 10.3:1-4 10.4:6-11 10.5:1-5 10.6:1-2 10.7:1-3
    11.1:1-2 11.2:1-3 11.3:3 11.4:2-4 11.5:1 11.6:1
    12.1:2-3 12.3:1-4
    13.1:1 13.2:1-5 13.3:1-2 13.4:2-5
    14.1:1-2 14.2:2-4 14.3:2-3
    15.1:2-3 15.2:2-3 15.3:2-7
    16.1:1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3
    17.1:1 17.2:1-4 17.3:1-2
    """,
}
# WCAG 2.2.
WCAG = {
    "A": "1.1:1 1.2:1-3 1.3:1-3 1.4:1-2 2.1:1-2,4 2.2:1-2 2.3:1 2.4:1-4 2.5:1-4 3.1:1 3.2:1-2,6 3.3:1-2,7 4.1:2",
    "AA": "1.2:4-5 1.3:4-5 1.4:3-5,10-13 2.4:5-7,11 2.5:7-8 3.1:2 3.2:3-4 3.3:3-4,8 4.1:3",
}
VERDICTS = {"met", "n.a.", "gap"}
CONFORMANCE = {"Supports", "Partially supports", "Does not support", "Not applicable"}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \|(.*)\|$", re.MULTILINE)
TEST = re.compile(r"\b(?:tests|acceptance)/[\w/]+\.py(?:::\w+)?")
PLACE = re.compile(
    r"\b(?:everwise|experts|paths|meetings|templates|requirements|tests)/[\w./-]*\w\.(?:py|md|html|txt|conf)\b"
)


def numbers(sections: str) -> Iterator[str]:
    """ "1.2:6-9 1.5:2" as each of its numbers."""
    for section, _, ranges in (each.partition(":") for each in sections.split()):
        for part in ranges.split(","):
            first, _, last = part.partition("-")
            yield from (f"{section}.{number}" for number in range(int(first), int(last or first) + 1))


def levels(table: dict[str, str]) -> list[tuple[str, str]]:
    """Each number with its level, in order."""
    return sorted((number, level) for level, sections in table.items() for number in numbers(sections))


def rows(text: str) -> list[list[str]]:
    """The number and the cells of each row."""
    return [[number, *(cell.strip() for cell in cells.split("|"))] for number, cells in ROW.findall(text)]


def missing(text: str) -> list[str]:
    """Tests that are named and not there."""
    named = (test.partition("::") for test in TEST.findall(text))
    return [f"{path} {name}" for path, _, name in named if not _is_there(ROOT / path, name)]


def _is_there(path: Path, name: str) -> bool:
    return path.is_file() and (not name or bool(re.search(rf"^def {name}\(", path.read_text(), re.MULTILINE)))


@pytest.fixture(scope="module")
def security():
    return (ROOT / "docs" / "security.md").read_text()


@pytest.fixture(scope="module")
def accessibility():
    return (ROOT / "docs" / "accessibility.md").read_text()


def test_every_requirement_is_answered_once(security):
    found = rows(security)

    assert sorted((number, level) for number, level, *_ in found) == levels(ASVS)
    assert len(found) == 253
    assert [row[0] for row in found if row[2] not in VERDICTS or not row[3]] == []


def test_summary_counts_what_is_below(security):
    counts = Counter((number.partition(".")[0], verdict) for number, _, verdict, *_ in rows(security))
    told = re.findall(r"^\| (\d+) \| [^|]+ \| (\d+) \| (\d+) \| (\d+) \|$", security, re.MULTILINE)

    assert told == [
        (str(chapter), *(str(counts[str(chapter), verdict]) for verdict in ("met", "n.a.", "gap")))
        for chapter in range(1, 18)
    ]


def test_every_criterion_is_answered_once(accessibility):
    found = rows(accessibility)

    assert sorted((number, level) for number, level, *_ in found) == levels(WCAG)
    assert Counter(level for _, level, *_ in found) == {"A": 31, "AA": 24}
    assert [row[0] for row in found if row[3] not in CONFORMANCE or not row[4]] == []


def test_what_is_supported_is_shown_by_a_test(accessibility):
    assert [row[0] for row in rows(accessibility) if row[3] == "Supports" and not TEST.search(row[5])] == []


@pytest.mark.parametrize("name", ["security", "accessibility"])
def test_every_test_and_file_that_is_named_is_there(request, name):
    text = request.getfixturevalue(name)

    assert len(TEST.findall(text)) > 30
    assert missing(text) == []
    assert [place for place in PLACE.findall(text) if not (ROOT / place).is_file()] == []


def test_a_row_that_is_lost_and_a_test_that_is_gone_are_seen():
    assert list(numbers("1.2:6-7,9 1.5:2")) == ["1.2.6", "1.2.7", "1.2.9", "1.5.2"]
    assert rows("| 1.2.3 | 1 | met | why | |\n| x | 1 |") == [["1.2.3", "1", "met", "why", ""]]
    here = "tests/test_questionnaire.py"
    gone = [f"{here}::test_nothing", "tests/test_nothing.py"]
    assert missing(f"`{here}` `{here}::test_summary_counts_what_is_below`") == []
    assert len(missing(" ".join(gone))) == 2
