"""Names and titles in sentences that run in the other direction: on pages, in e-mails and their subjects."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from everwise.accounts.models import User
from tests.meetings.pages.test_names import CLOSES, OPENS, words
from tests.scene import a_participant, a_path, a_person, a_theme, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "languages")]


@pytest.fixture
def mirrored_people():
    """One whose names run from right to left reads English; one of a Latin name reads from right to left."""
    path = a_path(name="مسار القيادة", time_zone="Europe/Stockholm")
    expert = an_expert(path, user=a_person("مريم الحسن", called="مريم"))
    omar = a_participant(path, "عمر حداد", called="عمر", time_zone="Europe/Stockholm")
    return path, expert, omar


def test_names_from_right_to_left_are_isolated_in_english(client, mirrored_people):
    path, expert, omar = mirrored_people
    theme = a_theme(path, expert, name="ملاحظات مفيدة", minutes=45)
    meeting = book(theme, omar, at(9))
    call_command("worker", once=True)

    client.force_login(omar)
    page = words(client.get(reverse("schedule:time", args=[path.pk]) + f"?theme={theme.pk}"))
    home = words(client.get(reverse("home")))
    letter = next(each for each in mail.outbox if each.to == [omar.email])

    assert f"{OPENS}ملاحظات مفيدة{CLOSES}, 45 min" in page
    assert f", {OPENS}عمر{CLOSES}" in home
    assert f"with {OPENS}مريم" in home
    assert letter.subject.startswith(f"Booked: {OPENS}ملاحظات مفيدة{CLOSES}, ")
    assert f"Hello {OPENS}عمر{CLOSES}," in letter.body
    assert f"on the path {OPENS}مسار القيادة{CLOSES}." in letter.body
    assert meeting.title == "ملاحظات مفيدة"


def test_latin_names_are_isolated_from_right_to_left_alone(client):
    path = a_path(name="Leading", time_zone="Europe/Stockholm")
    maya = a_participant(path, "Maya Lindqvist", called="Maya", language="ar")
    theme = a_theme(path, an_expert(path, name="Priya Raman"), name="Giving feedback", minutes=45)
    book(theme, maya, at(9))
    call_command("worker", once=True)
    url = reverse("schedule:time", args=[path.pk]) + f"?theme={theme.pk}"

    client.force_login(maya)
    page = client.get(url).content.decode()
    letter = next(each for each in mail.outbox if each.to == [maya.email])

    assert f"{OPENS}Giving feedback{CLOSES}, 45 " in page
    assert f"{OPENS}Giving feedback{CLOSES}, " in letter.subject
    assert f" {OPENS}Maya{CLOSES}," in letter.body
    # No address ends in it, and nothing between the angle brackets of a tag.
    assert not re.search(rf"https?://\S*[{OPENS}{CLOSES}]", letter.body)
    assert not re.search(rf'(href|src|value|action)="[^"]*[{OPENS}{CLOSES}]', page)

    # The control: in English nothing is.
    User.objects.filter(pk=maya.pk).update(language="en")
    plain = client.get(url).content.decode()
    assert "Giving feedback, 45 min" in plain
    assert not re.search(f"[{OPENS}{CLOSES}]", plain)
