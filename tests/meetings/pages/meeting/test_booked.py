"""The page after booking: who hears of it, and which reminders will come."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BOTH, DAY, HOUR = ("By e-mail, a day and an hour before.", "By e-mail, a day before.", "By e-mail, an hour before.")
OFF, SOON = "You’ve turned reminders off in your profile.", "It starts too soon for one."
SENTENCES = {BOTH, DAY, HOUR, OFF, SOON}


@pytest.mark.parametrize(
    ("start", "asked", "said"),
    [
        (at(10, day=3), {}, BOTH),
        (at(10, day=3), {"remind_hour_before": False}, DAY),
        (at(10, day=3), {"remind_day_before": False}, HOUR),
        (at(10, day=3), {"remind_day_before": False, "remind_hour_before": False}, OFF),
        (NOW + timedelta(hours=3), {}, HOUR),
        (NOW + timedelta(hours=3), {"remind_hour_before": False}, SOON),
        (NOW + timedelta(hours=1), {}, SOON),
    ],
)
def test_says_which_reminders_will_come(client, start, asked, said):
    path = a_path()
    pia = a_participant(path, **asked)
    meeting = book(a_theme(path, an_expert(path)), pia, start)
    client.force_login(pia)

    page = html.unescape(client.get(reverse("meetings:booked", args=[meeting.pk])).text)

    assert {sentence for sentence in SENTENCES if sentence in page} == {said}
    assert ("We remind you" in page, "No reminder" in page) == (said not in {OFF, SOON}, said in {OFF, SOON})


@pytest.mark.parametrize(
    ("note", "hears", "may"),
    [
        ("My case", "Eva can read your note", "You can change your note until the session starts."),
        ("", "We let Eva know", "You can add a note until the session starts."),
    ],
)
def test_says_who_hears_of_it(client, note, hears, may):
    path = a_path()
    pia = a_participant(path)
    meeting = book(a_theme(path, an_expert(path, name="Eva")), pia, at(10, day=3), note=note)
    client.force_login(pia)

    page = html.unescape(client.get(reverse("meetings:booked", args=[meeting.pk])).text)

    assert f"We’re sending an e-mail to <strong>{pia.email}</strong> and to Eva." in page
    assert (hears in page, may in page) == (True, True)
