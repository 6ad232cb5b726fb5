"""Who learns whose e-mail address from a meeting, and whom an answer reaches: product.md's rule as a literal table.

The people go by first names: experts Eva and Eli, participants Pia and Per, Ada who is admin of the path.
"""

from dataclasses import replace
from email import message_from_bytes, policy
from urllib.parse import unquote

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from everwise.accounts.models import User
from meetings import booking
from meetings.calendars import feed, links
from meetings.mail import render
from meetings.models import Meeting, Notice
from tests.scene import NOW, a_participant, a_path, add, an_admin, an_expert, at, edit

pytestmark = pytest.mark.django_db

SHAPES = {
    # experts, participants, organizer
    "one, Pia leads": ("Eva", "Pia", "Pia"),
    "one, Eva leads": ("Eva", "Pia", "Eva"),
    "one, Ada leads": ("Eva", "Pia", "Ada"),
    "two experts": ("Eva Eli", "Pia", "Pia"),
    "two, Pia leads": ("Eva", "Pia Per", "Pia"),
    "two, Eva leads": ("Eva", "Pia Per", "Eva"),
    "two, Ada leads": ("Eva", "Pia Per", "Ada"),
    "two of each, Ada leads": ("Eva Eli", "Pia Per", "Ada"),
}
# shape, reader: attendees of the invitation, of the file, of the feed; who is named in the description; Reply-To.
TABLE = [
    ("one, Pia leads", "Eva", "Eva Pia", "Eva Pia", "Eva Pia", "", "Pia"),
    ("one, Pia leads", "Pia", "Eva Pia", "Eva Pia", "Eva Pia", "", "Eva"),
    ("one, Eva leads", "Eva", "Eva Pia", "Eva Pia", "Eva Pia", "", "Pia"),
    ("one, Eva leads", "Pia", "Eva Pia", "Eva Pia", "Eva Pia", "", "Eva"),
    ("one, Ada leads", "Eva", "Eva Pia Ada", "Eva Pia Ada", "Eva Pia Ada", "", "Pia"),
    ("one, Ada leads", "Pia", "Eva Pia", "Eva Pia", "Eva Pia", "Organizer: Ada", "Eva"),
    ("one, Ada leads", "Ada", "Eva Pia Ada", "Eva Pia Ada", "Eva Pia Ada", "", "Eva"),
    ("two experts", "Eva", "Eva Eli Pia", "Eva Eli Pia", "Eva Eli Pia", "", "Pia"),
    ("two experts", "Pia", "Eva Eli Pia", "Eva Eli Pia", "Eva Eli Pia", "", "Eva Eli"),
    ("two, Pia leads", "Eva", "Eva Pia Per", "Eva Pia Per", "Eva Pia Per", "", "Pia"),
    ("two, Pia leads", "Pia", "Eva Pia", "Eva Pia", "Eva Pia", "Also in this meeting: Per", "Eva"),
    ("two, Pia leads", "Per", "Eva Per", "Eva Per", "Eva Per", "Also in this meeting: Pia (organizer)", "Eva"),
    # An expert who leads several has no one person to answer: the answer comes back, and goes to no stranger.
    ("two, Eva leads", "Eva", "Eva Pia Per", "Eva Pia Per", "Eva Pia Per", "", "Eva"),
    ("two, Eva leads", "Per", "Eva Per", "Eva Per", "Eva Per", "Also in this meeting: Pia", "Eva"),
    ("two, Ada leads", "Eva", "Eva Pia Per Ada", "Eva Pia Per Ada", "Eva Pia Per Ada", "", "Ada"),
    ("two, Ada leads", "Pia", "Eva Pia", "Eva Pia", "Eva Pia", "Also in this meeting: Per\nOrganizer: Ada", "Eva"),
    ("two, Ada leads", "Ada", "Eva Pia Per Ada", "Eva Pia Per Ada", "Eva Pia Per Ada", "", "Eva"),
    ("two of each, Ada leads", "Eli", "Eva Eli Pia Per Ada", "Eva Eli Pia Per Ada", "Eva Eli Pia Per Ada", "", "Ada"),
    (
        "two of each, Ada leads",
        "Per",
        "Eva Eli Per",
        "Eva Eli Per",
        "Eva Eli Per",
        "Also in this meeting: Pia\nOrganizer: Ada",
        "Eva Eli",
    ),
    (
        "two of each, Ada leads",
        "Ada",
        "Eva Eli Pia Per Ada",
        "Eva Eli Pia Per Ada",
        "Eva Eli Pia Per Ada",
        "",
        "Eva Eli",
    ),
]


@pytest.fixture
def people():
    path = a_path()
    found = {
        "Eva": an_expert(path, name="Eva").user,
        "Eli": an_expert(path, name="Eli").user,
        "Pia": a_participant(path, "Pia"),
        "Per": a_participant(path, "Per"),
        "Ada": an_admin(path, "Ada"),
    }
    for name, user in found.items():
        User.objects.filter(pk=user.pk).update(email=f"{name.lower()}@example.test")
        user.refresh_from_db()
    return path, found


def made(people, shape):
    path, users = people
    experts, participants, organizer = SHAPES[shape]
    plan = booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(10),
        ends_at=at(11),
        experts=tuple(users[name] for name in experts.split()),
        participants=tuple(users[name] for name in participants.split()),
        agenda="What next",
        organizer=users[organizer],
    )
    by = users["Ada"]
    return add(path, plan, by), plan


def letter_to(user, kind="scheduled"):
    row = Notice.objects.select_related("event__by", "meeting__path", "user").get(user=user, kind=kind)
    raw = render.message(row).message().as_bytes(linesep="\r\n")
    return message_from_bytes(raw, policy=policy.default)


def calendar_in(letter):
    return next(part for part in letter.walk() if part.get_content_type() == "text/calendar").get_payload(decode=True)


def read(content):
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    attendees = event.get("attendee", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    return {named(unquote(each)) for each in attendees}, str(event.get("description", ""))


def named(address):
    return address.removeprefix("mailto:").partition("@")[0].title()


def addresses_in(*texts):
    said = "".join(text if isinstance(text, str) else unfolded(text) for text in texts)
    return {name for name in ("Eva", "Eli", "Pia", "Per", "Ada") if f"{name.lower()}@example.test" in said.lower()}


def unfolded(content):
    return content.decode().replace("\r\n ", "")


@pytest.mark.parametrize(("shape", "reader", "invited", "filed", "fed", "description", "answers"), TABLE)
def test_readers(people, shape, reader, invited, filed, fed, description, answers):
    meeting, _ = made(people, shape)
    user = people[1][reader]
    letter = letter_to(user)
    meeting = Meeting.objects.with_people().get(pk=meeting.pk)
    invitation, file = calendar_in(letter), links.file(meeting, user)
    feed_text = feed.text(feed.events(user, NOW), feed.name(user))

    for content, expected in ((invitation, invited), (file, filed), (feed_text, fed)):
        attendees, said = read(content)
        assert attendees == set(expected.split())
        assert addresses_in(content) == set(expected.split())
        paragraphs = said.split("\n\n")
        assert paragraphs[0] == "What next"
        assert paragraphs[1:-1] == ([description] if description else [])
    assert [named(each.addr_spec) for each in letter["Reply-To"].addresses] == answers.split()
    assert "everwise" not in str(letter["Reply-To"]).lower()
    assert "everwise" in str(letter["From"]).lower()
    texts = [
        part.get_content()
        for part in letter.walk()
        if part.get_content_maintype() == "text" and not part.get_filename()
    ]
    assert addresses_in(*texts[:2]) == set()


def test_table_has_every_reader_of_every_shape_or_their_like():
    """An expert, a participant, and whoever leads from outside, of each shape."""
    for shape, (experts, participants, organizer) in SHAPES.items():
        readers = {reader for found, reader, *_ in TABLE if found == shape}
        assert readers & set(experts.split())
        assert readers & set(participants.split())
        assert organizer != "Ada" or "Ada" in readers


@pytest.mark.parametrize("reader", ["Pia", "Per"])
def test_pages_tell_a_participant_no_address_but_their_own(people, reader):
    meeting, _ = made(people, "two, Ada leads")
    client = Client()
    client.force_login(people[1][reader])

    for name, args in (("meetings:detail", [meeting.pk]), ("meetings:list", []), ("home", [])):
        assert addresses_in(client.get(reverse(name, args=args)).content.decode()) == {reader}
    meeting = Meeting.objects.with_people().get(pk=meeting.pk)
    told = links.links(meeting, NOW)
    assert addresses_in(unquote(told.google), unquote(told.outlook_com)) == set()
    assert addresses_in(links.file(meeting, people[1][reader])) == {"Eva", reader}


def test_file_behind_the_page_is_its_readers(people):
    meeting, _ = made(people, "two, Pia leads")
    for reader, known in (("Per", "Eva Per"), ("Pia", "Eva Pia"), ("Eva", "Eva Pia Per"), ("Ada", "Eva Pia Per")):
        client = Client()
        client.force_login(people[1][reader])
        response = client.get(reverse("meetings:calendar-file", args=[meeting.pk]))
        assert addresses_in(response.content) == set(known.split())
        assert "private" in response["Cache-Control"]


def test_taken_out_is_told_alone_and_can_answer_the_expert(people):
    meeting, plan = made(people, "two, Ada leads")
    edit(meeting, replace(plan, participants=(people[1]["Pia"],)), people[1]["Ada"])

    letter = letter_to(people[1]["Per"], "removed")
    assert addresses_in(calendar_in(letter)) == {"Per"}
    assert [named(each.addr_spec) for each in letter["Reply-To"].addresses] == ["Eva"]


def test_called_off_says_no_more_than_the_invitation_did(people):
    meeting, _ = made(people, "two, Pia leads")
    booking.delete(meeting=meeting, by=people[1]["Ada"], sequence=0, token=None, now=NOW)

    for reader, known, answers in (("Per", "Eva Per", "Eva"), ("Eva", "Eva Pia Per", "Pia")):
        letter = letter_to(people[1][reader], "deleted")
        assert addresses_in(calendar_in(letter)) == set(known.split())
        assert [named(each.addr_spec) for each in letter["Reply-To"].addresses] == [answers]


@pytest.mark.parametrize("kind", ["reminder-day", "reminder-hour"])
def test_reminders_can_be_answered(people, kind):
    made(people, "two, Ada leads")

    for reader, answers in (("Eva", "Ada"), ("Pia", "Eva"), ("Per", "Eva")):
        letter = letter_to(people[1][reader], kind)
        assert [named(each.addr_spec) for each in letter["Reply-To"].addresses] == [answers]
        assert ("Ada" in str(letter["Reply-To"])) == (reader == "Eva")


@pytest.mark.parametrize("name", ['Eva "the" O\'Neil, Dr.', "Évá\r\nBcc: x@evil.test", "日本 花子", "a\\", "<x@y>, b"])
def test_answer_goes_to_one_address_whatever_the_name(people, name):
    User.objects.filter(name="Eva").update(name=name)
    people[1]["Eva"].refresh_from_db()
    made(people, "one, Ada leads")

    letter = letter_to(people[1]["Pia"])
    assert [each.addr_spec for each in letter["Reply-To"].addresses] == ["eva@example.test"]
    assert letter["Bcc"] is None
