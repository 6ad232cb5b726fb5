"""“For whom”: participants who can come and have sessions left, found by name or address, without script too."""

import html
import random
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.booking.limits import allowance_of
from meetings.slots.openings import Openings
from tests.meetings.pages.schedule.scene import url
from tests.scene import a_dropin, a_participant, a_path, an_expert, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def get(client, world):
    client.force_login(world.admin)
    return lambda **query: client.get(url(world, "theme", **{"theme": None, **query}))


def text_of(response):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"</?mark[^>]*>", "", response.content.decode())))


def offered(response):
    """Ids of those who can be chosen, each with whether they are."""
    found = re.findall(r'name="for" value="([^"]+)" required( disabled| checked)?', response.content.decode())
    return {pk: mark.strip() for pk, mark in found if "disabled" not in mark}


def test_everybody_with_their_sessions(get, world):
    page = get()

    assert offered(page) == {str(world.participant.pk): "", str(world.bystander.pk): ""}
    assert text_of(page).count("6 of 6 sessions left") == 2
    assert world.participant.email in text_of(page)
    assert "1 to 2 of 2" in text_of(page)


def test_who_has_no_sessions_left_can_not_be_chosen(get, world):
    for hour in range(6):
        start = NOW.replace(day=22, hour=8 + hour, minute=0)
        a_dropin(world.theme, world.participant, world.priya, start)
    a_dropin(world.theme, world.bystander, world.daniel, NOW.replace(day=22, hour=9, minute=0))

    page = get()

    assert list(offered(page)) == [str(world.bystander.pk)]
    assert "No sessions left" in text_of(page)
    assert "5 of 6 sessions left" in text_of(page)
    assert offered(get(**{"for": world.participant.pk})) == {}


def test_nobody_is_out_of_sessions_where_there_is_no_limit(get, world):
    world.path.sessions_per_participant = None
    world.path.save()

    page = get()

    assert len(offered(page)) == 2
    assert "sessions left" not in text_of(page)


def set_limits(world, **limits):
    for name, value in limits.items():
        setattr(world.path, name, value)
    world.path.save(update_fields=list(limits))


def test_who_has_as_many_coming_up_as_one_can_have_reads_when_the_next_can_be_booked(get, world):
    set_limits(world, sessions_at_once=1)
    a_dropin(world.theme, world.participant, world.priya, NOW.replace(day=22, hour=9, minute=0))
    # One that is over keeps nobody from booking.
    a_dropin(world.theme, world.bystander, world.daniel, NOW.replace(day=19, hour=9, minute=0))

    page = get()

    assert list(offered(page)) == [str(world.bystander.pk)]
    said = (
        "Maya Lindqvist can have 1 session coming up at a time, and it is booked."
        " The next one can be booked from Thu 22 Oct, 11:00 on."
    )
    assert re.findall(r"[^>]*can have[^<]*", text_of(page)) == [said]


@pytest.mark.parametrize(
    ("fields", "months", "greyed"),
    [
        ({"horizon_days": 8}, [10], True),
        # To 31 October, and dates of the west end a day later: somebody there could still offer 1 November.
        ({"horizon_days": 11}, [10], False),
        ({"horizon_days": 40}, [10], False),
        ({"horizon_days": 35}, [10, 11], True),
        ({"horizon_days": 40}, [11], False),
        ({"horizon_days": 40, "closes_on": date(2026, 10, 31)}, [10], True),
        ({"horizon_days": 40, "closes_on": date(2026, 11, 1)}, [10], False),
        ({"horizon_days": 20, "opens_on": date(2026, 11, 1)}, [11], True),
        ({"horizon_days": 20, "notice_minutes": 13 * 24 * 60}, [11], True),
        ({"horizon_days": 20}, [11], False),
    ],
)
def test_full_months_keep_only_those_from_choice_who_could_book_nothing(get, world, fields, months, greyed):
    set_limits(world, sessions_per_month=1, sessions_per_participant=None, **fields)
    for month in months:
        a_dropin(world.theme, world.participant, world.priya, NOW.replace(month=month, day=27, hour=10, minute=0))

    page = get()

    assert (str(world.participant.pk) in offered(page)) is not greyed
    assert ("Maya Lindqvist has used or booked their 1 session of" in text_of(page)) is greyed
    assert str(world.bystander.pk) in offered(page)


def test_nobody_who_can_be_booked_is_greyed_out(get, world):
    """Whatever the limits: whoever the page lets nobody choose is offered no time by the engine."""
    chance = random.Random(11)
    seen = set()
    for _round in range(40):
        set_limits(
            world,
            sessions_per_month=chance.choice([None, 1, 2]),
            sessions_at_once=chance.choice([None, 2, 4]),
            sessions_per_participant=chance.choice([None, 3, 6]),
            horizon_days=chance.choice([3, 10, 12, 30, 60]),
            opens_on=chance.choice([None, date(2026, 10, 30), date(2026, 11, 20)]),
            closes_on=chance.choice([None, date(2026, 11, 20), date(2026, 12, 5)]),
        )
        somebody = a_participant(world.path)
        for each in range(chance.randrange(5)):
            start = datetime(2026, chance.choice([10, 11, 12]), 21 + each, 9, tzinfo=UTC)
            a_dropin(world.theme, somebody, an_expert(world.path), start)
        allowance = allowance_of(somebody, world.path, now=NOW)
        openings = Openings(
            world.path, since=NOW, until=NOW + timedelta(days=70), now=NOW, shut=allowance.shut, theme=world.theme
        )
        can_book = bool(openings.starts(45)) and not allowance.spent

        can_be_chosen = str(somebody.pk) in offered(get(find=somebody.email))

        assert can_be_chosen or not can_book
        seen.add((can_be_chosen, can_book))
    assert {(True, True), (False, False)} <= seen


@pytest.mark.parametrize(
    ("limits", "more"),
    [({}, 0), ({"sessions_per_month": 2}, 1), ({"sessions_at_once": 2}, 1)],
)
def test_limits_cost_a_query_however_many_people(get, world, limits, more):
    asked = {}
    for number in range(2):
        for each in range(number * 3):
            pia = a_participant(world.path, f"Person {each}")
            a_dropin(world.theme, pia, an_expert(world.path), NOW.replace(day=22 + each, hour=9, minute=0))
        for name, policy in (("without", {"sessions_per_month": None, "sessions_at_once": None}), ("with", limits)):
            set_limits(world, **policy)
            get()
            with CaptureQueriesContext(connection) as queries:
                get()
            asked[name, number] = len(queries)

    assert asked["with", 0] == asked["with", 1]
    assert asked["with", 0] - asked["without", 0] == more


def test_who_can_not_come_is_not_offered(get, world):
    world.participant.is_active = False
    world.participant.save()
    assert list(offered(get())) == [str(world.bystander.pk)]
    leave(world.bystander, world.path)
    page = get()
    assert offered(page) == {}
    assert "Nobody can be chosen yet." in text_of(page)


def test_two_of_one_name_are_told_apart(get, world):
    twin = a_participant(world.path, "Maya Lindqvist", email="maya@lakeside.example")

    page = get(find="maya lind")

    assert set(offered(page)) == {str(world.participant.pk), str(twin.pk)}
    assert "Some have the same name: look at the e-mail address." in text_of(page)
    assert list(offered(get(find="lakeside"))) == [str(twin.pk)]


def test_chosen_person_stays_in_sight_while_another_is_searched(get, world):
    chosen = {"for": world.participant.pk}

    assert offered(get(**chosen)) == {str(world.participant.pk): "checked"}
    searched = offered(get(**chosen, find="omar"))
    assert searched == {str(world.participant.pk): "checked", str(world.bystander.pk): ""}
    assert "is called “nobody”" in text_of(get(find="nobody"))


def test_pages_of_six(get, world):
    for number in range(10):
        a_participant(world.path, f"Person {number}")

    first, second = get(), get(page=2)

    assert (len(offered(first)), len(offered(second))) == (6, 6)
    assert set(offered(first)).isdisjoint(offered(second))
    assert "7 to 12 of 12" in text_of(second)
    assert re.search(r'name="page" value="2" formaction="[^"]+/schedule/" formnovalidate>Next', first.text)


def test_the_form_searches_first_and_goes_on_by_its_themes(get, world):
    page = get().text
    form = page[page.index('id="for-whom"') :]
    buttons = re.findall(r'<button class="[^"]*"[^>]*type="submit"[^>]*>', form)

    assert 'formaction="' in buttons[0]
    assert "formnovalidate" in buttons[0]
    assert 'name="theme"' in buttons[-1]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "-1",
        "0",
        "99999999",
        "9" * 500,
        "１",
        "\u202e",
        "x" * 5000,
        "' OR 1=1 --",
        "[(*",
        "84cc0a7e-5cd2-4b37-949b-5338308d48b1",
    ],
)
def test_hostile_query_shows_the_page(get, world, value):
    for query in ({"find": value}, {"page": value}, {"find": value, "page": value}):
        page = get(**query)
        assert page.status_code == 200
        assert "For whom" in text_of(page)
    stranger = a_participant(a_path(), "Stranger Danger")
    assert "Stranger" not in get(find="stranger").text
    refused = get(**{"for": stranger.pk})
    assert (refused.status_code, "Stranger" in refused.text) == (400, False)


def test_markup_in_a_search_is_text(get):
    page = get(find="<script>x</script>")

    assert "<script>x" not in page.text
    assert "&lt;script&gt;x&lt;/script&gt;" in page.text
