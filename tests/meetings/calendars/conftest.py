"""The expert of the path with their profile, which owns calendars."""

import pytest

from tests.scene import an_expert


@pytest.fixture
def eva(path):
    return an_expert(path)
