"""A path with an admin, an expert and a participant, whom most tests of meetings need; and a database without rule."""

import pytest
from django.db import connection

from meetings.integrity import overlap
from meetings.models import Attendee
from tests.scene import a_participant, a_path, an_admin, an_expert


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def ada(path):
    return an_admin(path)


@pytest.fixture
def eva(path):
    return an_expert(path).user


@pytest.fixture
def pia(path):
    return a_participant(path)


@pytest.fixture
def without_rule():
    overlap.IN_MEETINGS.drop(connection)
    yield
    # PostgreSQL makes no rule that the rows already break.
    Attendee.objects.update(live=False)
    overlap.IN_MEETINGS.make(connection)
