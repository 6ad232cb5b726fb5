"""One path with an admin, an expert and a participant, and a plan that suits them."""

import pytest

from meetings import booking
from tests.scene import a_participant, a_path, an_admin, an_expert, at


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
def plan(eva, pia):
    return booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(10),
        ends_at=at(11),
        experts=(eva,),
        participants=(pia,),
        agenda="What went well\nWhat next",
        place="Lake room",
        video_link="https://video.example.test/lake",
    )
