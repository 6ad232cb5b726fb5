"""A path with an expert who takes a theme, a colleague who takes none, and a calendar that the expert reads."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from experts.models import BusyCalendar
from tests.meetings.pages.availability.scene import ADDRESS, a_weekday_expert
from tests.scene import a_participant, a_path, a_theme, an_admin


@pytest.fixture
def path():
    return a_path(name="Leading your first team", notice_minutes=240)


@pytest.fixture
def expert(path):
    return a_weekday_expert(path, "Priya Raman")


@pytest.fixture
def own(client, expert):
    """The expert's browser."""
    client.force_login(expert.user)
    return client


@pytest.fixture
def world(path, expert):
    return SimpleNamespace(
        path=path,
        expert=expert,
        theme=a_theme(path, expert, minutes=45, name="Giving feedback"),
        other_theme=a_theme(path, minutes=45, name="Planning"),
        colleague=a_weekday_expert(path, "Daniel Okafor"),
        participant=a_participant(path, "Maya Lindqvist"),
        admin=an_admin(path, "Ruth Abara"),
    )


@pytest.fixture
def calendar(expert):
    """By the clock of the process that reads it."""
    now = timezone.now()
    return BusyCalendar.objects.create(
        expert=expert,
        kind="address",
        label="Work",
        url=ADDRESS,
        tried_at=now - timedelta(minutes=5),
        last_read_at=now - timedelta(minutes=5),
        next_read_at=now + timedelta(minutes=10),
        busy_count=3,
    )
