"""How people of all kinds of names are spoken of: on every page of a booking, and in its e-mails."""

import re
from html import unescape

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from everwise.accounts.models import User, first_names
from meetings import booking
from meetings.booking import MeetingPlan
from paths.offered_experts import Experts
from tests.scene import (
    NOW,
    a_dropin,
    a_participant,
    a_path,
    a_person,
    a_theme,
    add,
    an_admin,
    an_expert,
    at,
    book,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# Around what runs the other way: letters without a width, as bdi does it in a page.
OPENS, CLOSES = "\u2068", "\u2069"
LONG = "Wolfeschlegelsteinhausen Bergerdorff von der Hohenlohe-Langenb"[:60]
NAMES = ["Maya Lindqvist", "Omar Haddad", "Kim Min-su", "مريم الحسن", "Sukarno", LONG]
# Words that would say what somebody is.
GENDERED = re.compile(r"\b(she|hers?|he|his|him|herself|himself)\b", re.IGNORECASE)


def words(response):
    text = re.sub(r"<(script|style|head).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    text = text.replace("<bdi>", OPENS).replace("</bdi>", CLOSES)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def halves(text, name):
    """How often a part of the name stands without the rest, of as often as it is named at all."""
    part = name.split(" ")[0]
    return text.count(part) - text.count(name), text.count(name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("whose", ["participant", "expert"])
def test_name_stands_whole_on_pages_and_in_mails(client, name, whose):
    path = a_path(sessions_per_participant=3)
    expert = an_expert(path, user=a_person("Priya Raman", called="Priya", time_zone="Asia/Kolkata"))
    maya = a_participant(path, "Ann Other", called="Ann", time_zone="Europe/Stockholm")
    theme = a_theme(path, expert)
    named, reader = (maya, expert.user) if whose == "participant" else (expert.user, maya)
    User.objects.filter(pk=named.pk).update(name=name, called="")
    named.refresh_from_db()
    expert.refresh_from_db()
    meeting = book(theme, maya, at(9), note="About feedback")
    a_dropin(theme, maya, expert, at(9, day=-3), status="held")

    seen = []
    for person in (named, reader):
        client.force_login(person)
        for url in (
            reverse("home"),
            reverse("paths:detail", args=[path.pk]),
            reverse("meetings:list"),
            meeting.get_absolute_url(),
            *(reverse(f"meetings:{page}", args=[meeting.pk]) for page in ("booked", "cancel", "note", "reschedule")),
        ):
            seen += [words(client.get(url))]
    booking.cancel(meeting=meeting, by=reader, now=NOW, message="Sorry.")
    call_command("worker", once=True)
    letters = [f"{letter.subject}\n{letter.body}" for letter in mail.outbox]
    assert len(letters) == 4

    for text in [*seen, *letters]:
        assert halves(text, name)[0] == 0, text
        assert not GENDERED.search(text), text
        # A number right behind a name that runs from right to left would be shown before it.
        assert not re.search(rf"مريم الحسن[^\w{CLOSES}]*\d", text), text
    assert all(halves(text, name)[1] for text in letters)
    assert sum(bool(halves(text, name)[1]) for text in seen) >= 6
    # The control: the other one is called by the short name, on pages and in letters.
    other = reader.first_name
    assert any(halves(text, reader.name)[0] for text in seen), other
    assert any(f"Hello {other}," in text for text in letters)


def test_who_says_what_to_call_them_is_called_so(client):
    person = a_person("عبد الرحمن بن خالد", called="عبد الرحمن")
    client.force_login(person)

    assert f", {OPENS}عبد الرحمن{CLOSES}" in words(client.get(reverse("home")))


def test_first_names_of_people_called_alike_are_their_whole_names():
    people = [a_person(name, called="Maya") for name in ("Maya Lindqvist", "Maya Okafor")]

    assert first_names(people) == ["Maya Lindqvist", "Maya Okafor"]
    # The control: called so alone.
    assert first_names(people[:1]) == ["Maya"]


def test_two_participants_called_alike_are_told_apart_by_their_whole_names(client):
    path = a_path()
    expert, admin = an_expert(path, name="Priya Raman"), an_admin(path, "Ada")
    people = [
        a_participant(path, name, called="Maya", time_zone=zone)
        for name, zone in (("Maya Lindqvist", "Europe/Stockholm"), ("Maya Okafor", "Africa/Lagos"))
    ]
    plan = MeetingPlan(
        title="Catching up",
        starts_at=at(9),
        ends_at=at(10),
        experts=(expert.user,),
        participants=tuple(people),
        organizer=admin,
    )
    meeting = add(path, plan, by=admin)

    client.force_login(expert.user)
    page = words(client.get(meeting.get_absolute_url()))
    call_command("worker", once=True)
    letter = next(letter.body for letter in mail.outbox if letter.to == [expert.user.email])

    for text in (page, letter):
        for person in people:
            assert person.name in text
        assert text.count("Maya") == sum(text.count(person.name) for person in people)


def test_experts_called_alike_are_chosen_by_their_whole_names(client):
    path = a_path()
    experts = [an_expert(path, user=a_person(name, called="Priya")) for name in ("Priya Raman", "Priya Das")]
    experts.append(an_expert(path, user=a_person("Daniel Okafor", called="Daniel")))

    assert [face.first_name for face in Experts(path).faces.values()] == ["Daniel", "Priya Das", "Priya Raman"]
