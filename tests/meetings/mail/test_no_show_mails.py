"""What is written to whoever has missed sessions, and to the admins whose yes is asked for."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command

from meetings import booking
from meetings.booking import fresh_starts, no_shows
from meetings.enums import Status
from paths.models import Path
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def world():
    path = a_path(name="Leading & more", no_shows_allowed=2)
    eva = an_expert(path)
    found = SimpleNamespace(path=path, pia=a_participant(path, "Pia Berg"), ruth=an_admin(path, "Ruth Abara"))
    theme = a_theme(path, eva)
    found.sessions = [a_dropin(theme, found.pia, eva, NOW - timedelta(days=days)) for days in (3, 2, 1)]
    return found


def miss(world, *numbers, outcome=Status.NO_SHOW_PARTICIPANT, was=Status.SCHEDULED):
    for number in numbers:
        meeting = world.sessions[number]
        booking.mark_outcome(meeting=meeting, outcome=outcome, was=was, by=world.ruth, token=uuid4(), now=NOW)


def sent():
    call_command("worker", once=True)
    return mail.outbox


def test_the_warning_explains_itself(world):
    miss(world, 0, 1)

    (letter,) = sent()

    assert letter.subject == "Missed sessions on Leading & more"
    assert (letter.to, letter.reply_to) == ([world.pia.email], [world.ruth.email])
    assert "You missed 2 sessions on “Leading & more”: 30 October and 31 October." in letter.body
    assert "If you miss another one, an admin of the path has to let you book again." in letter.body
    assert "it goes to Ruth Abara, who runs the path." in letter.body


@pytest.mark.parametrize("undone", ["corrected", "off", "raised", "left"])
def test_what_is_not_so_any_more_is_not_sent(world, undone):
    miss(world, 0, 1)
    if undone == "corrected":
        miss(world, 1, outcome=Status.HELD, was=Status.NO_SHOW_PARTICIPANT)
    elif undone == "left":
        leave(world.pia, world.path)
    else:
        Path.objects.update(no_shows_allowed={"off": None, "raised": 3}[undone])

    assert sent() == []


def test_asked_and_let_book(world):
    miss(world, 0, 1, 2)
    fresh_starts.ask(path=world.path, by=world.pia, now=NOW)
    told = {letter.to[0]: letter for letter in sent()}
    assert "Before you can book another one, an admin of the path has to let you." in told[world.pia.email].body
    asked = told[world.ruth.email]
    assert asked.subject == "Pia Berg would like to book again on Leading & more"
    assert asked.reply_to == [world.pia.email]
    assert f"Pia Berg ({world.pia.email}) missed 3 sessions on “Leading & more”" in asked.body
    assert f"/paths/{world.path.pk}/people/{world.pia.pk}/" in asked.body
    mail.outbox.clear()

    shown = fresh_starts.version(no_shows.missed_on(world.pia, [world.path])[world.path.pk])
    fresh_starts.let_book(
        path=world.path, user=world.pia, by=world.ruth, token=uuid4(), shown=shown, now=NOW, why="Secret reason"
    )
    (letter,) = sent()
    assert letter.subject == "You can book again on Leading & more"
    assert "Ruth Abara lets you book sessions on “Leading & more” again." in letter.body
    assert "Secret reason" not in letter.body
