"""Why a time of a theme is not offered by anybody: counts and rules for everybody on the path, and nobody’s name."""

import html
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from experts.models import DateOverride, Expert
from meetings.slots.openings import Openings
from paths.models import Path
from tests.scene import NOW, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SECRETS = ("Eva", "Olga", "Stranger", "Surgery", "time off", "calendars", "Exception")


@pytest.fixture
def world():
    path = a_path()
    eva, olga = an_expert(path), an_expert(path, name="Olga")
    return SimpleNamespace(
        path=path,
        eva=eva,
        olga=olga,
        theme=a_theme(path, eva, olga),
        participant=a_participant(path),
        other=a_participant(path, "Otto"),
        admin=an_admin(path),
    )


def ask(client, world, start=None, *, by=None, **query):
    client.force_login(by or world.participant)
    if start:
        query = {"theme": world.theme.pk, "day": f"{start:%Y-%m-%d}", "time": f"{start:%H:%M}", **query}
    return client.get(reverse("why", args=[world.path.pk]), query)


def main_of(response):
    """Without the page’s frame, which names the reader and the places of the site."""
    return response.text.partition("<main")[2].partition("</main>")[0]


def refusals(client, world, start, **query):
    explanation = ask(client, world, start, **query).context["explanation"]
    return [(line.name, line.text) for line in explanation.lines if not line.passed], explanation.offered


def fill(*experts):
    for expert in experts:
        expert.busy_times.create(starts_at=at(0), ends_at=at(23))


def day_off(*experts):
    for expert in experts:
        DateOverride.objects.create(expert=expert, date=at(9).date(), windows="")


def meet(world, expert, start=None):
    """With somebody of another path, under a title that is nobody's business."""
    other = a_path(name="Elsewhere")
    a_meeting(other, expert.user, a_participant(other, "Stranger"), start or at(9), title="Surgery")


def test_offered_time_passes_every_rule_that_there_is(client, world):
    explanation = ask(client, world, at(9)).context["explanation"]

    assert explanation.offered
    assert [(line.passed, line.text) for line in explanation.lines] == [
        (True, "2 experts take “Giving feedback”."),
        (True, "You are not in a meeting then."),
        (True, "No notice is needed; this is in 1 day."),
        (True, "At most 60 days ahead. This is 1 day ahead."),
        (True, "2 experts work then."),
        (True, "Sessions start every 30 minutes, counted from the beginning of an expert’s hours."),
        (True, "2 experts are free then."),
    ]


NOT_FREE = (
    "Free",
    "None of the 2 experts who work then is free: booked, busy, or at their limit of sessions.",
)
NOBODY_WORKS = ("Hours", "No expert works then, for the whole session.")
CASES = {
    "meetings": (at(9), lambda world: (meet(world, world.eva), meet(world, world.olga)), NOT_FREE),
    "other calendars": (at(9), lambda world: fill(world.eva, world.olga), NOT_FREE),
    "one of each": (at(9), lambda world: (meet(world, world.eva), fill(world.olga)), NOT_FREE),
    "limit of sessions": (at(9), lambda world: Expert.objects.update(cap_per_day=0), NOT_FREE),
    "hours": (at(8), lambda world: None, NOBODY_WORKS),
    "day off": (at(9), lambda world: day_off(world.eva, world.olga), NOBODY_WORKS),
    "no hours": (at(9), lambda world: world.eva.rules.all().delete() and world.olga.rules.all().delete(), NOBODY_WORKS),
    "grid": (
        at(9, 10),
        lambda world: None,
        (
            "Start times",
            "Sessions start every 30 minutes, counted from the beginning of an expert’s hours,"
            " so none starts at 09:10.",
        ),
    ),
    "notice": (
        at(9, day=0),
        lambda world: Path.objects.update(notice_minutes=120),
        ("Notice", "At least 2 hours of notice is needed; this is in 1 hour."),
    ),
    "past": (at(9, day=-3), lambda world: None, ("Notice", "This time is past.")),
    "horizon": (
        at(9, day=3),
        lambda world: Path.objects.update(horizon_days=2),
        ("How far ahead", "At most 2 days ahead. This is 3 days ahead."),
    ),
    "path dates": (
        at(9),
        lambda world: Path.objects.update(opens_on=at(9, day=2).date()),
        ("Path", "Sessions take place from 4 November."),
    ),
    "own meeting": (
        at(9),
        lambda world: a_meeting(world.path, an_expert(world.path).user, world.participant, at(9)),
        ("You", "You are in a meeting from 09:00 to 09:30."),
    ),
    "nobody takes it": (
        at(9),
        lambda world: world.theme.experts.clear(),
        ("Theme", "No expert takes “Giving feedback” now."),
    ),
    "nobody accepts sessions": (
        at(9),
        lambda world: Expert.objects.update(accepting=False),
        ("Theme", "No expert takes “Giving feedback” now."),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_rule_in_its_words(client, world, case):
    start, arrange, line = CASES[case]
    arrange(world)

    assert refusals(client, world, start) == ([line], False)


@pytest.mark.parametrize("case", ["meetings", "other calendars", "one of each", "limit of sessions", "day off"])
def test_nobody_and_no_reason_of_absence_is_shown(client, world, case):
    start, arrange, _ = CASES[case]
    arrange(world)

    page = main_of(ask(client, world, start))
    assert "Not offered" in page
    assert [word for word in SECRETS if word in page] == []
    # The control: to an admin, who asks about an expert, the same page says it.
    shown = main_of(ask(client, world, start, by=world.admin, expert=world.eva.pk))
    assert "Eva" in shown
    assert "Exception" in shown


@pytest.mark.parametrize("person", ["participant", "admin", "eva.user"])
def test_pool_reads_alike_to_everybody(client, world, person):
    fill(world.eva)
    day_off(world.olga)
    by = {"participant": world.participant, "admin": world.admin, "eva.user": world.eva.user}[person]

    explanation = ask(client, world, at(9), by=by, **({} if person == "participant" else {"expert": ""})).context[
        "explanation"
    ]
    texts = [line.text for line in explanation.lines if line.name not in {"You", "Notice"}]
    assert texts == [
        "The expert who works then is not free: booked, busy, or at their limit of sessions.",
        "2 experts take “Giving feedback”.",
        "At most 60 days ahead. This is 1 day ahead.",
        "1 expert works then.",
        "Sessions start every 30 minutes, counted from the beginning of an expert’s hours.",
    ]


def test_some_are_left(client, world):
    extra = [an_expert(world.path, name=f"Expert {number}") for number in range(3)]
    world.theme.experts.add(*extra)
    fill(world.eva)
    day_off(world.olga)

    explanation = ask(client, world, at(9)).context["explanation"]
    assert explanation.offered
    texts = {line.name: line.text for line in explanation.lines}
    assert (texts["Theme"], texts["Hours"], texts["Free"]) == (
        "5 experts take “Giving feedback”.",
        "4 experts work then.",
        "3 experts are free then.",
    )


def test_verdict_is_what_participants_find(client, world):
    Expert.objects.update(cap_per_day=2, buffer_before_minutes=20, notice_minutes=90)
    DateOverride.objects.create(expert=world.eva, date=at(9, day=2).date(), windows="12:00-13:00")
    day_off(world.olga)
    book(world.theme, world.participant, at(11))
    until = NOW + timedelta(days=3)
    asked = {"since": NOW, "until": until, "now": NOW, "theme": world.theme, "participant": world.participant}
    offered = set(Openings(world.path, **asked).starts(30))

    starts = [NOW + timedelta(minutes=30 * number) for number in range(0, 144, 3)]
    found = {}
    for start in starts:
        lines, found[start] = refusals(client, world, start)
        assert found[start] == (not lines)
    assert {start for start in starts if found[start]} == offered & set(starts) != set()


# Who may ask what ------------------------------------------------------------------------------------------------

MAY = """
participant  any expert        200
participant  certain expert    403
participant  other participant 403
participant  themselves named  403
expert       any expert        200
expert       themselves        200
expert       certain expert    400
admin        any expert        200
admin        certain expert    200
admin        other participant 200
stranger     any expert        404
left         any expert        404
"""


@pytest.mark.parametrize("row", MAY.strip().splitlines())
def test_who_may_ask_what(client, world, row):
    who, what, status = row[:13].strip(), row[13:31].strip(), int(row[31:])
    stranger = a_participant(a_path(name="Elsewhere"), "Stranger")
    left = a_participant(world.path, "Lea")
    leave(left, world.path)
    people = {"participant": world.participant, "expert": world.olga.user, "admin": world.admin}
    people |= {"stranger": stranger, "left": left}
    query = {
        "any expert": {},
        "certain expert": {"expert": world.eva.pk},
        "themselves": {"expert": world.olga.pk},
        "other participant": {"participant": world.other.pk},
        "themselves named": {"participant": world.participant.pk},
    }[what]

    response = ask(client, world, at(9), by=people[who], **query)

    assert response.status_code == status
    if status == 403:
        assert "Only experts and admins of this path can ask about a certain person." in html.unescape(response.text)
        assert "Otto" not in response.text


def test_participants_form_names_nobody(client, world):
    page = main_of(ask(client, world))

    assert "Giving feedback" in page
    assert [name for name in ("Eva", "Olga", "Otto") if name in page] == []
    admins = ask(client, world, by=world.admin).text
    assert [name for name in ("Eva", "Olga", "Otto") if name in admins] == ["Eva", "Olga", "Otto"]


def test_themes_of_other_paths_are_not_known(client, world):
    elsewhere = a_theme(a_path(name="Elsewhere"), world.eva)

    assert ask(client, world, at(9), theme=elsewhere.pk).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {"day": "9999-12-31"},
        {"day": "0001-01-01"},
        {"day": "2026-02-30"},
        {"day": ""},
        {"time": "25:00"},
        {"theme": "x"},
        {"theme": "9" * 400},
        {"zone": "../../etc/passwd"},
        {"zone": "Nowhere/Land"},
    ],
)
def test_hostile_questions_are_refused_in_words(client, world, query):
    assert ask(client, world, at(9)).status_code == 200
    response = ask(client, world, at(9), **query)

    assert response.status_code == 400
    assert 'id="errors-title"' in response.text


@pytest.mark.parametrize("name", ["theme", "day", "zone"])
@pytest.mark.parametrize("value", ['"><script>', "９", "9" * 5000])
def test_link_without_a_time_shows_the_form_whatever_it_says(client, world, name, value):
    response = ask(client, world, **{name: value})

    assert response.status_code == 200
    assert '"><script>' not in response.text
    assert "explanation" not in response.context


def test_link_names_theme_and_date(client, world):
    second = a_theme(world.path, world.eva, name="Second theme")

    page = ask(client, world, theme=second.pk, day="2026-11-05").text

    assert f'<option value="{second.pk}" selected>' in page
    assert 'value="2026-11-05"' in page


def test_asked_in_the_zone_of_the_page_one_comes_from(client, world):
    fill(world.eva, world.olga)
    free = ask(client, world, at(9, day=2), zone="Asia/Tokyo", time="18:00").context["explanation"]
    assert (free.offered, free.heading) == (True, "Wed 4 November, 18:00 to 18:30")
    assert not ask(client, world, at(9, day=2), zone="", time="18:00").context["explanation"].offered


@pytest.mark.parametrize("experts", [1, 40])
def test_queries_do_not_grow(client, world, experts, django_assert_max_num_queries):
    crowd = [an_expert(world.path) for _ in range(experts)]
    world.theme.experts.add(*crowd)
    fill(*crowd)

    client.force_login(world.participant)
    query = {"theme": world.theme.pk, "day": "2026-11-03", "time": "09:00"}
    with django_assert_max_num_queries(12):
        assert "explanation" in client.get(reverse("why", args=[world.path.pk]), query).context
