"""The pages of meetings: what they tell, to whom, and what they cost."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.templatetags import ui
from meetings import booking
from meetings.enums import Kind, Status
from tests.scene import a_dropin, a_participant, a_path, a_person, a_theme, an_admin, an_expert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)  # a Monday
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def world():
    path = a_path(sessions_per_participant=6)
    expert = an_expert(path, user=a_person("Priya Raman", time_zone="Asia/Kolkata"))
    return SimpleNamespace(
        path=path,
        expert=expert,
        theme=a_theme(path, expert),
        maya=a_participant(path, "Maya Lindqvist", time_zone="Europe/Stockholm"),
        admin=an_admin(path, "Ruth Abara"),
    )


def dropin(world, *, fields=None, **ahead):
    return a_dropin(world.theme, world.maya, world.expert, NOW + timedelta(**ahead), **(fields or {}))


@pytest.fixture
def text(get):
    def text_as(*args, **kwargs):
        response = get(*args, **kwargs)
        assert response.status_code == 200
        return response.content.decode()

    return text_as


@pytest.fixture
def queries(get, client):
    """How many queries a page costs somebody who is signed in already."""

    def count(user, name, *args, query=""):
        get(user, name, *args, query=query)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name, args=args) + query).status_code == 200
        return len(captured)

    return count


def test_detail_offers_participant_what_they_may_do(world, text):
    meeting = dropin(world, days=3)

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert "<h1><bdi>Giving feedback</bdi></h1>" in page
    assert reverse("meetings:reschedule", args=[meeting.pk]) in page
    assert 'data-ew-dialog="cancel-dialog"' in page
    assert "Change it until" in page
    assert "Add a note" in page
    assert "Priya, Kolkata" in page


def test_detail_says_why_it_is_too_late_to_move(world, text):
    meeting = dropin(world, hours=3)

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert "It is too late to move this session." in page
    experts = text(world.expert.user, "meetings:detail", meeting.pk)
    assert [reverse("meetings:reschedule", args=[meeting.pk]) in each for each in (page, experts)] == [False, True]
    assert reverse("meetings:cancel", args=[meeting.pk]) in page


def test_detail_leads_into_room_only_while_it_is_open(world, text, clock):
    meeting = dropin(world, days=3)
    room, closed = reverse("meetings:join", args=[meeting.pk]), "so it can’t be changed"

    before = text(world.maya, "meetings:detail", meeting.pk)
    clock.move_to(meeting.starts_at - timedelta(minutes=10))
    soon = text(world.maya, "meetings:detail", meeting.pk)
    clock.move_to(meeting.starts_at)
    begun = text(world.maya, "meetings:detail", meeting.pk)

    assert [room in page for page in (before, soon, begun)] == [False, True, True]
    assert [closed in page for page in (before, soon, begun)] == [False, False, True]


def test_detail_of_past_meeting_is_completed_and_offers_nothing(world, text, clock):
    meeting = dropin(world, days=3)
    before = text(world.maya, "meetings:detail", meeting.pk)
    clock.shift(timedelta(days=6))

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert ui.badge("completed") in page
    for name in ("cancel", "note"):
        link = reverse(f"meetings:{name}", args=[meeting.pk])
        assert (link in before, link in page) == (True, False)


def test_detail_of_a_no_show_says_who_did_not_come(world, text):
    meeting = dropin(world, days=-2, fields={"status": Status.NO_SHOW_EXPERT})

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert ui.badge("no_show") in page
    assert "Expert did not come." in page


@pytest.mark.parametrize(("used", "words"), [(False, "You have the session back."), (True, "it counts as used.")])
def test_detail_of_cancelled_meeting_tells_who_why_and_what_of_the_session(world, text, used, words):
    cancelled = {
        "status": Status.CANCELLED,
        "cancelled_by": world.maya,
        "cancelled_at": NOW,
        "cancel_message": HOSTILE,
        "counts_as_used": used,
    }
    meeting = dropin(world, days=2, fields=cancelled)

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert "Cancelled by you on" in page
    assert words in page
    assert "&lt;script&gt;" in page
    assert HOSTILE not in page


def test_history_tells_moves_newest_first(world, text):
    meeting = dropin(world, days=3)
    booking.change_note(meeting=meeting, by=world.maya, note="new", now=NOW)

    page = text(world.admin, "meetings:detail", meeting.pk)

    assert page.index("Note changed by Maya Lindqvist") < page.rindex("Booked by Maya Lindqvist")


def test_history_names_both_times_of_a_move(world, text):
    meeting = dropin(world, days=3)
    event = meeting.events.get()
    event.pk, event.happening, event.token = None, "rescheduled", uuid4()
    event.facts |= {"before": {"starts_at": "2026-10-21T07:00:00+00:00", "experts": [str(world.admin.pk)]}}
    event.save()

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert "Moved by you from Wed 21 Oct, 09:00 to" in page
    assert "with Priya Raman instead of Ruth Abara" in page


def test_note_is_escaped_and_shown_only_to_those_it_is_for(world, text):
    outsider = a_person("Otto")
    meeting = dropin(world, days=3, fields={"note": HOSTILE, "kind": Kind.AD_HOC, "organizer": outsider})

    pages = {user.name: text(user, "meetings:detail", meeting.pk) for user in (world.maya, world.admin, outsider)}

    assert all(HOSTILE not in page for page in pages.values())
    assert {name for name, page in pages.items() if "&lt;script&gt;" in page} == {"Maya Lindqvist", "Ruth Abara"}


def test_ad_hoc_meeting_can_be_read_without_buttons_of_a_dropin(world, text):
    adhoc, on_demand = dropin(world, days=3, fields={"kind": Kind.AD_HOC}), dropin(world, days=4)

    page, other = (text(world.maya, "meetings:detail", meeting.pk) for meeting in (adhoc, on_demand))

    assert ui.badge("organizer") in page
    for name in ("meetings:cancel", "meetings:reschedule"):
        assert (reverse(name, args=[adhoc.pk]) in page, reverse(name, args=[on_demand.pk]) in other) == (False, True)


def test_booked_confirms_and_leads_on(world, text):
    meeting = dropin(world, days=3)

    page = text(world.maya, "meetings:booked", meeting.pk)

    assert "You’re booked" in page
    assert world.maya.email in page
    assert reverse("paths:detail", args=[world.path.pk]) in page


def test_booked_sends_on_whoever_is_not_in_the_meeting(world, get):
    meeting = dropin(world, days=3)

    assert get(world.admin, "meetings:booked", meeting.pk).url == meeting.get_absolute_url()


def test_booked_promises_no_room_that_is_not_there(world, text):
    without, with_room = dropin(world, days=3, fields={"video_link": ""}), dropin(world, days=4)

    page, other = (text(world.maya, "meetings:booked", meeting.pk) for meeting in (without, with_room))

    for words in ("by video", "The room opens"):
        assert (words in page, words in other) == (False, True)


def test_booked_sends_on_from_an_ad_hoc_meeting(world, get):
    meeting = dropin(world, days=3, fields={"kind": Kind.AD_HOC})

    assert get(world.maya, "meetings:booked", meeting.pk).url == meeting.get_absolute_url()


def test_booked_sends_on_when_the_meeting_is_cancelled(world, get):
    meeting = dropin(world, days=3, fields={"status": Status.CANCELLED})

    assert get(world.maya, "meetings:booked", meeting.pk).url == meeting.get_absolute_url()


def test_join_says_when_the_room_opens_and_leads_there_once_it_is(world, get, text, clock):
    meeting = dropin(world, days=3)

    page = text(world.maya, "meetings:join", meeting.pk)

    assert "Opens on Thursday at" in page
    assert meeting.video_link not in page
    clock.move_to(meeting.starts_at - timedelta(minutes=10))
    assert get(world.maya, "meetings:join", meeting.pk).url == meeting.video_link


@pytest.mark.parametrize(
    ("ahead", "fields", "words"),
    [
        ({"days": -1}, {}, "The meeting is over"),
        ({"days": 1}, {"status": Status.CANCELLED}, "This meeting is cancelled"),
        ({"minutes": 5}, {"video_link": ""}, "No video link"),
    ],
)
def test_join_says_why_there_is_no_room(world, text, ahead, fields, words):
    meeting = dropin(world, **ahead, fields=fields)

    assert words in text(world.maya, "meetings:join", meeting.pk)


def post_note(client, user, meeting, note):
    client.force_login(user)
    return client.post(reverse("meetings:note", args=[meeting.pk]), {"note": note})


def test_note_is_changed_by_participant(world, client):
    meeting = dropin(world, days=3)

    response = post_note(client, world.maya, meeting, "I’d like to practise.")

    meeting.refresh_from_db()
    assert response.url == meeting.get_absolute_url()
    assert meeting.note == "I’d like to practise."


def test_note_can_be_emptied(world, client):
    meeting = dropin(world, days=3, fields={"note": "old"})

    post_note(client, world.maya, meeting, "")

    meeting.refresh_from_db()
    assert meeting.note == ""


def test_note_too_long_keeps_what_was_typed(world, client):
    meeting = dropin(world, days=3)

    response = post_note(client, world.maya, meeting, "long " * 500)

    meeting.refresh_from_db()
    page = response.content.decode()
    assert response.status_code == 400
    assert "<title>Error: " in page
    assert "long long" in page
    assert meeting.note == ""


def test_note_is_closed_once_the_meeting_has_started(world, client, get):
    meeting = dropin(world, minutes=-5)

    for answer in (post_note(client, world.maya, meeting, "late"), get(world.maya, "meetings:note", meeting.pk)):
        assert answer.status_code == 403
        assert "This meeting has started or was cancelled, so its note can’t be changed any more." in answer.text
    meeting.refresh_from_db()
    assert meeting.note == ""


def test_list_shows_upcoming_and_past_apart(world, text):
    dropin(world, days=2, fields={"title": "Ahead"})
    dropin(world, days=-2, fields={"title": "Behind"})

    upcoming, past = text(world.maya, "meetings:list"), text(world.maya, "meetings:list", query="?show=past")

    assert ("Ahead" in upcoming, "Behind" in upcoming) == (True, False)
    assert ("Ahead" in past, "Behind" in past) == (False, True)


def test_list_says_when_there_is_nothing(world, text):
    assert "No meetings coming up" in text(world.maya, "meetings:list")
    assert "No past meetings" in text(world.maya, "meetings:list", query="?show=past")


def test_list_comes_in_pages(world, text):
    for day in range(1, 23):
        dropin(world, days=day)

    assert "1 to 20 of 22" in text(world.maya, "meetings:list")
    assert "21 to 22 of 22" in text(world.maya, "meetings:list", query="?page=2")
    assert "21 to 22 of 22" in text(world.maya, "meetings:list", query="?page=99")


@pytest.mark.parametrize(("name", "query"), [("meetings:list", ""), ("meetings:list", "?show=past"), ("home", "")])
def test_lists_cost_the_same_for_one_meeting_and_for_twelve(world, queries, name, query):
    # With sessions to spare, so that the first page looks for a free time both times.
    world.path.sessions_per_participant = 60
    world.path.save()
    for day in (1, 2, 3, -1):
        dropin(world, days=day)
    few = queries(world.maya, name, query=query)
    for day in range(4, 16):
        dropin(world, days=day)
        dropin(world, days=-day)

    assert queries(world.maya, name, query=query) == few


def test_home_puts_the_next_meeting_first(world, text):
    dropin(world, hours=1, minutes=20, fields={"title": "Very soon"})
    dropin(world, days=2, fields={"title": "After that"})

    page = text(world.maya, "home")

    assert page.index("Very soon") < page.index("Later") < page.index("After that")
    assert "with Priya Raman" in page
    assert "4 of 6 sessions left." in page


def test_home_offers_the_room_only_while_it_is_open(world, text, clock):
    meeting = dropin(world, days=1)
    room = reverse("meetings:join", args=[meeting.pk])
    assert room not in text(world.maya, "home")
    clock.move_to(meeting.starts_at - timedelta(minutes=10))

    assert room in text(world.maya, "home")


def test_home_welcomes_whoever_has_no_meetings(world, text):
    page = text(world.maya, "home")

    assert "Welcome, Maya" in page
    assert "How it works" in page
    assert reverse("schedule:theme", args=[world.path.pk]) in page


def test_home_is_honest_to_somebody_on_no_path(text):
    assert "You are not on a path yet" in text(a_person(), "home")
