import pytest

from tests.meetings.pages.history.scene import a_world


@pytest.fixture
def world():
    return a_world()
