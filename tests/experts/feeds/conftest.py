"""A calendar on a web server of the test's own, and an expert who reads it."""

import pytest

from experts.feeds import calendars, reader
from meetings.calendars.own_meetings import own_meetings
from tests.experts.feeds.server import serving
from tests.experts.feeds.test_parse import event, file
from tests.scene import NOW, a_path, an_expert


def text(*hours, uid="foreign", tzid=None):
    """A calendar that is busy for these hours of the day after NOW."""
    zone = f";TZID={tzid}" if tzid else ""
    z = "" if tzid else "Z"
    return file(
        *(
            event(f"DTSTART{zone}:20261103T{hour:02}0000{z}", "DURATION:PT1H", uid=f"{uid}-{hour}" if not tzid else uid)
            for hour in hours
        )
    )


@pytest.fixture
def expert():
    return an_expert(a_path())


@pytest.fixture
def server(settings):
    settings.FEEDS_ALLOW_LOOPBACK = True
    with serving({"/secret.ics": (200, {}, text(10))}) as server:
        yield server


@pytest.fixture
def calendar(expert, server):
    """An added address, not yet read."""
    return calendars.add_address(
        expert=expert, label="Work", address=server.url("/secret.ics"), by=expert.user, now=NOW
    )


def read_due(now=NOW):
    """Read the next due calendar as a worker does; whether it went well, or None where none is due."""
    due = reader.claim(now)
    return None if due is None else reader.read_calendar(due, clock=lambda: now, ours=own_meetings)
