"""One path with an expert and a participant."""

import pytest

from tests.scene import a_participant, a_path, an_expert


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def eva(path):
    return an_expert(path)


@pytest.fixture
def pia(path):
    return a_participant(path)
