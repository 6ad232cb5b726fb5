"""A path with a participant and an admin in Stockholm, and a theme taken by two experts with hours in Stockholm."""

from types import SimpleNamespace

import pytest

from tests.scene import a_participant, a_path, a_person, a_theme, an_admin, an_expert

WEEKDAYS = {
    "windows": "09:00-12:00, 13:00-17:00",
    "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "time_zone": "Europe/Stockholm",
}


@pytest.fixture
def world():
    path = a_path(
        name="Leading your first team",
        sessions_per_participant=6,
        notice_minutes=240,
        time_zone="Europe/Stockholm",
    )
    priya = an_expert(path, user=a_person("Priya Raman", time_zone="Asia/Kolkata"), **WEEKDAYS)
    daniel = an_expert(path, user=a_person("Daniel Okafor", time_zone="Europe/London"), **WEEKDAYS)
    return SimpleNamespace(
        path=path,
        priya=priya,
        daniel=daniel,
        theme=a_theme(path, priya, daniel, minutes=45, name="Handling a hard conversation"),
        participant=a_participant(path, "Maya Lindqvist", time_zone="Europe/Stockholm"),
        bystander=a_participant(path, "Omar Haddad", time_zone="Europe/Stockholm"),
        admin=an_admin(path, "Ruth Abara", time_zone="Europe/Stockholm"),
    )


@pytest.fixture
def maya(client, world):
    client.force_login(world.participant)
    return client
