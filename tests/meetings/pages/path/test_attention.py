"""What needs a path's admin: each kind on both sides of its border, their order, and what an admin can do about it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from experts.models import AvailabilityRule, BusyCalendar
from meetings import booking
from meetings.enums import Status
from meetings.models import Meeting
from paths import history
from paths.enums import Happened, Role
from paths.models import Invitation, Membership
from tests.gate_world import signed_in
from tests.scene import NOW, a_dropin, a_participant, a_path, a_person, a_theme, an_admin, an_expert, at, book, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world():
    """A path that needs nobody: a theme with an expert who has hours, and a participant who came yesterday."""
    path = a_path(sessions_per_participant=6)
    expert = an_expert(path, name="Priya Raman")
    theme = a_theme(path, expert)
    maya = a_participant(path, "Maya Lindqvist")
    return SimpleNamespace(path=path, expert=expert, theme=theme, maya=maya, ruth=an_admin(path, "Ruth Abara"))


@pytest.fixture(autouse=True)
def came_lately(world):
    Membership.objects.filter(path=world.path).update(started_at=NOW - timedelta(days=1))


def a_page(world, query=""):
    return signed_in(world.ruth).get(reverse("paths:detail", args=[world.path.pk]) + query)


def rows(world, query=""):
    return list(a_page(world, query).context["needed"])


def titles(world, query=""):
    return [row.title for row in rows(world, query)]


def a_calendar(world, failures=2, since=NOW - timedelta(hours=3)):
    return BusyCalendar.objects.create(
        expert=world.expert, kind="address", label="Work", url="https://x.example/a", next_read_at=NOW,
        failures=failures, failing_since=since, error="slow",
    )  # fmt: skip


def test_nothing_needs_anybody(world):
    html = a_page(world).content.decode()

    assert titles(world) == []
    assert "Nothing needs you." in html
    assert "every session has an outcome. Looked at just now, 08:00." in html
    world.theme.experts.clear()
    assert "Nothing needs you." not in a_page(world).content.decode()


@pytest.mark.parametrize(("days", "said"), [(7, True), (6, False)])
def test_nothing_in_the_next_seven_days(world, days, said):
    day = (NOW + timedelta(days=days)).date()
    AvailabilityRule.objects.update(first_date=day, windows="08:00-17:00")

    found = rows(world)

    assert [row.title for row in found] == (["Nothing can be booked in the next 7 days"] if said else [])
    if said:
        assert (found[0].level, found[0].reason) == ("danger", "The next free time is Mon 9 Nov, 08:00.")
        assert found[0].url == reverse("why", args=[world.path.pk])


def test_nothing_at_all_says_why(world):
    world.path.notice_minutes = 15 * 24 * 60
    world.path.save()
    assert [row.reason for row in rows(world)] == ["There is no free time in the next two weeks."]

    world.theme.experts.clear()
    assert next(row.reason for row in rows(world)) == "No expert takes a theme of this path."

    world.theme.delete()
    assert [row.reason for row in rows(world)] == ["This path has no themes yet."]


def test_a_closed_path_or_one_that_begins_later_misses_no_times(world):
    world.theme.experts.clear()
    assert len(titles(world)) == 2
    world.path.opens_on = (NOW + timedelta(days=8)).date()
    world.path.save()
    assert titles(world) == ["“Giving feedback” can’t be booked"]
    world.path.opens_on, world.path.closes_on = None, (NOW - timedelta(days=1)).date()
    world.path.save()
    assert titles(world) == []


def test_theme_without_an_expert(world):
    a_theme(world.path, name="Planning")
    a_theme(world.path, an_expert(world.path, accepting=False), name="Resting")
    a_theme(world.path, name="Retired", retired_at=NOW)

    found = rows(world)

    assert [(row.title, row.reason, row.level) for row in found] == [
        ("“Planning” can’t be booked", "No expert takes this theme.", "danger"),
        ("“Resting” can’t be booked", "Its experts take no sessions now.", "danger"),
    ]


def test_expert_without_hours(world):
    marcus = an_expert(world.path, name="Marcus Bellamy", windows="")
    an_expert(world.path, name="Away", windows="", accepting=False)
    (row,) = rows(world)
    assert (row.title, row.reason) == ("Marcus Bellamy has no hours", "They take no theme yet, either.")
    world.theme.experts.add(marcus)
    (row,) = rows(world)
    assert (row.level, row.reason, row.action) == (
        "danger",
        "They take 1 theme, and nobody can book them.",
        "Remind Marcus",
    )

    marcus.user.set_unusable_password()
    marcus.user.save()
    (row,) = rows(world)
    assert (row.reason, row.post) == ("They have not answered their invitation yet.", "")
    assert row.url == reverse("paths:person", args=[world.path.pk, marcus.user_id])


@pytest.mark.parametrize(("days", "missing"), [(59, False), (63, True)])
def test_hours_far_ahead_are_none(world, days, missing):
    marcus = an_expert(world.path, name="Marcus Bellamy")
    first = (NOW + timedelta(days=days)).date()
    AvailabilityRule.objects.filter(expert=marcus).update(first_date=first)

    assert titles(world) == (["Marcus Bellamy has no hours"] if missing else [])


@pytest.mark.parametrize(("failures", "said"), [(1, False), (2, True)])
def test_calendar_that_fails_twice(world, failures, said):
    a_calendar(world, failures)

    found = rows(world)

    assert len(found) == said
    if said:
        (row,) = found
        assert row.title == "A calendar of Priya Raman can’t be read"
        assert row.reason == "Since today, 05:00. Times when they are busy may be offered."
        assert (row.level, row.action) == ("warning", "Tell Priya")


class TestLostSessions:
    @pytest.fixture
    def lost(self, world):
        meeting = book(world.theme, world.maya, at(10))
        assert titles(world) == []
        booking.cancel(meeting=meeting, by=world.expert.user, now=NOW)
        return Meeting.objects.get()

    def test_it_is_listed_with_its_way_out(self, world, lost):
        (row,) = rows(world)

        assert (row.title, row.level) == ("Maya Lindqvist lost a session", "warning")
        assert row.reason == "Priya Raman cancelled it; it was for tomorrow, 10:00."
        assert row.url.startswith(reverse("schedule:time", args=[world.path.pk]))
        assert signed_in(world.ruth).get(row.url).status_code == 200

    def test_it_is_gone_once_they_have_another_time(self, world, lost):
        book(world.theme, world.maya, at(12), by=world.ruth)

        assert titles(world) == []

    def test_it_is_gone_when_they_leave_or_put_it_away(self, world, lost):
        lost.attendees.update(offer_hidden_at=NOW)
        assert titles(world) == []
        lost.attendees.update(offer_hidden_at=None)
        assert len(titles(world)) == 1
        Membership.objects.filter(user=world.maya).update(ended_at=NOW)
        assert titles(world) == []

    def test_it_is_gone_when_its_time_has_come(self, world, lost, clock):
        clock.move_to(lost.starts_at - MINUTE)
        assert len(titles(world)) == 1
        clock.move_to(lost.starts_at)
        assert titles(world) == []

    def test_what_its_participant_cancelled_is_not_lost(self, world):
        booking.cancel(meeting=book(world.theme, world.maya, at(10)), by=world.maya, now=NOW)

        assert titles(world) == []


@pytest.mark.parametrize(("after", "said"), [(timedelta(hours=24), True), (timedelta(hours=24) - MINUTE, False)])
def test_session_without_an_outcome(world, after, said):
    start = NOW - after - timedelta(minutes=30)
    meeting = a_dropin(world.theme, world.maya, world.expert, start)

    found = rows(world)

    assert [row.title for row in found] == (["1 session has no outcome"] if said else [])
    if said:
        assert found[0].reason == "It was on Sun 1 November, with Priya Raman."
        assert found[0].url == reverse("paths:meetings", args=[world.path.pk]) + "?show=no-outcome"
        Meeting.objects.filter(pk=meeting.pk).update(status=Status.HELD)
        assert titles(world) == []


@pytest.mark.parametrize(("ago", "said"), [(timedelta(days=14), True), (timedelta(days=14) - MINUTE, False)])
def test_people_who_never_booked(world, ago, said):
    world.path.closes_on = (NOW + timedelta(days=17)).date()
    world.path.save()
    Membership.objects.filter(user=world.maya).update(started_at=NOW - ago)

    found = rows(world)

    assert [row.title for row in found] == (["1 person has never booked"] if said else [])
    if said:
        assert found[0].reason == "Of those who have been here for two weeks or longer. The path closes in 17 days."
        assert signed_in(world.ruth).get(found[0].url).context["page"].people == [world.maya]
        world.path.opened_at = NOW - timedelta(days=13)
        world.path.save()
        assert titles(world) == []
        world.path.opened_at = NOW - timedelta(days=14)
        world.path.save()
        book(world.theme, world.maya, at(10))
        assert titles(world) == []


@pytest.mark.parametrize(("ago", "said"), [(timedelta(days=7), True), (timedelta(days=7) - MINUTE, False)])
def test_invitations_without_an_answer(world, ago, said):
    per = a_participant(world.path, "Per")
    Membership.objects.filter(user=per).update(started_at=NOW)
    invitation = Invitation(path=world.path, user=per, by=world.ruth, role=Role.PARTICIPANT)
    invitation.send_from(NOW - ago)
    invitation.save()

    found = rows(world)

    assert [row.title for row in found] == (["1 invitation is not answered"] if said else [])
    if said:
        assert found[0].reason == "It went out 7 days ago."
        assert found[0].url == reverse("paths:people", args=[world.path.pk]) + "?state=invited"
        Invitation.objects.update(accepted_at=NOW)
        assert titles(world) == []


def test_danger_comes_first_and_eight_are_shown(world):
    a_calendar(world)
    for number in range(8):
        a_theme(world.path, name=f"Theme {number}")
    assert len(titles(world)) == 8
    page = a_page(world)
    assert [row.level for row in rows(world, "?all=1")] == ["danger"] * 8 + ["warning"]
    assert 'href="?all=1">Show all 9</a>' in page.content.decode()
    assert "Show all" not in a_page(world, "?all=1").content.decode()


def test_somebody_elses_account_shows_its_address_alone(world):
    marcus = an_expert(world.path, name="Marcus Bellamy", windows="")
    invitation = Invitation(path=world.path, user=marcus.user, by=world.ruth, role=Role.EXPERT)
    invitation.send_from(NOW)
    invitation.save()

    html = a_page(world).content.decode()

    assert ("Marcus" in html, f"Remind {marcus.user.email}" in html) == (False, True)
    Invitation.objects.update(accepted_at=NOW)
    assert "Remind Marcus" in a_page(world).content.decode()


class TestButtons:
    def test_remind_once_then_in_words(self, world, clock):
        marcus = an_expert(world.path, name="Marcus Bellamy", windows="")
        client = signed_in(world.ruth)
        address = reverse("paths:remind-expert", args=[world.path.pk, marcus.user_id])

        first = client.post(address, {"all": "1"}, follow=True)
        second = client.post(address, follow=True)

        assert first.redirect_chain == [(reverse("paths:detail", args=[world.path.pk]) + "?all=1", 302)]
        assert "A reminder is on its way." in first.content.decode()
        assert "This was sent already: today, 08:00." in second.content.decode()
        (row,) = rows(world)
        assert (row.done, row.post) == ("Reminded today, 08:00", "")
        assert address not in second.content.decode()
        clock.move_to(NOW + timedelta(hours=24))
        (row,) = rows(world)
        assert (row.done, row.post) == ("", address)

    def test_tell(self, world):
        a_calendar(world)
        client = signed_in(world.ruth)
        address = reverse("paths:tell-expert", args=[world.path.pk, world.expert.user_id])

        client.post(address)

        (row,) = rows(world)
        assert (row.done, row.post) == ("Told today, 08:00", "")
        BusyCalendar.objects.all().delete()
        said = client.post(address, follow=True).content.decode()
        assert "Their calendar can be read again, so nothing was sent." in said

    def test_of_somebody_who_is_no_expert_here(self, world):
        for person in (world.maya, a_person("Nobody")):
            address = reverse("paths:remind-expert", args=[world.path.pk, person.pk])
            assert signed_in(world.ruth).post(address).status_code == 404

    def test_what_happened_on_another_path_is_none_of_this_ones(self, world):
        other = a_path()
        marcus = an_expert(world.path, other, name="Marcus Bellamy", windows="")
        history.write(path=other, what=Happened.REMINDED, by=world.ruth, about=marcus.user, now=NOW)

        assert rows(world)[0].done == ""


def test_twelve_queries_however_many_there_are(world):
    def cost():
        client, address = signed_in(world.ruth), reverse("paths:detail", args=[world.path.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    book(world.theme, world.maya, at(9))
    few = cost()
    world.path.sessions_per_participant = None
    world.path.save()
    for number in range(12):
        expert = an_expert(world.path, name=f"Expert {number}", windows="" if number % 2 else "09:00-17:00")
        a_theme(world.path, expert, minutes=15 + 5 * number, name=f"Theme {number}")
        a_theme(world.path, name=f"Alone {number}")
        person = a_participant(world.path, f"Per {number}")
        booking.cancel(meeting=book(world.theme, person, at(9, day=number + 2)), by=world.ruth, now=NOW)
        book(world.theme, a_participant(world.path), at(10, day=number + 2))
        a_dropin(world.theme, world.maya, world.expert, NOW - timedelta(days=number + 3))

    assert (few, cost()) == (12, 12)


def test_who_is_no_admin_sees_none_of_it(world):
    world.theme.experts.clear()
    join(world.expert.user, a_path(), Role.ADMIN)
    address = reverse("paths:detail", args=[world.path.pk])

    for person in (world.maya, world.expert.user):
        assert "Needs attention" not in signed_in(person).get(address).content.decode()
    assert "Needs attention" in signed_in(world.ruth).get(address).content.decode()


def test_an_admin_who_meets_people_keeps_their_own(world):
    join(world.expert.user, world.path, Role.ADMIN)
    book(world.theme, world.maya, at(10))

    html = signed_in(world.expert.user).get(reverse("paths:detail", args=[world.path.pk])).content.decode()

    own = ("Your own, upcoming", "Themes</h2>")
    assert all(words in html for words in own)
    assert not any(words in a_page(world).content.decode() for words in own)
    assert html.count("How booking works") == a_page(world).content.decode().count("How booking works") == 1
