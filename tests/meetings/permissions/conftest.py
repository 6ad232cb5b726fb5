"""A meeting of each kind that the expert and the participant of the path are in."""

import pytest

from tests.scene import a_meeting, a_theme, at, book


@pytest.fixture
def dropin(path, eva, pia):
    return book(a_theme(path, eva.expert), pia, at(10))


@pytest.fixture
def adhoc(path, eva, pia):
    """Made by the expert, who named the participant its organizer."""
    return a_meeting(path, eva, pia, at(12))
