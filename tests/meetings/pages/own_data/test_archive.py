"""The archive holds all that is kept of a person, and of others no more than the pages show."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import icalendar
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from meetings.enums import Happening
from meetings.models import Attendee, Meeting, MeetingEvent, Note, Rating, Subscription
from meetings.pages.own_data import archive
from meetings.pages.own_data.rows import Whose
from paths.enums import Happened, Role
from paths.history import write
from paths.models import ErasureRequest
from tests.factories import PASSWORD
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, an_admin, an_expert, at, book

pytestmark = pytest.mark.django_db

# Keys to a person whose rows are somebody else's, with the reason.
LEFT_OUT = {
    "paths.FreshStart.by": "who let somebody else book again: it is in that person's archive",
    "paths.FreshStart.taken_back_by": "who took that back: it is in that person's archive",
    "paths.ExtraSessions.by": "who gave sessions to somebody else: the gift is in that person's archive",
    "paths.Invitation.by": "who invited somebody else: the invitation is in that person's archive",
    "meetings.HeldTime.expert": "with whom a time was held for somebody else, which is in that person's archive",
    "paths.UnmappedRole.user": "a task of the path's admins, gone once it is done",
    "paths.Path.members": "through memberships, which are there",
}


def keys():
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            if field.concrete and field.is_relation and field.related_model is User:
                found.add(f"{model._meta.label}.{field.name}")
    return found


def taken(user, now=NOW):
    with archive.made(Whose(user, now)) as file, ZipFile(file) as zipped:
        return {name: zipped.read(name).decode() for name in zipped.namelist()}


def rows(files, name):
    return json.loads(files[f"{name}.json"])


def test_every_key_to_a_person_is_in_the_archive_or_left_out_for_a_reason():
    held = [key for each in archive.FILES for key in each.keys]

    assert len(held) == len(set(held))
    assert set(held) & LEFT_OUT.keys() == set()
    assert set(held) | LEFT_OUT.keys() == keys()


@pytest.fixture
def world():
    path = a_path()
    expert = an_expert(path, name="Eva")
    pia = a_participant(path, "Pia", time_zone="Asia/Kolkata", email="pia@example.com")
    meeting = book(a_theme(path, expert), pia, at(10))
    return path, expert, pia, meeting


def test_meetings_have_times_with_the_offset_of_the_persons_zone(world):
    _path, _expert, pia, meeting = world

    files = taken(pia)

    (row,) = rows(files, "meetings")
    assert (row["id"], row["starts_at"]) == (str(meeting.pk), "2026-11-03T15:30:00+05:30")
    assert rows(files, "profile")[0]["email"] == "pia@example.com"
    assert [(each["name"], each["you"]) for each in rows(files, "meeting_people")] == [("Eva", False), ("Pia", True)]
    (event,) = icalendar.Calendar.from_ical(files["meetings.ics"]).walk("VEVENT")
    assert event["uid"] == f"{meeting.pk}@everwise"


def test_an_empty_file_is_an_empty_list(world):
    assert rows(taken(world[2]), "ratings") == []


def test_own_notes_ratings_and_words_are_there(world, clock):
    path, _expert, pia, meeting = world
    Note.objects.create(meeting=meeting, author=pia, shared=False, text="My own thoughts", written_at=NOW)
    Rating.objects.create(meeting=meeting, user=pia, stars=4, comment="Helpful", rated_at=NOW)
    write(path=path, what=Happened.ADDED, by=pia, now=NOW, text="Because I can")

    files = taken(pia)

    assert [row["text"] for row in rows(files, "notes")] == ["My own thoughts"]
    assert [(row["stars"], row["comment"]) for row in rows(files, "ratings")] == [(4, "Helpful")]
    for words in ("My own thoughts", "Helpful", "Because I can"):
        assert words in files["texts.txt"]


def test_others_show_no_more_than_on_the_pages(world):
    """Each that is missing is in the archive of whoever may see it."""
    path, expert, pia, meeting = world
    other = a_participant(path, "Otto", email="otto@example.com")
    Attendee.objects.create(
        meeting=meeting,
        user=other,
        role=Role.PARTICIPANT,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        added_at=NOW,
    )
    Note.objects.create(meeting=meeting, author=expert.user, shared=False, text="For myself alone", written_at=NOW)
    Note.objects.create(meeting=meeting, author=expert.user, shared=True, text="For all of us", written_at=NOW)
    Rating.objects.create(meeting=meeting, user=other, stars=1, comment="Not for Pia", rated_at=NOW)

    files = taken(pia)
    everything = "\n".join(files.values())

    assert "For all of us" in everything
    assert "Otto" in everything
    assert "For myself alone" not in everything
    assert "For myself alone" in "\n".join(taken(expert.user).values())
    assert "Not for Pia" not in everything
    assert "Not for Pia" in "\n".join(taken(other).values())
    assert "otto@example.com" not in everything
    assert "otto@example.com" in "\n".join(taken(other).values())


def test_a_meeting_one_was_taken_out_of_is_not_there(world):
    _path, _expert, pia, meeting = world
    an_other = a_person("Olga")
    Meeting.objects.filter(pk=meeting.pk).update(organizer=an_other, title="What they talk about")
    assert "What they talk about" in taken(pia)["meetings.json"]

    Attendee.objects.filter(user=pia).update(removed_at=NOW, live=False)

    assert "What they talk about" not in "\n".join(taken(pia).values())


def test_somebody_without_a_name_is_not_told_by_their_address(world):
    _path, expert, pia, _meeting = world
    assert '"Eva"' in taken(pia)["meeting_people.json"]

    User.objects.filter(pk=expert.user_id).update(name="", called="", email="eva.hidden@example.com")

    assert "eva.hidden" not in taken(pia)["meeting_people.json"] + taken(pia)["meetings.json"]


def test_secrets_are_left_out(world):
    _path, expert, _pia, _meeting = world
    expert.busy_calendars.create(
        kind="address", label="Work", url="https://calendars.example.com/secret-part.ics", next_read_at=NOW
    )
    Subscription.objects.create(user=expert.user, digest="d1" * 32, made_at=NOW)

    everything = "\n".join(taken(expert.user).values())

    assert "calendars.example.com" in everything
    assert "secret-part" not in everything
    assert "d1d1" not in everything
    assert expert.user.password not in everything


def test_participants_hear_nothing_of_a_draft():
    draft = a_path(opened_at=None, name="Not open yet")
    pia, eva = a_participant(draft), an_expert(draft).user
    write(path=draft, what=Happened.ADDED, by=an_admin(draft), now=NOW, about=pia)

    assert "Not open yet" not in "\n".join(taken(pia).values())
    assert "Not open yet" in "\n".join(taken(eva).values())


def many_meetings(path, expert, pia, number, title):
    start = NOW - timedelta(days=number)
    made = [
        Meeting(
            path=path,
            kind="adhoc",
            title=title,
            starts_at=start + timedelta(hours=n),
            ends_at=start + timedelta(hours=n, minutes=30),
            organizer=pia,
            created_by=pia,
            created_at=NOW,
        )
        for n in range(number)
    ]
    Meeting.objects.bulk_create(made)
    Attendee.objects.bulk_create(
        Attendee(
            meeting=each,
            user=user,
            role=role,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            live=False,
            added_at=NOW,
        )
        for each in made
        for user, role in ((expert.user, Role.EXPERT), (pia, Role.PARTICIPANT))
    )
    MeetingEvent.objects.bulk_create(
        MeetingEvent(meeting=each, happening=Happening.SCHEDULED, by=pia, at=NOW, sequence=0) for each in made
    )


def test_queries_do_not_grow_with_the_meetings(monkeypatch):
    monkeypatch.setattr(archive, "CALENDAR_STEP", 200)
    path = a_path()
    expert, pia = an_expert(path), a_participant(path)
    many_meetings(path, expert, pia, 10, "first")
    with CaptureQueriesContext(connection) as few:
        taken(pia)
    many_meetings(path, expert, pia, 490, "more")

    with CaptureQueriesContext(connection) as many:
        files = taken(pia)

    assert len(rows(files, "meetings")) == 500
    assert files["meetings.ics"].count("BEGIN:VEVENT") == 500
    # One for each further step of the calendar: who is in those meetings.
    assert len(many) - len(few) == 2


@pytest.fixture
def client(world, clock):
    return signed_in(world[2])


def confirmed(client):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_button_on_the_page_gives_the_file(client):
    assert 'action="/accounts/data/archive/"' in client.get("/accounts/data/").text

    answer = confirmed(client).post("/accounts/data/archive/")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="everwise-2026-11-02.zip"'
    assert "no-store" in answer.headers["Cache-Control"]
    with ZipFile(BytesIO(answer.getvalue())) as zipped:
        assert "profile.json" in zipped.namelist()


def test_whoever_signed_in_long_ago_shows_their_password_first(client):
    answer = client.post("/accounts/data/archive/")

    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/reauthenticate/")
    wrong = client.post(answer.url, {"password": "not theirs"})
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    # Then they come back to the page, and press the button once more.
    right = client.post(answer.url, {"password": PASSWORD})
    assert (right.status_code, right.url) == (302, "/accounts/data/archive/")
    page = client.get(right.url, follow=True)
    assert page.request["PATH_INFO"] == "/accounts/data/"
    assert "Download my data" in page.text
    given = client.post("/accounts/data/archive/")
    assert given.headers["Content-Type"] == "application/zip"
    assert given.getvalue()


def test_wish_to_be_erased_waits_while_somebody_shows_that_it_is_them(client):
    answer = client.post("/accounts/data/erasure/", {"words": "I have moved on"})

    back = client.post(answer.url, {"password": PASSWORD})

    assert not ErasureRequest.objects.exists()
    assert "I have moved on" in client.get(back.url).text
    client.post(back.url, {"words": "I have moved on"})
    assert ErasureRequest.objects.get().words == "I have moved on"


def test_five_an_hour(client):
    confirmed(client)
    codes = []
    for _ in range(6):
        answer = client.post("/accounts/data/archive/")
        codes.append(answer.status_code)
        assert answer.getvalue()

    assert codes == [200] * 5 + [429]


def test_get_makes_nothing(client):
    answer = confirmed(client).get("/accounts/data/archive/")

    assert (answer.status_code, answer.url) == (302, "/accounts/data/")
