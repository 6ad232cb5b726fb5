"""A decline in a calendar on the pages: beside the name, with what can be done, at home, for the path's admins."""

import json
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings import booking
from meetings.models import ReplyMailbox
from meetings.pages.own_data.archive import made
from meetings.pages.own_data.rows import Whose
from tests.meetings.mail.replies.answers import LATER, answer
from tests.scene import NOW, a_participant, a_theme, add, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
STILL = "It is still booked."


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva Rao").user


@pytest.fixture
def pia(path):
    return a_participant(path, "Pia Berg")


@pytest.fixture
def session(path, eva, pia):
    return book(a_theme(path, eva.expert, name="First 90 days"), pia, at(10))


def page(client, user, meeting):
    client.force_login(user)
    return client.get(meeting.get_absolute_url())


def test_the_other_side_sees_it_with_what_they_may_do(client, session, eva, pia):
    assert STILL not in page(client, eva, session).content.decode()
    answer(session, pia)
    text = page(client, eva, session).content.decode()

    assert f"Pia Berg declined this in their calendar. {STILL}" in text
    assert "If it can’t take place like this, reschedule it, give it to another expert or cancel it." in text
    assert "Declined in their calendar</div>" in text
    assert "Declined by Pia Berg in their calendar; nothing was changed" in text


def test_who_declined_sees_that_it_stands(client, session, pia):
    answer(session, pia)
    text = page(client, pia, session).content.decode()
    assert f"You declined this in your calendar. {STILL}" in text
    assert "If it can’t take place like this, reschedule or cancel it." in text
    assert "Declined in your calendar; nothing was changed" in text

    home = client.get(reverse("home")).content.decode()
    assert f"You declined “First 90 days” in your calendar. {STILL}" in home


@pytest.mark.parametrize(
    ("said", "words"), [("ACCEPTED", "Accepted in their calendar"), ("TENTATIVE", "Tentative in their calendar")]
)
def test_other_answers_stand_quietly_beside_the_name(said, words, client, session, eva, pia):
    answer(session, pia, "DECLINED")
    answer(session, pia, said, now=NOW + LATER)
    text = page(client, eva, session).content.decode()

    assert words in text
    assert STILL not in text
    assert "Declined by Pia Berg in their calendar no longer" in text
    client.force_login(pia)
    assert STILL not in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("since", ["moved", "cancelled", "begun"])
def test_the_note_ends_with_the_next_change(since, client, session, eva, pia, clock):
    answer(session, pia)
    assert STILL in page(client, eva, session).content.decode()
    match since:
        case "moved":
            booking.reschedule(meeting=session, by=eva, start=at(11), token=session.pk, sequence=0, now=NOW)
        case "cancelled":
            booking.cancel(meeting=session, by=eva, now=NOW)
        case "begun":
            clock.move_to(session.starts_at)
    text = page(client, eva, session).content.decode()

    assert STILL not in text
    assert "Declined in their calendar</div>" not in text


def test_adhoc_meeting_leads_to_edit_or_names_who_can(client, path, eva, pia):
    ada = an_admin(path, "Ada")
    per = a_participant(path, "Per")
    plan = booking.MeetingPlan(
        title="Kick-off", starts_at=at(10), ends_at=at(11), experts=(eva,), participants=(pia, per)
    )
    meeting = add(path, plan, ada)
    answer(meeting, pia)
    answer(meeting, per)

    text = page(client, ada, meeting).content.decode()
    assert "declined this in their calendars." in text
    assert f'<a href="{reverse("meetings:edit", args=[meeting.pk])}">Edit</a>' in text
    assert "Ada, its organizer, can change it." in page(client, eva, meeting).content.decode()


def test_admins_see_it_on_the_overview_with_one_query_for_all(
    client, path, session, eva, pia, django_assert_max_num_queries
):
    ada = an_admin(path, "Ada")
    client.force_login(ada)
    address = reverse("paths:detail", args=[path.pk])
    client.get(address)
    with django_assert_max_num_queries(60) as before:
        text = client.get(address).content.decode()
    assert "declined a meeting" not in text
    answer(session, pia)
    for hour in (11, 12, 13):
        answer(book(session.theme, pia, at(hour)), eva)

    with django_assert_max_num_queries(len(before)):
        text = client.get(address).content.decode()
    assert text.count("Eva Rao declined a meeting in their calendar") == 3
    assert text.count("Pia Berg declined a meeting in their calendar") == 1
    assert "“First 90 days”, tomorrow, 10:00. It is still booked." in text
    history = client.get(reverse("paths:history", args=[path.pk])).content.decode()
    assert "in their calendar" in history


def test_meeting_page_asks_no_more_queries(client, session, eva, pia, django_assert_num_queries):
    page(client, eva, session)
    with django_assert_num_queries(12) as before:
        client.get(session.get_absolute_url())
    answer(session, pia)
    with django_assert_num_queries(len(before)):
        assert STILL in client.get(session.get_absolute_url()).content.decode()


def test_own_data_has_the_answer(session, pia):
    answer(session, pia)
    with made(Whose(pia, NOW)) as file, ZipFile(file) as archive:
        (row,) = json.loads(archive.read("calendar_answers.json"))

    assert row == {
        "meeting": str(session.pk),
        "answer": "declined",
        "answered_at": "2026-11-02T08:00:00+00:00",
        "received_at": "2026-11-02T08:00:00+00:00",
    }


def test_health_and_metrics_tell_of_the_mailbox(client, settings):
    settings.METRICS_TOKEN = "a-long-random-text-of-your-own"
    key = {"HTTP_AUTHORIZATION": f"Bearer {settings.METRICS_TOKEN}"}
    assert "mailbox" not in client.get("/readyz/worker").content.decode()
    settings.REPLIES = object()
    assert "mailbox of answers: not read yet" in client.get("/readyz/worker").content.decode()
    row = ReplyMailbox.objects.create(source="x", next_read_at=NOW, last_read_at=timezone.now() - LATER, messages=7)
    assert "mailbox of answers: last read 300 s ago\n" in client.get("/readyz/worker").content.decode()
    ReplyMailbox.objects.filter(pk=row.pk).update(failures=2, error="connect timeout", counted=3)

    assert "last read 300 s ago, failing (connect timeout)" in client.get("/readyz/worker").content.decode()
    told = client.get("/metrics", **key).content.decode()
    assert "everwise_replies_failures 2.0" in told
    assert "everwise_replies_messages 7.0" in told
    assert "everwise_replies_counted 3.0" in told
    assert "everwise_replies_read_timestamp_seconds" in told
