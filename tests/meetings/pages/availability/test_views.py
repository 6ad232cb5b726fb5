"""The availability page, as its expert and as anybody else, with hostile and with stale forms."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from experts.availability import Override
from experts.hours.editor import ACTIONS
from experts.models import AvailabilityRule, DateOverride, Expert
from paths.enums import Role
from paths.models import Theme
from tests.meetings.pages.availability.scene import NOW, URL, change, fields_of, stored, text_of
from tests.scene import a_dropin, a_path, a_person, a_theme, an_expert, join, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_page_shows_the_stored_hours(own, world):
    markup = text_of(own.get(URL))

    assert 'name="p0-d0-from" value="09:00"' in markup
    assert 'aria-current="page">Availability' in markup
    assert "Preview, not saved" not in markup
    assert "Preview, not saved" in text_of(change(own, preview="1", cap_per_day="4"))


def test_unchanged_page_saves_nothing_new(own, world):
    before = stored(world)

    response = own.post(URL, fields_of(own.get(URL)))

    assert response.status_code == 302
    assert stored(world) == before


def test_save_writes_what_was_typed_and_says_so(own, world):
    world.expert.rules.update(first_date=date(2020, 1, 1))

    response = change(own, **{"p0-d0-from": ["9", "11:00"], "p0-d0-to": ["12", "13:00"], "cap_per_day": "4"})

    assert response.url == URL
    assert [(each.rrule, each.first_date) for each in AvailabilityRule.objects.filter(expert=world.expert)] == [
        ("FREQ=WEEKLY;BYDAY=MO", date(2020, 1, 1)),
        ("FREQ=WEEKLY;BYDAY=TU,WE,TH,FR", date(2020, 1, 1)),
    ]
    assert stored(world).settings["cap_per_day"] == 4
    markup = text_of(own.get(URL))
    assert "Your availability is saved." in markup
    assert "Monday: 09:00 to 12:00 and 11:00 to 13:00 were joined to 09:00 to 13:00." in markup


def test_error_keeps_what_was_typed_and_saves_nothing(own, world):
    before = stored(world)

    response = change(own, **{"p0-d0-from": ["nine", "13:00"], "p0-d2-to": ["12:34", "17:00"], "cap_per_week": "7"})

    assert response.status_code == 400
    markup = text_of(response)
    assert '<a href="#p0-d0-0-from">Monday: “nine” is not a time of the day. Write it like 09:30, up to 24:00.</a>' in (
        markup
    )
    fields = fields_of(response)
    assert (fields["p0-d0-from"], fields["p0-d2-to"]) == (["nine", "13:00"], ["12:34", "17:00"])
    assert fields["cap_per_week"] == ["7"]
    assert markup.count("<title>Error: ") == 1
    assert stored(world) == before


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_buttons_of_the_page_save_nothing(own, world, action):
    DateOverride.objects.create(expert=world.expert, date=NOW.date(), windows="")
    before = stored(world)
    value = {"add": "p0-d0", "remove": "p0-d0/0", "copy": "p0-d0"}.get(action, "1")
    value = "2026-10-20/2026-10-20" if action.endswith("-date") else value

    response = change(own, **{action: value, "p0-d0-from": ["07:00", "13:00"], "p0-d0-copy": "3", "cap_per_day": "2"})

    assert response.status_code == 200
    assert stored(world) == before


def test_added_row_comes_empty_with_everything_else_kept(own, world):
    response = change(own, add="p0-d1", **{"p0-d1-from": ["7", "??"], "p0-d1-to": ["8", ""]})

    fields = fields_of(response)
    assert (fields["p0-d1-from"], fields["p0-d1-to"]) == (["7", "??", ""], ["8", "", ""])
    assert "invalid-feedback" not in text_of(response)
    assert "invalid-feedback" in text_of(own.post(URL, fields))


@pytest.mark.parametrize("who", ["participant", "admin", "former", "unlisted", "staff"])
def test_page_is_for_experts_of_a_path_only(client, world, who):
    people = {"participant": world.participant, "admin": world.admin}
    people["former"] = an_expert(world.path).user
    leave(people["former"], world.path)
    people["unlisted"] = an_expert().user
    people["staff"] = a_person(is_staff=True, is_superuser=True)
    client.force_login(people[who])

    assert client.get(URL).status_code == 404
    assert client.post(URL, {"save": "1"}).status_code == 404
    assert "Availability" not in text_of(client.get(reverse("home")))
    client.force_login(world.expert.user)
    assert "Availability" in text_of(client.get(reverse("home")))


def test_page_asks_to_sign_in(client, world):
    assert client.get(URL).url.startswith("/accounts/login/")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": "x" * 100_000},
        {"pattern": ["0"], "p0-d0-from": ["\x00"] * 50, "p0-d0-on": "on"},
        {"pattern": [str(number) for number in range(500)]},
        {"block": ["0"], "x0-first": "9999-12-31", "x0-last": "0000", "x0-kind": "off", "x0-was": "//"},
        {"drop": ["2000-01-01/2100-12-31", "x", "2100-12-31/2000-01-01"]},
        {"seen_zone": "../../etc/passwd", "seen_theme": "x", "preview": "1"},
        {"time_zone": "\x00", "preview": "1"},
        {"notice_minutes": "9" * 400},
    ],
)
def test_hostile_forms_are_refused_in_words(own, world, data):
    before = stored(world)

    response = own.post(URL, data)

    assert response.status_code in ({200} if "preview" in data else {400})
    assert stored(world) == before


def test_stale_form_is_told_and_overwrites_nothing(own, world):
    fields = fields_of(own.get(URL))
    Expert.objects.filter(pk=world.expert.pk).update(cap_per_week=9)

    response = own.post(URL, fields | {"cap_per_week": "5", "p0-d0-from": ["07:00", "13:00"]})

    assert response.status_code == 409
    assert "changed elsewhere after you opened this page. Nothing was saved." in text_of(response)
    assert stored(world).settings["cap_per_week"] == 9
    again = fields_of(response)
    assert (again["cap_per_week"], again["p0-d0-from"]) == (["5"], ["07:00", "13:00"])
    assert own.post(URL, again).status_code == 302
    assert stored(world).settings["cap_per_week"] == 5


def test_staler_of_two_pages_sees_both_versions(own, world):
    fields = fields_of(own.get(URL))
    DateOverride.objects.create(expert=world.expert, date=date(2030, 1, 7), windows="")
    Expert.objects.filter(pk=world.expert.pk).update(cap_per_week=9, accepting=False)

    response = own.post(URL, fields | {"cap_per_week": "5", "notice_minutes": "120", "p0-d0-from": ["07:00", "13:00"]})

    rows = {row["name"]: (row["now"], row["yours"]) for row in response.context["versions"]}
    now, yours = (text.split("\n") for text in rows.pop("Hours"))
    assert len(yours) == len(now) + 1
    # Dates that were not touched here stay as they are stored, so they are no difference.
    assert rows == {
        "Accepting sessions": ("Off", "On"),
        "Minimum notice": ("0 minutes", "2 hours"),
        "Most sessions in a week": ("9 sessions", "5 sessions"),
    }
    for words in ("As it stands now", "Your version", "9 sessions", "5 sessions"):
        assert words in text_of(response)


def test_ended_membership_while_editing_gives_no_theme(own, world):
    second = a_theme(a_path())
    join(world.expert.user, second.path, Role.EXPERT)
    fields = fields_of(own.get(URL))
    leave(world.expert.user, second.path)

    own.post(URL, fields | {"themes": [str(world.theme.pk), str(second.pk)]})

    assert list(world.expert.themes.all()) == [world.theme]


def test_themes_are_taken_and_left_and_the_last_taker_is_told(own, world):
    response = change(own, themes=[str(world.other_theme.pk)])

    assert response.status_code == 302
    assert list(world.expert.themes.all()) == [world.other_theme]
    told = text_of(own.get(URL))
    assert "Nobody else takes “Giving feedback” on Leading your first team, so it can’t be booked then." in told


def test_theme_that_somebody_else_takes_is_left_without_a_word(own, world):
    world.theme.experts.add(world.colleague)
    world.other_theme.experts.add(world.expert)

    change(own, themes=[])

    told = text_of(own.get(URL))
    assert [f"Nobody else takes “{name}”" in told for name in ("Giving feedback", "Planning")] == [False, True]


@pytest.mark.parametrize("took_it", [True, False])
def test_theme_retired_after_the_page_was_opened_is_said_and_the_rest_is_saved(own, world, took_it):
    theme = world.theme if took_it else world.other_theme
    fields = fields_of(own.get(URL))
    Theme.objects.filter(pk=theme.pk).update(retired_at=NOW)
    ticked = [str(world.theme.pk), str(world.other_theme.pk)]

    response = own.post(URL, fields | {"themes": ticked, "cap_per_week": "5"}, follow=True)

    assert response.redirect_chain
    assert f"“{theme.name}” on {theme.path} was retired meanwhile: nobody can book it." in text_of(response)
    assert stored(world).settings["cap_per_week"] == 5
    assert set(world.expert.themes.all()) == ({world.theme, world.other_theme} if took_it else {world.theme})
    # Nothing of the kind is said of what is still there, nor on the page once more.
    again = own.post(URL, fields_of(own.get(URL)) | {"cap_per_week": "6"}, follow=True)
    assert "was retired meanwhile" not in text_of(again)


def test_taken_off_a_theme_after_the_page_was_opened_one_is_told_and_not_put_back(own, world):
    fields = fields_of(own.get(URL))
    world.theme.experts.remove(world.expert)

    response = own.post(URL, fields | {"cap_per_week": "5"})

    assert response.status_code == 409
    assert "changed elsewhere after you opened this page. Nothing was saved." in text_of(response)
    assert [row["name"] for row in response.context["versions"] if row["name"].startswith("Theme")] == ["Themes"]
    assert list(world.expert.themes.all()) == []


def test_not_accepting_is_saved_and_offers_nothing(own, world):
    fields = fields_of(own.get(URL))
    del fields["accepting"]

    shown = text_of(own.post(URL, fields | {"preview": "1"}))
    assert "You are not accepting sessions, so participants find no times." in shown
    own.post(URL, fields)

    assert not Expert.objects.get(pk=world.expert.pk).accepting


def test_new_zone_is_explained(own, world):
    shown = text_of(change(own, time_zone="Asia/Tokyo", preview="1"))

    assert "Your hours keep their times of the day, in Tokyo instead of Stockholm." in shown


def test_range_of_days_off_is_added_listed_and_removed(own, world):
    block = {"block": "0", "x0-first": "2026-12-24", "x0-last": "2026-12-26", "x0-kind": "off"}
    change(own, **block)

    markup = text_of(own.get(URL))
    assert "Thu 24 December to Sat 26 December, all day" in markup
    assert stored(world).overrides == tuple(Override(date(2026, 12, day), ()) for day in (24, 25, 26))

    change(own, drop="2026-12-24/2026-12-26")
    assert stored(world).overrides == ()


def test_exceptions_are_paged_and_the_past_ones_hidden(own, world):
    days = [NOW.date() + timedelta(days=2 * number) for number in range(-2, 20)]
    DateOverride.objects.bulk_create(DateOverride(expert=world.expert, date=day, windows="") for day in days)

    first = text_of(own.get(URL))
    second = text_of(change(own, **{"dates-page": "2"}))

    listed = [re.findall(r'name="change-date" value="([\d-]+)/', markup) for markup in (first, second)]
    assert [date.fromisoformat(day) for day in [*listed[0], *listed[1]]] == days[2:18]


def test_rule_that_the_editor_cannot_show_is_told_and_kept(own, world):
    AvailabilityRule.objects.create(
        expert=world.expert, rrule="FREQ=MONTHLY;BYDAY=1MO", first_date=date(2026, 1, 1), windows="18:00-20:00"
    )
    markup = text_of(own.get(URL))
    assert "Every month on the first Monday, 18:00 to 20:00, from 1 January 2026" in markup

    change(own, **{"p0-d0-from": ["07:00", "13:00"]})

    assert [rule.rrule for _, rule in stored(world).others] == ["FREQ=MONTHLY;BYDAY=1MO"]


def test_page_takes_the_same_queries_however_much_there_is(own, world, django_assert_max_num_queries):
    for number in range(20):
        start = datetime(2026, 10, 26, 0, tzinfo=UTC) + timedelta(days=number)
        a_dropin(world.theme, a_person(), world.expert, start)
        DateOverride.objects.create(expert=world.expert, date=date(2026, 11, 1) + timedelta(days=2 * number))
        a_theme(world.path)

    with django_assert_max_num_queries(25):
        own.get(URL)


def test_twelve_hour_clock_is_shown_and_read(own, world):
    world.expert.user.twelve_hour = True
    world.expert.user.save()

    fields = fields_of(own.get(URL))
    assert fields["p0-d0-to"] == ["12:00 pm", "5:00 pm"]
    change(own, **{"p0-d0-from": ["9 am", "1 pm"], "p0-d0-to": ["12 pm", "12 am"]})

    assert stored(world).patterns[0].days[0] == ((540, 720), (780, 1440))
