"""An expert and a participant of one path, and a meeting of each kind that they are in."""

import pytest

from tests.scene import a_meeting, a_participant, a_path, a_theme, an_expert, at, book


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def eva(path):
    return an_expert(path).user


@pytest.fixture
def pia(path):
    return a_participant(path)


@pytest.fixture
def dropin(path, eva, pia):
    return book(a_theme(path, eva.expert), pia, at(10))


@pytest.fixture
def adhoc(path, eva, pia):
    """Made by the expert, who named the participant its organizer."""
    return a_meeting(path, eva, pia, at(12))
