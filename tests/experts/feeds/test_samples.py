"""Files as real programs write them, each with the busy times of November 2026 beside it.

Their owner lives in Stockholm, an hour ahead of UTC all that month.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwise.intervals import merge
from experts.feeds.parse import parse

SAMPLES = Path(__file__).with_name("samples")
START, END = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) for month in (11, 12))


def told(instant):
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%MZ")


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.ics")))
def test_sample_is_busy_as_written_beside_it(name):
    busy = parse((SAMPLES / f"{name}.ics").read_bytes(), "Europe/Stockholm", START, END)

    found = merge([*busy.intervals, *(each for intervals in busy.named.values() for each in intervals)])
    assert [f"{told(start)}/{told(end)}" for start, end in found] == (
        (SAMPLES / f"{name}.busy").read_text().splitlines()
    )


def test_there_are_samples_of_many_programs():
    assert len(list(SAMPLES.glob("*.ics"))) >= 30
