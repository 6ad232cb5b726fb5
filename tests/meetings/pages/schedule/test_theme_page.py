"""Choosing a theme: each leads on to its times, for others together with the person."""

import html
import re
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.meetings.pages.schedule.scene import text_of, url
from tests.scene import a_theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)  # a Tuesday


def test_themes_with_their_next_free_time(maya, world):
    a_theme(world.path, name="Nobody’s theme")

    page = text_of(maya.get(url(world, "theme", theme=None)))

    assert "Handling a hard conversation" in page
    assert "Next: tomorrow, 09:00" in page
    assert "No expert takes this theme now" in page
    assert "For whom" not in page
    maya.force_login(world.admin)
    assert "For whom" in text_of(maya.get(url(world, "theme", theme=None)))


def test_theme_leads_on_to_its_times(maya, world):
    none = a_theme(world.path, name="Nobody’s theme")

    page = html.unescape(text_of(maya.get(url(world, "theme", theme=None, zone="Asia/Tokyo"))))

    (times,) = re.findall(r'href="(/[^"]*/schedule/time/[^"]*)"', page)
    assert parse_qs(urlsplit(times).query) == {"theme": [str(world.theme.pk)], "zone": ["Asia/Tokyo"]}
    assert "You have 6 of 6 sessions left." in page
    assert str(none.pk) not in page
    assert "Choose a time" in text_of(maya.get(times))


def test_theme_and_person_travel_in_one_click(client, world):
    client.force_login(world.admin)

    page = text_of(client.get(url(world, "theme", theme=None)))

    assert f'type="submit" name="theme" value="{world.theme.pk}"' in page
    assert "/schedule/time/?" not in page
    assert "You have" not in page
    unnamed = client.get(url(world, "time", **{"for": ""}))
    assert (unnamed.status_code, "Please choose for whom you are booking." in text_of(unnamed)) == (400, True)
    assert "Choose a time" in text_of(client.get(url(world, "time", **{"for": world.participant.pk})))


def test_path_not_open_yet_says_when(maya, world):
    assert "/schedule/time/?theme=" in text_of(maya.get(url(world, "theme", theme=None)))
    world.path.opens_on = date(2027, 6, 1)
    world.path.save()

    page = text_of(maya.get(url(world, "theme", theme=None)))

    assert "It opens on Tue 1 June 2027." in page
    assert "/schedule/time/?theme=" not in page
