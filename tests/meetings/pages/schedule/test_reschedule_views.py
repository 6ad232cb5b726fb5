"""Moving and cancelling through the pages, as each person near the meeting, with hostile and with stale forms."""

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.enums import Status
from meetings.models import Meeting, Notice
from tests.scene import a_dropin, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)
START = datetime(2026, 10, 23, 7, 30, tzinfo=UTC)
LATER = "2026-10-23T11:00:00Z"
LONG = "x" * 100_000


@pytest.fixture
def world(world):
    """The folder's, with a session in three days."""
    world.meeting = a_dropin(world.theme, world.participant, world.priya, START, created_at=NOW)
    return world


def as_(client, user):
    client.force_login(user)
    return client


def address(world, action):
    return reverse(f"meetings:{action}", args=[world.meeting.pk])


def move(client, world, **data):
    data = {"start": LATER, "token": str(uuid4()), "sequence": "0", "expert": "", **data}
    return client.post(address(world, "reschedule"), data)


def test_reschedule_page_marks_the_present_time(client, world):
    page = as_(client, world.participant).get(address(world, "reschedule")).content.decode()

    assert "It stays yours until you save a new time." in page
    assert "Now 09:30</span>" in page
    assert 'aria-label="Friday 23 October, 13:00, with Priya Raman"' in page
    assert "with 2 experts" not in page  # the present expert is chosen
    assert "with 2 experts" in client.get(address(world, "reschedule") + "?expert=any").text


def test_reschedule_moves_the_same_meeting(client, world):
    response = move(as_(client, world.participant), world)

    moved = Meeting.objects.get()
    assert response.url == moved.get_absolute_url()
    assert (moved.pk, moved.starts_at.hour, moved.sequence) == (world.meeting.pk, 11, 1)
    assert moved.experts == [world.priya.user]
    assert Notice.objects.filter(kind="rescheduled").count() == 2


def test_reschedule_with_another_expert(client, world):
    move(as_(client, world.participant), world, expert=world.daniel.pk)

    meeting = Meeting.objects.with_people().get()
    assert meeting.experts == [world.daniel.user]
    assert as_(client, world.priya.user).get(meeting.get_absolute_url()).status_code == 404


def test_expert_who_gives_a_session_to_another_ends_on_the_path(client, world):
    world.priya.user.time_zone = "Europe/Stockholm"
    world.priya.user.save()

    response = move(as_(client, world.priya.user), world, expert=str(world.daniel.pk))

    assert response.url == reverse("paths:detail", args=[world.path.pk])
    assert "Moved to Fri 23 October, 13:00" in client.get(response.url).content.decode()


def test_a_time_leads_to_its_last_step_with_zone_and_expert_and_back(client, world):
    query = f"?zone=Asia/Tokyo&expert={world.daniel.pk}"
    page = as_(client, world.participant).get(address(world, "reschedule") + query).text
    link = html.unescape(re.search(r'href="([^"]*start=2026-10-23T11:00:00Z)"', page)[1])

    save = client.get(link).text

    assert "Fri 23 October, 16:30 to 17:15" in page
    assert re.search("Friday 23 October<br>20:00 to 20:45", save)
    assert f'value="{world.daniel.pk}" checked' in save
    back = html.unescape(re.search(r'href="([^"]*)#start">Choose another time', save)[1])
    assert ("zone=Asia%2FTokyo" in back, f"expert={world.daniel.pk}" in back) == (True, True)
    assert re.search(r'start=2026-10-23T11:00:00Z" id="start"', client.get(back).text)


def test_last_step_begins_with_the_present_expert(client, world):
    save = as_(client, world.participant).get(address(world, "reschedule") + f"?start={LATER}").text

    assert f'value="{world.priya.pk}" checked' in save
    assert "Stays with you." in save
    assert "Priya gets an e-mail" in save
    assert "is not free at this time" not in save
    assert "Anyone available" not in save


def test_last_step_says_to_an_admin_who_has_the_meeting(client, world):
    save = as_(client, world.admin).get(address(world, "reschedule") + f"?start={LATER}").text

    assert "Has the meeting now." in save
    assert "Stays with you." not in save
    assert "Maya and Priya get an e-mail, and the invitation moves in all calendars." in save


def test_last_step_says_that_the_present_expert_is_not_free(client, world):
    a_dropin(world.theme, a_person(), world.priya, datetime(2026, 10, 23, 11, 0, tzinfo=UTC))

    save = as_(client, world.participant).get(address(world, "reschedule") + f"?start={LATER}").text

    assert "Priya is not free at this time." in save
    assert f'type="hidden" name="expert" value="{world.daniel.pk}"' in save


def test_move_with_a_problem_keeps_the_zone_and_the_expert(client, world):
    query = f"?zone=Asia/Tokyo&start={LATER}"

    response = as_(client, world.participant).post(
        address(world, "reschedule") + query,
        {"token": "x", "sequence": "0", "expert": world.daniel.pk, "start": LATER},
    )

    assert response.status_code == 400
    assert "20:00 to 20:45" in response.text
    assert f'value="{world.daniel.pk}" checked' in response.text


def test_the_same_move_twice_is_one(client, world):
    token = str(uuid4())
    as_(client, world.participant)

    assert move(client, world, token=token).status_code == 302
    assert move(client, world, token=token).status_code == 302
    assert Meeting.objects.get().sequence == 1


def test_reschedule_to_a_taken_time_changes_nothing(client, world):
    a_dropin(world.theme, a_person(), world.priya, datetime(2026, 10, 23, 11, 0, tzinfo=UTC))

    response = move(as_(client, world.participant), world)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Nothing was changed" in page
    assert "The meeting stays on <strong>Fri 23 October, 09:30 to 10:15</strong>" in page
    assert page.count(">Choose ") == 3
    # The same time with Daniel comes first, and is only Daniel’s to give.
    assert page.index("The same time") < page.index("30 minutes later")
    assert "?start=2026-10-23T11%3A00%3A00Z&amp;expert=any" in page
    world.meeting.refresh_from_db()
    assert world.meeting.starts_at == START


def test_the_staler_of_two_tabs_is_told(client, world):
    as_(client, world.participant)
    move(client, world)

    response = move(client, world, start="2026-10-23T12:00:00Z")

    assert response.status_code == 409
    assert "changed while you had it open" in response.content.decode()
    assert Meeting.objects.get().starts_at.hour == 11


@pytest.mark.parametrize(
    "data",
    [
        {"start": ""},
        {"start": "x"},
        {"start": "2026-10-23T11:01:00Z"},
        {"start": "2026-10-19T11:00:00Z"},
        {"start": "9999-12-31T23:59:59Z"},
        {"token": "x"},
        {"sequence": "x"},
        {"sequence": "-1"},
        {"sequence": "9" * 40},
        {"expert": "x"},
        {"expert": "999999"},
    ],
)
def test_bad_move_is_explained_and_writes_nothing(client, world, data):
    response = move(as_(client, world.participant), world, **data)

    assert response.status_code == 400
    assert "<title>Error:" in response.content.decode()
    world.meeting.refresh_from_db()
    assert (world.meeting.starts_at, world.meeting.sequence) == (START, 0)


@pytest.mark.parametrize("action", ["reschedule", "cancel"])
def test_started_meeting_is_refused_in_words(client, world, clock, action):
    clock.move_to(START)

    response = as_(client, world.participant).post(address(world, action), {"sequence": 0})

    assert response.status_code == 403
    assert "has started" in response.content.decode()


def test_late_participant_cannot_move_but_the_expert_can(client, world, clock):
    clock.move_to(START - timedelta(hours=11))

    refused = move(as_(client, world.participant), world)

    assert refused.status_code == 403
    assert "It is too late to move this session." in refused.text
    assert Meeting.objects.get().starts_at == START
    assert move(as_(client, world.priya.user), world).status_code == 302
    assert Meeting.objects.get().starts_at != START


def test_cancel_frees_the_time_and_keeps_the_row(client, world):
    response = as_(client, world.participant).post(address(world, "cancel"), {"sequence": "0", "message": "Sorry"})

    meeting = Meeting.objects.get()
    assert response.url == meeting.get_absolute_url()
    assert (meeting.status, meeting.cancel_message, meeting.counts_as_used) == (Status.CANCELLED, "Sorry", False)
    assert not meeting.attendees.filter(live=True).exists()
    assert "Cancelled" in client.get(response.url).content.decode()


def test_cancel_page_tells_whether_the_session_comes_back(client, world, clock):
    as_(client, world.participant)
    early = client.get(address(world, "cancel")).content.decode()
    clock.move_to(START - timedelta(hours=11))
    late = client.get(address(world, "cancel")).content.decode()

    assert "You get your session back, so you’ll have 6 of 6 left." in early
    assert "Reschedule instead" in early
    assert "this session counts as used: you have 5 of 6 left" in late
    assert "Reschedule instead" not in late


def test_cancel_of_a_meeting_that_was_moved_meanwhile_is_told(client, world):
    booking.reschedule(
        meeting=world.meeting,
        by=world.participant,
        start=datetime(2026, 10, 23, 11, 0, tzinfo=UTC),
        token=uuid4(),
        now=NOW,
    )

    response = as_(client, world.participant).post(address(world, "cancel"), {"sequence": "0", "message": "Sorry"})

    assert response.status_code == 409
    assert ">Sorry</textarea>" in response.content.decode()
    assert Meeting.objects.get().status == Status.SCHEDULED


@pytest.mark.parametrize("data", [{"message": LONG}, {"sequence": ""}, {"sequence": "x"}, {"message": "a\x00b"}])
def test_bad_cancel_is_explained_and_writes_nothing(client, world, data):
    data = {"sequence": "0", "message": "Sorry", **data}

    response = as_(client, world.participant).post(address(world, "cancel"), data)

    assert response.status_code == 400
    assert Meeting.objects.get().status == Status.SCHEDULED


def test_cancelled_by_somebody_else_before_is_refused_in_words(client, world):
    as_(client, world.priya.user)
    client.post(address(world, "cancel"), {"sequence": "0"})
    as_(client, world.participant)

    response = client.post(address(world, "cancel"), {"sequence": "0"})

    assert response.status_code == 403
    assert "This meeting is cancelled" in response.content.decode()
    assert Notice.objects.filter(kind="cancelled").count() == 2
