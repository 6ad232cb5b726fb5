"""The pages of paths: what they tell participants and admins, and what they cost."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from paths.enums import Role
from tests.scene import a_dropin, a_participant, a_path, a_person, a_theme, an_admin, an_expert, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)  # a Monday


@pytest.fixture
def world():
    today = NOW.date()
    months = {"opens_on": today - timedelta(days=60), "closes_on": today + timedelta(days=60)}
    path = a_path(name="Leading your first team", sessions_per_participant=6, **months)
    expert = an_expert(path, name="Priya Raman")
    return SimpleNamespace(
        path=path,
        expert=expert,
        theme=a_theme(path, expert),
        maya=a_participant(path, "Maya Lindqvist"),
        admin=an_admin(path, "Ruth Abara"),
        schedule_link=f'href="{reverse("schedule:theme", args=[path.pk])}"',
    )


def meeting(world, **ahead):
    return a_dropin(world.theme, world.maya, world.expert, NOW + timedelta(**ahead))


@pytest.fixture
def sign_in(client):
    def sign_in_as(user):
        client.force_login(user)
        return client

    return sign_in_as


@pytest.fixture
def page(sign_in, world):
    def page_of(user, query="", path=None):
        response = sign_in(user).get(reverse("paths:detail", args=[(path or world.path).pk]) + query)
        assert response.status_code == 200
        return response.content.decode()

    return page_of


@pytest.fixture
def queries(sign_in):
    def count(user, address):
        client = sign_in(user)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    return count


def test_path_tells_a_participant_how_they_stand(world, page):
    meeting(world, days=-3)
    meeting(world, days=-2)
    meeting(world, days=2)

    html = page(world.maya)

    assert "<h1><bdi>Leading your first team</bdi></h1>" in html
    assert "3 of 6 sessions left." in html
    assert "2 used, 1 booked. Use them by" in html
    assert world.schedule_link in html
    assert "ew-timeline" in html
    assert "Priya Raman" in html
    assert "Free " in html
    assert f"{reverse('schedule:time', args=[world.path.pk])}?theme={world.theme.pk}" in html


def test_path_shows_a_participant_nobody_elses_meetings(world, page):
    meeting(world, days=2)

    assert "No meetings coming up" in page(a_participant(world.path, "Omar Haddad"))
    assert "No meetings coming up" not in page(world.maya)


def test_path_without_dates_has_no_timeline(world, page):
    assert "ew-timeline" in page(world.maya)
    world.path.opens_on = world.path.closes_on = None
    world.path.save()

    html = page(world.maya)

    assert "ew-timeline" not in html
    assert "6 of 6 sessions left." in html


def test_path_explains_when_all_sessions_are_gone(world, page):
    world.path.sessions_per_participant = 1
    world.path.save()
    meeting(world, days=2)

    html = page(world.maya)

    assert "Your 1 session on this path is used or booked. Ask Ruth Abara, who runs it." in html
    assert world.schedule_link not in html
    assert world.schedule_link in page(world.admin)


def test_path_explains_that_it_is_closed(world, page):
    assert world.schedule_link in page(world.maya)
    world.path.closes_on = NOW.date() - timedelta(days=2)
    world.path.save()

    html = page(world.maya)

    assert "This path closed on" in html
    assert world.schedule_link not in html


def test_path_explains_that_it_is_too_early_to_book(world, page):
    assert world.schedule_link in page(world.maya)
    world.path.opens_on = NOW.date() + timedelta(days=100)
    world.path.closes_on = NOW.date() + timedelta(days=200)
    world.path.horizon_days = 30
    world.path.save()

    html = page(world.maya)

    assert "Sessions on this path begin on" in html
    assert "at most 30 days ahead" in html
    assert world.schedule_link not in html


def test_path_can_be_booked_before_it_opens(world, page):
    world.path.opens_on = NOW.date() + timedelta(days=20)
    world.path.horizon_days = 30
    world.path.save()

    assert world.schedule_link in page(world.maya)


def test_path_tells_its_terms(world, page):
    world.path.opens_on = date(2024, 2, 1)
    world.path.closes_on = date(2040, 3, 31)
    world.path.save()

    html = page(world.maya)

    assert "Sessions take place from 1 February 2024 until 31 March 2040. Each participant has 6 sessions." in html


def test_path_explains_that_nobody_takes_sessions(world, page):
    assert world.schedule_link in page(world.maya)
    world.expert.accepting = False
    world.expert.save()

    html = page(world.maya)

    assert "No expert takes sessions on this path right now. Ask Ruth Abara, who runs it." in html
    assert "Not taking sessions now" in html
    assert world.schedule_link not in html


def test_path_tells_its_admin_what_is_coming_and_what_is_missing(world, page):
    meeting(world, days=2)
    a_theme(world.path, name="Orphan theme")

    html = page(world.admin)

    assert "1 participant, 1 expert. You’re an admin." in html
    assert "Maya Lindqvist with Priya Raman" in html
    assert "“Orphan theme” can’t be booked" in html


def test_path_keeps_what_is_missing_from_participants(world, page):
    a_theme(world.path, name="Orphan theme")

    assert "“Orphan theme” can’t be booked" in page(world.admin)
    assert "can’t be booked" not in page(world.maya)


def test_path_lists_the_next_four_of_what_is_coming(world, page):
    coming = [meeting(world, days=day) for day in (5, 1, 4, 2, 3)]

    html = page(world.admin)

    shown = [each for each in coming if each.get_absolute_url() in html]
    assert sorted(each.starts_at for each in shown) == [NOW + timedelta(days=day) for day in (1, 2, 3, 4)]
    assert '<span class="badge">5</span>' in html


def test_path_escapes_what_people_typed(world, page):
    world.path.name = world.path.description = world.theme.name = "<script>bad()</script>"
    world.path.save()
    world.theme.save()

    for user in (world.maya, world.admin):
        html = page(user)
        assert ("<script>bad()" in html, "&lt;script&gt;bad()" in html) == (False, True)


@pytest.mark.parametrize("who", ["maya", "admin"])
def test_path_costs_the_same_for_one_and_for_twelve(world, queries, who):
    user, address = getattr(world, who), reverse("paths:detail", args=[world.path.pk])
    world.path.sessions_per_participant = 60
    world.path.save()
    meeting(world, days=1)
    meeting(world, days=-1)
    few = queries(user, address)
    for day in range(2, 14):
        meeting(world, days=day)
        meeting(world, days=-day)
        a_theme(world.path, an_expert(world.path), world.expert)

    assert queries(user, address) == few


def test_paths_are_only_ones_own(world, sign_in):
    per = a_participant(a_path(name="Somebody else’s"), "Per")

    for person, own in ((world.maya, "Leading your first team"), (per, "Somebody else’s")):
        html = sign_in(person).get(reverse("paths:list")).content.decode()
        assert [name for name in ("Leading your first team", "Somebody else’s") if name in html] == [own]


def test_paths_say_when_there_are_none(sign_in):
    assert "You are not on a path yet" in sign_in(a_person()).get(reverse("paths:list")).content.decode()


def test_paths_cost_the_same_for_one_and_for_twelve(world, queries):
    address = reverse("paths:list")
    few = queries(world.maya, address)
    for _ in range(11):
        path = a_path(sessions_per_participant=3)
        a_theme(path, world.expert)
        join(world.expert.user, path, Role.EXPERT)
        join(world.maya, path, Role.PARTICIPANT)

    assert queries(world.maya, address) == few
