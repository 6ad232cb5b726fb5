"""What is said where a theme has no time at all: the engine's rules and counts, never a name or a reason of absence."""

from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags

from everwise.timefmt import Reader
from experts.models import DateOverride, Expert
from meetings.pages.schedule.nothing_offered import NothingOffered
from meetings.pages.schedule.ways_on import WaysOn
from meetings.slots.openings import Openings
from paths.models import Path
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_person,
    a_theme,
    an_admin,
    an_expert,
    at,
    leave,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

UTC = Reader(ZoneInfo("UTC"))
NAMES = ("Eva", "Olga", "Secret dentist", "Pia", "Surgery")


def openings_of(theme, participant=None):
    path = Path.objects.get(pk=theme.path_id)
    until = NOW + timedelta(days=path.horizon_days + 2)
    return Openings(path, since=NOW, until=until, now=NOW, theme=theme, participant=participant)


def told(theme, *, participant=None, reader=UTC, other=None):
    openings = openings_of(theme, participant)
    assert openings.first(theme.duration_minutes) is None
    nothing = NothingOffered(
        openings=openings, minutes=theme.duration_minutes, reader=reader, path=openings.path, other=other
    )
    return [unescape(strip_tags(fact.words)) for fact in nothing.facts]


def fill(*experts, days=12):
    """Busy elsewhere, all the time."""
    for expert in experts:
        expert.busy_times.create(starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=days))


@pytest.fixture
def path():
    return a_path(horizon_days=7)


def test_control_a_free_time_is_found(path):
    assert openings_of(a_theme(path, an_expert(path))).first(30) == at(9, day=0)


def test_all_fully_booked(path):
    experts = [an_expert(path, name=name) for name in ("Eva", "Olga")]
    fill(*experts)

    assert told(a_theme(path, *experts)) == [
        "2 experts take this theme. Both are fully booked until Mon 9 November.",
        "Times are offered 7 days ahead. Tue 10 November opens tomorrow, shortly after midnight.",
    ]


@pytest.mark.parametrize("taken", ["meeting", "calendar", "cap"])
def test_what_takes_the_time_is_not_told(path, taken):
    expert = an_expert(path, windows="09:00-09:30")
    if taken == "cap":
        Expert.objects.update(cap_per_day=0)
    elif taken == "calendar":
        fill(expert)
    else:
        for day in range(9):
            a_meeting(path, expert.user, a_participant(path, "Secret dentist"), at(9, day=day), title="Surgery")

    assert told(a_theme(path, expert))[0] == ("1 expert takes this theme. They are fully booked until Mon 9 November.")


def test_each_reason_has_its_sentence(path):
    booked = [an_expert(path, name="Eva") for _ in range(3)]
    night = an_expert(path, name="Olga", windows="00:00-05:00")
    none = an_expert(path, windows="")
    hasty = an_expert(path, notice_minutes=60 * 24 * 30)
    met = an_expert(path, windows="12:00-12:30", rrule="FREQ=DAILY;COUNT=1", horizon_days=7)
    met.rules.update(first_date=at(12).date())
    fill(*booked, night)
    pia = a_participant(path)
    a_meeting(path, an_expert(path).user, pia, at(12))

    assert told(a_theme(path, *booked, night, none, hasty, met), participant=pia) == [
        "7 experts take this theme. 3 are fully booked until Mon 9 November.",
        "1 expert works only while it is night for you, 00:00 to 05:00. Those times are taken, too.",
        "1 expert offers no hours until Mon 9 November.",
        "1 expert has hours only within the notice that sessions need.",
        "1 expert is free only while you are in another meeting.",
        "Times are offered 7 days ahead. Tue 10 November opens tomorrow, shortly after midnight.",
    ]


def test_night_is_that_of_the_participant_who_is_booked_for(path):
    night = an_expert(path, windows="12:00-17:00")
    fill(night)
    amara = a_participant(path, "Amara Obi", time_zone="Pacific/Auckland")

    theme = a_theme(path, night)
    assert told(theme, participant=amara, other=amara)[1] == (
        "1 expert works only while it is night for Amara Obi, 01:00 to 06:00 in Auckland. Those times are taken, too."
    )
    assert told(theme, participant=amara)[0] == (
        "1 expert takes this theme. They are fully booked until Mon 9 November."
    )


def test_night_over_midnight_in_a_twelve_hour_clock(path):
    night = an_expert(path, windows="22:00-02:00")
    fill(night)

    assert told(a_theme(path, night), reader=Reader(ZoneInfo("UTC"), twelve_hour=True))[1] == (
        "1 expert works only while it is night for you, 10:00 pm to 2:00 am. Those times are taken, too."
    )


def test_day_off_reads_like_no_hours(path):
    away = an_expert(path)
    for day in range(9):
        DateOverride.objects.create(expert=away, date=at(9, day=day).date(), windows="")
    without = an_expert(path, windows="")

    for expert in (away, without):
        assert told(a_theme(path, expert)) == [
            "1 expert takes this theme.",
            "1 expert offers no hours until Mon 9 November.",
            "Times are offered 7 days ahead. A new day opens each night.",
        ]


def test_next_date_opens_by_the_experts_clock(path):
    expert = an_expert(path, time_zone="America/New_York")
    fill(expert)

    assert told(a_theme(path, expert))[1] == ("Times are offered 7 days ahead. Tue 10 November opens tomorrow, 05:00.")


def test_experts_who_let_book_less_far_ahead(path):
    expert = an_expert(path, horizon_days=1)
    fill(expert)

    assert told(a_theme(path, expert)) == [
        "1 expert takes this theme. They are fully booked until Tue 3 November.",
        "Times are offered 1 day ahead. Wed 4 November opens tomorrow, shortly after midnight.",
    ]


def test_dates_of_the_path(path):
    expert = an_expert(path)
    theme = a_theme(path, expert)

    Path.objects.update(opens_on=at(9, day=20).date())
    assert told(theme) == [
        "This path opens on Sun 22 November. Times are offered 7 days ahead, so the first come on Sun 15 November."
    ]
    Path.objects.update(opens_on=None, closes_on=at(9, day=-2).date())
    assert told(theme) == ["This path closed on Sat 31 October."]
    fill(expert)
    Path.objects.update(opens_on=at(9, day=2).date(), closes_on=None)
    assert told(theme)[1].startswith("Times are offered 7 days ahead. Sessions take place from Wed 4 November. Tue 10")
    Path.objects.update(opens_on=None, closes_on=at(9, day=2).date())
    assert told(theme) == [
        "1 expert takes this theme. They are fully booked until Wed 4 November.",
        "Sessions take place until Wed 4 November.",
    ]


def test_name_in_a_reason_is_text(path):
    night = an_expert(path, windows="00:00-05:00")
    fill(night)
    pia = a_participant(path, "Pia <b>")

    assert "night for Pia &lt;b&gt;, <strong>00:00 to 05:00 in UTC</strong>." in page(
        a_theme(path, night), an_admin(path), pia, other=pia
    )


def test_theme_without_experts(path):
    assert told(a_theme(path)) == ["No expert takes this theme now."]


def page(theme, by, participant=None, theme_url="/theme/", other=None):
    openings = openings_of(theme, participant)
    context = {
        "nothing": NothingOffered(openings=openings, minutes=30, reader=UTC, path=openings.path, other=other),
        "ways": WaysOn(openings, path=openings.path, theme=theme, by=by),
        "theme_url": theme_url,
    }
    return render_to_string("meetings/schedule/_nothing.html", context)


def test_nobody_is_named_but_who_runs_the_path(path):
    expert = an_expert(path, name="Eva")
    pia, ruth = a_participant(path), an_admin(path, "Ruth Abara")
    for day in range(9):
        for hour in range(9, 17):
            a_meeting(path, expert.user, pia, at(hour, day=day), title="Surgery")
            a_meeting(path, expert.user, pia, at(hour, 30, day=day), title="Surgery")
    html = page(a_theme(path, expert), pia)

    assert "fully booked" in html
    assert f'href="mailto:{ruth.email}"' in html
    assert [name for name in NAMES if name in html] == []


def test_another_theme_is_offered_where_one_has_times(path):
    eva, olga = an_expert(path), an_expert(path, name="Olga")
    fill(eva)
    theme, pia = a_theme(path, eva), a_participant(path)
    an_admin(path, "Ruth Abara")
    a_theme(path, eva)

    alone = page(theme, pia)
    assert "Choose another theme" not in alone
    assert 'class="btn btn-primary" href="mailto:' in alone
    a_theme(path, olga)
    one = page(theme, pia)
    assert 'class="btn btn-primary" href="/theme/">Choose another theme' in one
    assert 'class="btn btn-outline-secondary" href="mailto:' in one
    assert "1 other theme has free times. Ruth runs this path." in one
    a_theme(path, eva, olga)
    assert "2 other themes have free times." in page(theme, pia)
    assert "Choose another theme" not in page(theme, pia, theme_url="")


def test_who_runs_the_path_does_not_write_to_themselves(path):
    theme, ada, ruth = a_theme(path), an_admin(path, "Ada"), an_admin(path, "Ruth")

    assert "Write to Ada" in page(theme, ruth)
    assert "Write to Ruth" in page(theme, ada)
    leave(ruth, path)
    assert "Write to" not in page(theme, ada)


def test_admin_who_is_expert_elsewhere_brings_no_themes_along(path):
    elsewhere = a_path(name="Elsewhere")
    admin = an_admin(path, "Ruth Abara")
    theme = a_theme(path)
    other = an_expert(elsewhere, user=admin)
    for _ in range(2):
        a_theme(elsewhere, other)

    ways = WaysOn(openings_of(theme), path=path, theme=theme, by=a_person())
    assert ([runner.face.name for runner in ways.runners], ways.themes) == (["Ruth Abara"], 0)


@pytest.mark.parametrize("experts", [1, 30])
def test_queries_do_not_grow(path, experts, django_assert_num_queries):
    crowd = [an_expert(path) for _ in range(experts)]
    fill(*crowd)
    theme, pia = a_theme(path, *crowd), a_participant(path)
    others = [a_theme(path, an_expert(path)) for _ in range(experts)]
    openings = openings_of(theme, pia)
    openings.first(30)

    with django_assert_num_queries(3):
        nothing = NothingOffered(openings=openings, minutes=30, reader=UTC, path=path)
        ways = WaysOn(openings, path=path, theme=theme, by=pia)
        assert (len(nothing.facts), ways.themes) == (2, len(others))


def time_page(client, theme, by, **query):
    client.force_login(by)
    return client.get(reverse("schedule:time", args=[theme.path_id]), {"theme": theme.pk, **query})


def test_time_page_says_it_in_place_of_times(client, path):
    eva, olga = an_expert(path), an_expert(path, name="Olga")
    fill(eva)
    theme, pia, ruth = a_theme(path, eva, olga), a_participant(path), an_admin(path, "Ruth Abara")

    assert "<h1" in (page := time_page(client, theme, pia, expert=eva.pk).text)
    assert "Choose a time" in page
    fill(olga)
    for query in ({}, {"expert": eva.pk}):
        page = time_page(client, theme, pia, **query).text
        assert "No times are offered" in page
        assert "Both are fully booked" in page
    assert f"{reverse('why', args=[path.pk])}?theme={theme.pk}" in page
    assert "for <strong>Pia</strong>" in time_page(client, theme, ruth, **{"for": pia.pk}).text


@pytest.mark.parametrize("limit", [None, 5])
def test_time_page_has_few_queries_where_nothing_is_offered(client, limit, django_assert_max_num_queries):
    path = a_path(horizon_days=60, sessions_per_participant=limit)
    experts = [an_expert(path) for _ in range(3)]
    others = [an_expert(path) for _ in range(3)]
    fill(*experts, days=70)
    theme, pia = a_theme(path, *experts), a_participant(path)
    for expert in others:
        a_theme(path, expert)
    address = f"{reverse('schedule:time', args=[path.pk])}?theme={theme.pk}"
    client.force_login(pia)

    # One asks for what they wait for; the last counts the search, which found nothing.
    with django_assert_max_num_queries(14):
        page = client.get(address).text
    assert "3 other themes have free times." in page
