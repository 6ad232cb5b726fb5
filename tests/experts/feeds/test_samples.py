"""Files as real programs write them, each with its busy times beside it.

Their owner lives in Stockholm: an hour ahead of UTC all November, two until clocks go back on 25 October 2026. In
America they go back on 1 November.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwise.intervals import merge
from experts.feeds.parse import parse

# What is read of the files in each folder.
RANGES = {
    "samples": (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)),
    "samples_autumn": (datetime(2026, 10, 12, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC)),
}
SAMPLES = {folder: sorted(Path(__file__).with_name(folder).glob("*.ics")) for folder in RANGES}


def told(instant):
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%MZ")


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=f"{folder}/{path.stem}") for folder in SAMPLES for path in SAMPLES[folder]]
)
def test_sample_is_busy_as_written_beside_it(path):
    start, end = RANGES[path.parent.name]

    busy = parse(path.read_bytes(), "Europe/Stockholm", int(start.timestamp()), int(end.timestamp()))

    found = merge([*busy.intervals, *(each for intervals in busy.named.values() for each in intervals)])
    assert [f"{told(first)}/{told(last)}" for first, last in found] == path.with_suffix(
        ".busy"
    ).read_text().splitlines()


@pytest.mark.parametrize("folder", SAMPLES)
def test_there_are_samples_of_many_programs(folder):
    assert len(SAMPLES[folder]) >= 30
