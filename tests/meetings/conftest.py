"""Fixtures for races."""

import pytest
from django.db import connection

from meetings.integrity import overlap
from meetings.models import Attendee


@pytest.fixture
def without_rule():
    overlap.drop_rule(connection)
    yield
    # PostgreSQL makes no rule that the rows already break.
    Attendee.objects.update(live=False)
    overlap.make_rule(connection)
