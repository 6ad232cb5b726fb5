"""One path with a participant and an admin, an expert who takes a theme, and a colleague who takes none."""

import pytest
import time_machine

from tests.meetings.pages.availability.scene import NOW
from tests.old_factories import ExpertFactory, MembershipFactory, PathFactory, ThemeFactory, UserFactory


@pytest.fixture
def world(db):
    class World:
        path = PathFactory(name="Leading your first team", notice_minutes=240)
        theme = ThemeFactory(path=path, name="Giving feedback")
        other_theme = ThemeFactory(path=path, name="Planning")
        expert = ExpertFactory(user=UserFactory(name="Priya Raman"))
        colleague = ExpertFactory(user=UserFactory(name="Daniel Okafor"))
        participant = UserFactory(name="Maya Lindqvist")
        admin = UserFactory(name="Ruth Abara")

    World.theme.experts.add(World.expert)
    for expert in (World.expert, World.colleague):
        MembershipFactory(path=World.path, user=expert.user, role="expert")
    MembershipFactory(path=World.path, user=World.participant, role="participant")
    MembershipFactory(path=World.path, user=World.admin, role="admin")
    with time_machine.travel(NOW, tick=False):
        yield World


@pytest.fixture
def hers(client, world):
    client.force_login(world.expert.user)
    return client
