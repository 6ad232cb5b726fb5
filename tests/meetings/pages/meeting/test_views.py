"""The pages of meetings: what they tell, to whom, and what they cost."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.templatetags import ui
from meetings import booking
from meetings.enums import Kind, Status
from tests.old_factories import ExpertFactory, MembershipFactory, PathFactory, ThemeFactory, UserFactory, make_dropin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)  # a Monday
HOSTILE = '<script>alert("x")</script>'


class World:
    def __init__(self):
        self.now = NOW
        self.path = PathFactory(sessions_per_participant=6)
        self.expert = ExpertFactory(user__name="Priya Raman", user__time_zone="Asia/Kolkata")
        self.theme = ThemeFactory(path=self.path, name="Giving feedback")
        self.theme.experts.add(self.expert)
        self.maya = UserFactory(name="Maya Lindqvist")
        self.admin = UserFactory(name="Ruth Abara")
        for user, role in ((self.expert.user, "expert"), (self.maya, "participant"), (self.admin, "admin")):
            MembershipFactory(path=self.path, user=user, role=role)

    def meeting(self, **ahead):
        fields = ahead.pop("fields", {})
        return make_dropin(self.maya, self.expert, self.theme, self.now + timedelta(**ahead), **fields)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def get(client):
    def get_as(user, name, *args, query=""):
        client.force_login(user)
        return client.get(reverse(name, args=args) + query)

    return get_as


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


@pytest.mark.parametrize("name", ["detail", "booked", "join", "note"])
def test_meeting_is_not_there_for_strangers(world, get, name):
    meeting = world.meeting(days=3)

    assert get(UserFactory(), f"meetings:{name}", meeting.pk).status_code == 404


def test_detail_offers_participant_what_she_may_do(world, text):
    meeting = world.meeting(days=3)

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert "<h1>Giving feedback</h1>" in page
    assert reverse("meetings:reschedule", args=[meeting.pk]) in page
    assert 'data-ew-dialog="cancel-dialog"' in page
    assert "Change it until" in page
    assert "Add a note" in page
    assert "Priya, Kolkata" in page
    assert reverse("meetings:join", args=[meeting.pk]) not in page


def test_detail_says_why_it_is_too_late_to_move(world, text):
    meeting = world.meeting(hours=3)

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert "It is too late to move this session." in page
    assert reverse("meetings:reschedule", args=[meeting.pk]) not in page
    assert reverse("meetings:cancel", args=[meeting.pk]) in page


def test_detail_leads_into_room_only_while_it_is_open(world, text):
    soon = world.meeting(minutes=10)

    assert reverse("meetings:join", args=[soon.pk]) in text(world.maya, "meetings:detail", soon.pk)
    assert "so it can’t be changed" not in text(world.maya, "meetings:detail", soon.pk)


def test_detail_of_past_meeting_is_completed_and_offers_nothing(world, text):
    meeting = world.meeting(days=-3)

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert ui.badge("completed") in page
    assert reverse("meetings:cancel", args=[meeting.pk]) not in page
    assert reverse("meetings:note", args=[meeting.pk]) not in page


def test_detail_of_a_no_show_says_who_did_not_come(world, text):
    meeting = world.meeting(days=-2, fields={"status": Status.NO_SHOW_EXPERT})

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert ui.badge("no_show") in page
    assert "Expert did not come." in page


@pytest.mark.parametrize(("used", "words"), [(False, "You have the session back."), (True, "it counts as used.")])
def test_detail_of_cancelled_meeting_tells_who_why_and_what_of_the_session(world, text, used, words):
    cancelled = {
        "status": Status.CANCELLED,
        "cancelled_by": world.maya,
        "cancelled_at": world.now,
        "cancel_message": HOSTILE,
        "counts_as_used": used,
    }
    meeting = world.meeting(days=2, fields=cancelled)

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert "Cancelled by you on" in page
    assert words in page
    assert "&lt;script&gt;" in page
    assert HOSTILE not in page


def test_history_tells_moves_newest_first(world, text):
    meeting = world.meeting(days=3)
    booking.change_note(meeting=meeting, by=world.maya, note="new", now=world.now)

    page = text(world.admin, "meetings:detail", meeting.pk)

    assert page.index("Note changed by Maya Lindqvist") < page.rindex("Booked by Maya Lindqvist")


def test_history_names_both_times_of_a_move(world, text):
    meeting = world.meeting(days=3)
    event = meeting.events.get()
    event.pk, event.happening, event.token = None, "rescheduled", uuid4()
    event.facts |= {"before": {"starts_at": "2026-10-21T07:00:00+00:00", "experts": [str(world.admin.pk)]}}
    event.save()

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert "Moved by you from Wed 21 Oct, 09:00 to" in page
    assert "with Priya Raman instead of Ruth Abara" in page


def test_note_is_escaped_and_shown_only_to_those_it_is_for(world, text):
    outsider = UserFactory(name="Otto")
    meeting = world.meeting(days=3, fields={"note": HOSTILE, "kind": Kind.AD_HOC, "organizer": outsider})

    pages = {user.name: text(user, "meetings:detail", meeting.pk) for user in (world.maya, world.admin, outsider)}

    assert all(HOSTILE not in page for page in pages.values())
    assert {name for name, page in pages.items() if "&lt;script&gt;" in page} == {"Maya Lindqvist", "Ruth Abara"}


def test_ad_hoc_meeting_can_be_read_without_buttons_of_a_dropin(world, text):
    meeting = world.meeting(days=3, fields={"kind": Kind.AD_HOC})

    page = text(world.maya, "meetings:detail", meeting.pk)

    assert ui.badge("organizer") in page
    assert reverse("meetings:cancel", args=[meeting.pk]) not in page
    assert reverse("meetings:reschedule", args=[meeting.pk]) not in page


def test_booked_confirms_and_leads_on(world, text):
    meeting = world.meeting(days=3)

    page = text(world.maya, "meetings:booked", meeting.pk)

    assert "You’re booked" in page
    assert world.maya.email in page
    assert reverse("paths:detail", args=[world.path.pk]) in page


def test_booked_sends_on_whoever_is_not_in_the_meeting(world, get):
    meeting = world.meeting(days=3)

    assert get(world.admin, "meetings:booked", meeting.pk).url == meeting.get_absolute_url()


def test_booked_promises_no_room_that_is_not_there(world, text):
    meeting = world.meeting(days=3, fields={"video_link": ""})

    page = text(world.maya, "meetings:booked", meeting.pk)

    assert "by video" not in page
    assert "The room opens" not in page


def test_booked_sends_on_from_an_ad_hoc_meeting(world, get):
    meeting = world.meeting(days=3, fields={"kind": Kind.AD_HOC})

    assert get(world.maya, "meetings:booked", meeting.pk).url == meeting.get_absolute_url()


def test_booked_sends_on_when_the_meeting_is_cancelled(world, get):
    meeting = world.meeting(days=3, fields={"status": Status.CANCELLED})

    assert get(world.maya, "meetings:booked", meeting.pk).url == meeting.get_absolute_url()


def test_join_redirects_while_the_room_is_open(world, get):
    meeting = world.meeting(minutes=10)

    assert get(world.maya, "meetings:join", meeting.pk).url == meeting.video_link


def test_join_says_when_the_room_opens(world, text):
    meeting = world.meeting(days=3)

    page = text(world.maya, "meetings:join", meeting.pk)

    assert "Opens at" in page
    assert meeting.video_link not in page


@pytest.mark.parametrize(
    ("ahead", "fields", "words"),
    [
        ({"days": -1}, {}, "The meeting is over"),
        ({"days": 1}, {"status": Status.CANCELLED}, "This meeting is cancelled"),
        ({"minutes": 5}, {"video_link": ""}, "No video link"),
    ],
)
def test_join_says_why_there_is_no_room(world, text, ahead, fields, words):
    meeting = world.meeting(**ahead, fields=fields)

    assert words in text(world.maya, "meetings:join", meeting.pk)


def post_note(client, user, meeting, note):
    client.force_login(user)
    return client.post(reverse("meetings:note", args=[meeting.pk]), {"note": note})


def test_note_is_changed_by_participant(world, client):
    meeting = world.meeting(days=3)

    response = post_note(client, world.maya, meeting, "I’d like to practise.")

    meeting.refresh_from_db()
    assert response.url == meeting.get_absolute_url()
    assert meeting.note == "I’d like to practise."


def test_note_can_be_emptied(world, client):
    meeting = world.meeting(days=3, fields={"note": "old"})

    post_note(client, world.maya, meeting, "")

    meeting.refresh_from_db()
    assert meeting.note == ""


def test_note_too_long_keeps_what_was_typed(world, client):
    meeting = world.meeting(days=3)

    response = post_note(client, world.maya, meeting, "long " * 500)

    meeting.refresh_from_db()
    page = response.content.decode()
    assert response.status_code == 400
    assert "<title>Error: " in page
    assert "long long" in page
    assert meeting.note == ""


@pytest.mark.parametrize("who", ["expert", "admin"])
def test_note_is_the_participants_alone(world, client, who):
    meeting = world.meeting(days=3)
    user = {"expert": world.expert.user, "admin": world.admin}[who]

    assert post_note(client, user, meeting, "mine now").status_code == 403


def test_note_is_closed_once_the_meeting_has_started(world, client, get):
    meeting = world.meeting(minutes=-5)

    assert post_note(client, world.maya, meeting, "late").status_code == 403
    assert get(world.maya, "meetings:note", meeting.pk).status_code == 403


def test_list_shows_upcoming_and_past_apart(world, text):
    world.meeting(days=2, fields={"title": "Ahead"})
    world.meeting(days=-2, fields={"title": "Behind"})

    upcoming, past = text(world.maya, "meetings:list"), text(world.maya, "meetings:list", query="?show=past")

    assert ("Ahead" in upcoming, "Behind" in upcoming) == (True, False)
    assert ("Ahead" in past, "Behind" in past) == (False, True)


def test_list_says_when_there_is_nothing(world, text):
    assert "No meetings coming up" in text(world.maya, "meetings:list")
    assert "No past meetings" in text(world.maya, "meetings:list", query="?show=past")


def test_list_comes_in_pages(world, text):
    for day in range(1, 23):
        world.meeting(days=day)

    assert "1 to 20 of 22" in text(world.maya, "meetings:list")
    assert "21 to 22 of 22" in text(world.maya, "meetings:list", query="?page=2")
    assert "21 to 22 of 22" in text(world.maya, "meetings:list", query="?page=99")


@pytest.mark.parametrize(("name", "query"), [("meetings:list", ""), ("meetings:list", "?show=past"), ("home", "")])
def test_lists_cost_the_same_for_one_meeting_and_for_twelve(world, queries, name, query):
    # With sessions to spare, so that the first page looks for a free time both times.
    world.path.sessions_per_participant = 60
    world.path.save()
    for day in (1, 2, 3, -1):
        world.meeting(days=day)
    few = queries(world.maya, name, query=query)
    for day in range(4, 16):
        world.meeting(days=day)
        world.meeting(days=-day)

    assert queries(world.maya, name, query=query) == few


def test_home_puts_the_next_meeting_first(world, text):
    world.meeting(hours=1, minutes=20, fields={"title": "Very soon"})
    world.meeting(days=2, fields={"title": "After that"})

    page = text(world.maya, "home")

    assert page.index("Very soon") < page.index("Later") < page.index("After that")
    assert "with Priya Raman" in page
    assert "4 of 6 sessions left." in page


def test_home_offers_the_room_only_while_it_is_open(world, text):
    meeting = world.meeting(days=1)
    assert reverse("meetings:join", args=[meeting.pk]) not in text(world.maya, "home")
    soon = world.meeting(minutes=10)

    assert reverse("meetings:join", args=[soon.pk]) in text(world.maya, "home")


def test_home_welcomes_whoever_has_no_meetings(world, text):
    page = text(world.maya, "home")

    assert "Welcome, Maya" in page
    assert "How it works" in page
    assert reverse("schedule:theme", args=[world.path.pk]) in page


def test_home_is_honest_to_somebody_on_no_path(text):
    assert "You are not on a path yet" in text(UserFactory(), "home")
