from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from everwise.walltime import instants


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Stockholm", datetime(2026, 10, 28, 16), [utc(2026, 10, 28, 15)]),
        ("Europe/Stockholm", datetime(2026, 10, 25, 2, 30), [utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)]),
        ("Europe/Stockholm", datetime(2026, 10, 25, 3), [utc(2026, 10, 25, 2)]),
        ("Europe/Stockholm", datetime(2026, 3, 29, 2, 30), []),
        ("Europe/Stockholm", datetime(2026, 3, 29, 3), [utc(2026, 3, 29, 1)]),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, 1, 45), [utc(2026, 4, 4, 14, 45), utc(2026, 4, 4, 15, 15)]),
        ("Pacific/Apia", datetime(2011, 12, 30, 12), []),
        ("UTC", datetime(2026, 1, 1), [utc(2026, 1, 1)]),
    ],
)
def test_instants(zone, local, expected):
    assert instants(local, ZoneInfo(zone)) == expected
