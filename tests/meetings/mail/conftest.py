"""A path whose people live in four zones, and a plan, in UTC, that suits them; and Maya, who is on no path."""

import pytest
from django.core.cache import cache

from meetings import booking
from tests.meetings.letters import living_in
from tests.scene import a_participant, a_person, an_admin, an_expert, at


@pytest.fixture
def ada(path):
    return living_in("Europe/London", an_admin(path, "Ada Byron"))


@pytest.fixture
def eva(path):
    return living_in("Asia/Kolkata", an_expert(path, name="Eva Rao").user)


@pytest.fixture
def pia(path):
    return living_in("Europe/Stockholm", a_participant(path, "Pia Berg"))


@pytest.fixture
def per(path):
    return living_in("America/New_York", a_participant(path, "Per Holm"), twelve_hour=True)


@pytest.fixture
def plan(eva, pia):
    return booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(10),
        ends_at=at(11),
        experts=(eva,),
        participants=(pia,),
        agenda="What went well\n\nWhat next",
        place="Lake room",
        video_link="https://video.example.test/lake",
    )


@pytest.fixture
def maya():
    return a_person("Maya Lind", email="maya@example.com")


@pytest.fixture
def nothing_counted():
    """Limits of requests outlive a test."""
    cache.clear()
