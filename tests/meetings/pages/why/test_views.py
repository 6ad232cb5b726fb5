"""The page that explains why a time is not offered: who may see it, and what it says."""

import html
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from experts.hours import writer
from experts.models import DateOverride, Expert
from meetings.slots.one_expert import ExpertTime
from meetings.slots.openings import Openings
from paths.models import Path
from tests.scene import NOW, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def world():
    path = a_path()
    expert = an_expert(path)
    return SimpleNamespace(
        path=path,
        expert=expert,
        theme=a_theme(path, expert),
        participant=a_participant(path),
        admin=an_admin(path),
    )


def ask(client, world, user, start=None, **query):
    client.force_login(user)
    if start:
        query = {
            "theme": world.theme.pk,
            "expert": world.expert.pk,
            "day": f"{start:%Y-%m-%d}",
            "time": f"{start:%H:%M}",
            **query,
        }
    return client.get(reverse("why", args=[world.path.pk]), query)


def refusals(client, world, start, **query):
    """The rules that say no, and the page's verdict."""
    explanation = ask(client, world, world.admin, start, **query).context["explanation"]
    return [(line.name, line.text) for line in explanation.lines if not line.passed], explanation.offered


def test_page_without_a_question_shows_the_form(client, world):
    response = ask(client, world, world.admin)

    assert response.status_code == 200
    assert "explanation" not in response.context
    assert "explanation" in ask(client, world, world.admin, at(9)).context


def test_offered_time_passes_every_rule(client, world):
    assert refusals(client, world, at(9)) == ([], True)


CASES = {
    "hours": (
        at(8),
        lambda world: None,
        ("Hours", "The hours are 09:00 to 17:00. The session would run from 08:00 to 08:30."),
    ),
    "grid": (at(9, 10), lambda world: None, ("Start times", "Sessions start every 30 minutes, counted from 09:00.")),
    "exception": (
        at(9),
        lambda world: DateOverride.objects.create(expert=world.expert, date=at(9).date(), windows=""),
        ("Exception", "3 November is time off."),
    ),
    "other hours": (
        at(9),
        lambda world: DateOverride.objects.create(expert=world.expert, date=at(9).date(), windows="10:00-12:00"),
        ("Exception", "3 November has other hours: 10:00 to 12:00."),
    ),
    "busy": (
        at(9),
        lambda world: book(world.theme, world.participant, at(9)),
        ("Meetings", "In a meeting from 09:00 to 09:30."),
    ),
    "buffer": (
        at(9, 30),
        lambda world: (
            Expert.objects.update(buffer_after_minutes=10),
            a_meeting(world.path, world.expert.user, world.participant, at(9)),
        ),
        ("Break", "Needs 10 minutes between sessions; there is a meeting from 09:00 to 09:30."),
    ),
    "foreign": (
        at(9),
        lambda world: world.expert.busy_times.create(starts_at=at(9), ends_at=at(10)),
        ("Other calendars", "Busy from 09:00 to 10:00."),
    ),
    "notice": (
        at(9, day=0),
        lambda world: Path.objects.update(notice_minutes=120),
        ("Notice", "At least 2 hours of notice is needed, by the path or the expert; this is in 1 hour."),
    ),
    "past": (at(9, day=-3), lambda world: None, ("Notice", "This time is past.")),
    "horizon": (
        at(9, day=3),
        lambda world: Expert.objects.update(horizon_days=2),
        ("How far ahead", "At most 2 days ahead. This is 3 days ahead."),
    ),
    "path dates": (
        at(9),
        lambda world: Path.objects.update(opens_on=at(9, day=2).date()),
        ("Path", "Sessions take place from 4 November."),
    ),
    "cap": (
        at(14),
        lambda world: (Expert.objects.update(cap_per_day=1), book(world.theme, world.participant, at(9))),
        ("Most in a day", "At most 1 session in a day. 1 booked so far."),
    ),
    "week cap": (
        at(14, day=2),
        lambda world: (Expert.objects.update(cap_per_week=1), book(world.theme, world.participant, at(9))),
        ("Most in a week", "At most 1 session in a week. 1 booked so far."),
    ),
    "accepting": (
        at(9),
        lambda world: Expert.objects.update(accepting=False),
        ("Accepting sessions", "Eva is not accepting sessions."),
    ),
    "theme": (
        at(9),
        lambda world: world.theme.experts.clear(),
        ("Theme", "Eva does not take “Giving feedback”."),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_rule_is_shown_by_name(client, world, case):
    start, arrange, line = CASES[case]
    arrange(world)

    assert refusals(client, world, start) == ([line], False)


def test_participants_own_meeting_is_shown(client, world):
    other = an_expert(world.path, name="Olga")
    a_meeting(world.path, other.user, world.participant, at(9))

    assert refusals(client, world, at(9)) == ([], True)
    found = refusals(client, world, at(9), participant=world.participant.pk)
    assert found == ([("Participant", "Pia is in a meeting from 09:00 to 09:30.")], False)


def test_verdict_is_what_participants_find(client, world):
    Expert.objects.update(cap_per_day=2, buffer_before_minutes=20, notice_minutes=90)
    DateOverride.objects.create(expert=world.expert, date=at(9, day=2).date(), windows="12:00-13:00")
    book(world.theme, world.participant, at(11))
    openings = Openings(world.path, since=NOW, until=NOW + timedelta(days=3), now=NOW, theme=world.theme)
    offered = set(openings.starts(30))

    starts = [NOW + timedelta(minutes=30 * number) for number in range(0, 144, 5)]
    assert {start for start in starts if refusals(client, world, start)[1]} == offered & set(starts) != set()


def test_diary_is_read_as_openings_reads_it(world):
    book(world.theme, world.participant, at(9))
    world.expert.busy_times.create(starts_at=at(12), ends_at=at(13))
    Expert.objects.update(cap_per_week=5, notice_minutes=30, buffer_before_minutes=5, buffer_after_minutes=10)
    expert = Expert.objects.get()
    stored = writer.read_hours(expert)
    since, until = NOW, NOW + timedelta(days=7)

    own = ExpertTime(expert, since=since, until=until).calendar(expert.pk, stored.hours, stored.settings)

    (listed,) = Openings(world.path, since=since, until=until, now=NOW).calendars
    spans = {name: list(getattr(listed, name)) for name in ("meetings", "foreign")}
    assert asdict(own) == asdict(replace(listed, **spans))


def test_expert_asks_about_their_own_times_only(client, world):
    other = an_expert(world.path, name="Olga")

    assert ask(client, world, world.expert.user, at(9)).context["explanation"].offered
    refused = ask(client, world, world.expert.user, at(9), expert=other.pk)
    assert refused.status_code == 400
    assert "This expert is not one of the path’s." in html.unescape(refused.content.decode())


def test_admin_who_left_does_not_find_the_page(client, world):
    assert ask(client, world, world.admin).status_code == 200
    leave(world.admin, world.path)

    gone = ask(client, world, world.admin)

    assert gone.status_code == 404
    assert "We can’t find that page" in gone.text


@pytest.mark.parametrize(
    "query",
    [
        {"day": "9999-12-31"},
        {"day": "0001-01-01"},
        {"day": "2026-02-30"},
        {"time": "25:00"},
        {"theme": "x"},
        {"expert": "9" * 40},
        {"expert": "-1"},
        {"participant": "x"},
        {"day": ""},
    ],
)
def test_hostile_questions_are_refused_in_words(client, world, query):
    response = ask(client, world, world.admin, at(9), **query)

    assert response.status_code == 400
    assert 'id="errors-title"' in response.content.decode()


def test_time_that_clocks_skip_is_shown(client, world):
    world.admin.time_zone = "Europe/Stockholm"
    world.admin.save()

    response = ask(client, world, world.admin, datetime(2027, 3, 28, 2, 30, tzinfo=UTC))

    assert "Clocks skip the time you entered" in html.unescape(response.content.decode())
