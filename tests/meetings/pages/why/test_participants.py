"""Whom the question may be about, found a few at a time."""

import html
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from paths.models import Invitation
from tests.scene import NOW, a_meeting, a_participant, a_path, a_person, a_theme, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def world():
    path = a_path()
    expert = an_expert(path)
    return SimpleNamespace(path=path, expert=expert, theme=a_theme(path, expert), admin=an_admin(path))


@pytest.fixture
def many(world):
    letters = "abcdefghijklmnopqrst"
    people = enumerate(f"{letter}@lake.example" for letter in letters)
    return [a_participant(world.path, f"Guest {number:02}", email=email) for number, email in people]


def ask(client, world, **query):
    client.force_login(world.admin)
    return client.get(reverse("why", args=[world.path.pk]), query)


def complete(world, **query):
    start = at(9)
    known = {"theme": world.theme.pk, "expert": world.expert.pk}
    return known | {"day": f"{start:%Y-%m-%d}", "time": f"{start:%H:%M}", "participant": ""} | query


def names(answer):
    return [str(row["user"]) for row in answer.context["participants"].rows]


def test_few_of_many_are_shown(client, world, many):
    assert names(ask(client, world)) == [f"Guest {number:02}" for number in range(6)]
    assert names(ask(client, world, do="people-2")) == [f"Guest {number:02}" for number in range(6, 12)]
    assert names(ask(client, world, do="people-0", find="guest 17")) == ["Guest 17"]


def test_search_before_a_time_is_typed_explains_nothing_and_keeps_the_rest(client, world, many):
    query = complete(world, time="", participant=many[3].pk, find="guest 17")
    answer = ask(client, world, **query, do="people-0")

    assert (answer.status_code, "explanation" in answer.context) == (200, False)
    assert names(answer) == ["Guest 03", "Guest 17"]
    assert f'value="{many[3].pk}" checked' in answer.text
    assert 'value="2026-11-03"' in answer.text
    assert f'<option value="{world.expert.pk}" selected>' in answer.text
    # Without the button it is the question, which is not complete.
    assert ask(client, world, **query).status_code == 400


def test_search_explains_what_is_complete(client, world, many):
    a_meeting(world.path, an_expert(world.path, name="Olga").user, many[3], at(9))

    answer = ask(client, world, **complete(world, participant=many[3].pk, find="guest 17"), do="people-0")

    assert "Guest 03 is in a meeting from 09:00 to 09:30." in answer.text
    assert names(answer) == ["Guest 03", "Guest 17"]


def test_whoever_has_not_accepted_is_called_by_their_address(client, world):
    known = a_participant(world.path, "Known Elsewhere", last_login=NOW, email="known@lake.example")
    query = complete(world, participant=known.pk)
    assert "Known Elsewhere is not in a meeting then." in ask(client, world, **query).text

    about = {"path": world.path, "user": known, "by": world.admin, "role": "participant"}
    Invitation.objects.create(**about, sent_at=NOW, expires_at=at(9))

    answer = ask(client, world, **query)
    assert "known@lake.example is not in a meeting then." in answer.text
    assert "Known Elsewhere" not in answer.text


def test_costs_as_many_queries_with_many_participants(client, world):
    counts = []
    for number in (1, 30):
        for each in range(number):
            a_participant(world.path, f"Guest {number} {each}")
        ask(client, world, **complete(world))
        with CaptureQueriesContext(connection) as asked:
            ask(client, world, **complete(world))
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("find", ["", "x" * 5000, "\u202e", "(["])
@pytest.mark.parametrize("do", ["people-", "people-x", "people-99999", "people--1"])
@pytest.mark.parametrize("participant", ["", "x"])
def test_nonsense_shows_the_page(client, world, find, do, participant):
    answer = ask(client, world, find=find, do=do, participant=participant)

    assert (answer.status_code, "Any expert of the theme" in answer.text) == (200, True)


def test_stranger_can_not_be_asked_about(client, world, many):
    stranger = a_person("Stranger")
    answer = ask(client, world, **complete(world, participant=stranger.pk))

    assert answer.status_code == 400
    assert "This person is not a participant of the path." in html.unescape(answer.text)
    assert "Stranger" not in answer.text
    assert ask(client, world, **complete(world, participant=many[0].pk)).status_code == 200
