"""The writer of an expert's availability."""

from datetime import date, timedelta
from unittest import mock

import pytest

from experts.availability import Override, RecurringWindows
from experts.hours import patterns, writer
from experts.hours.patterns import Pattern
from experts.hours.writer import HoursPlan
from experts.models import AvailabilityRule, DateOverride, Expert
from paths.enums import Role
from tests.scene import a_path, a_person, a_theme, an_expert, join

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 10, 19)
MORNING, NIGHT = ((540, 720),), ((1320, 120),)


@pytest.fixture
def expert():
    return an_expert(windows="")


def plan_of(expert, **changes):
    present = writer.read_hours(expert)
    known = {"settings": present.settings, "patterns": tuple(present.patterns)}
    return HoursPlan(**known | changes)


def save(expert, by=None, version=None, **changes):
    plan = plan_of(expert, **changes)
    version = version or writer.read_hours(expert).version
    writer.save(expert=expert, plan=plan, version=version, by=by or expert.user)
    return plan


def rows(expert):
    return [(each.rrule, each.first_date, each.windows) for each in AvailabilityRule.objects.filter(expert=expert)]


def test_save_writes_a_rule_for_each_set_of_hours(expert):
    days = (MORNING, MORNING, (), NIGHT, (), (), ())

    save(expert, patterns=(Pattern(2, MONDAY, date(2026, 12, 31), days),))

    assert rows(expert) == [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;UNTIL=20261231", MONDAY, MORNING),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20261231", MONDAY, NIGHT),
    ]


def test_save_writes_the_settings(expert):
    settings = {
        "time_zone": "Asia/Tokyo",
        "accepting": False,
        "video_link": "https://meet.example/new",
        "buffer_before_minutes": 5,
        "buffer_after_minutes": 10,
        "notice_minutes": 240,
        "horizon_days": 56,
        "cap_per_day": 4,
        "cap_per_week": None,
    }

    save(expert, settings=settings)

    stored = writer.read_hours(Expert.objects.get(pk=expert.pk)).settings
    assert {**stored, "time_zone": str(stored["time_zone"])} == settings


def test_save_keeps_the_rows_of_weeks_that_stay(expert):
    AvailabilityRule.objects.create(expert=expert, rrule="FREQ=WEEKLY", first_date=MONDAY, windows=MORNING)
    before = list(AvailabilityRule.objects.values_list("pk", "rrule"))

    save(expert, exceptions={MONDAY: ()})

    assert list(AvailabilityRule.objects.values_list("pk", "rrule")) == before


def test_save_keeps_rules_that_no_pattern_says_until_they_are_dropped(expert):
    other = AvailabilityRule.objects.create(
        expert=expert, rrule="FREQ=MONTHLY;BYDAY=1MO", first_date=MONDAY, windows=MORNING
    )

    save(expert, patterns=(Pattern(1, MONDAY, None, (NIGHT, *((),) * 6)),))
    assert rows(expert) == [
        ("FREQ=MONTHLY;BYDAY=1MO", MONDAY, MORNING),
        ("FREQ=WEEKLY;BYDAY=MO", MONDAY, NIGHT),
    ]

    save(expert, dropped_rules=frozenset({other.pk}))
    assert rows(expert) == [("FREQ=WEEKLY;BYDAY=MO", MONDAY, NIGHT)]


def test_save_drops_no_rule_of_somebody_else(expert):
    stranger = an_expert(name="Ines")
    rule = AvailabilityRule.objects.get(expert=stranger)

    save(expert, dropped_rules=frozenset({rule.pk}))

    assert AvailabilityRule.objects.filter(pk=rule.pk).exists()


def test_save_sets_and_clears_exceptions(expert):
    days = writer.dates(MONDAY, MONDAY + timedelta(days=3))
    for day in days[:3]:
        DateOverride.objects.create(expert=expert, date=day, windows="")
    untouched = DateOverride.objects.get(date=days[2]).pk

    save(expert, cleared=frozenset(days[:2]), exceptions={days[1]: MORNING, days[2]: (), days[3]: NIGHT})

    stored = list(DateOverride.objects.values_list("date", "windows"))
    assert stored == [(days[1], MORNING), (days[2], ()), (days[3], NIGHT)]
    assert DateOverride.objects.get(date=days[2]).pk == untouched


def test_hours_of_a_plan_are_those_read_after_saving_it(expert):
    AvailabilityRule.objects.create(expert=expert, rrule="FREQ=DAILY;COUNT=3", first_date=MONDAY, windows=MORNING)
    DateOverride.objects.create(expert=expert, date=MONDAY, windows="")
    before = writer.read_hours(expert)
    weeks = (Pattern(1, MONDAY, None, (MORNING, NIGHT, *((),) * 5)), Pattern(2, MONDAY, None, ((),) * 6 + (NIGHT,)))

    plan = save(expert, patterns=weeks, exceptions={MONDAY + timedelta(days=1): MORNING})

    after = writer.read_hours(Expert.objects.get(pk=expert.pk))
    assert plan.hours(before).overrides == tuple(sorted(after.overrides))
    assert sorted(plan.hours(before).rules) == sorted(rule for _, rule in after.rules)
    assert plan.hours(before).zone == after.hours.zone
    assert not plan.changes(after)
    assert plan.changes(before)


def test_save_refuses_anybody_else(expert):
    with pytest.raises(writer.NotTheirs):
        save(expert, by=a_person(is_superuser=True), patterns=(Pattern(1, MONDAY, None, (MORNING,) * 7),))

    assert rows(expert) == []


CHANGES = {
    "settings": lambda expert: Expert.objects.filter(pk=expert.pk).update(cap_per_day=1),
    "rules": lambda expert: AvailabilityRule.objects.create(
        expert=expert, rrule="FREQ=DAILY", first_date=MONDAY, windows=MORNING
    ),
    "overrides": lambda expert: DateOverride.objects.create(expert=expert, date=MONDAY, windows=""),
    "themes": lambda expert: expert.themes.add(a_theme(a_path())),
}


@pytest.mark.parametrize("what", CHANGES)
def test_save_refuses_what_was_changed_meanwhile(expert, what):
    version = writer.read_hours(expert).version
    plan = plan_of(expert, patterns=(Pattern(1, MONDAY, None, (NIGHT,) * 7),))
    CHANGES[what](expert)
    before = writer.read_hours(Expert.objects.get(pk=expert.pk))

    with pytest.raises(writer.StaleHours):
        writer.save(expert=expert, plan=plan, version=version, by=expert.user)

    assert writer.read_hours(Expert.objects.get(pk=expert.pk)) == before


def test_save_chooses_among_the_themes_of_their_paths(expert):
    taken, left, elsewhere = a_theme(a_path()), a_theme(a_path(), expert), a_theme(a_path(), expert)
    for theme in (taken, left):
        join(expert.user, theme.path, Role.EXPERT)
    offered = frozenset({taken.pk, left.pk})

    save(expert, themes=frozenset({taken.pk}), offered=offered)

    assert set(expert.themes.all()) == {taken, elsewhere}


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.ADMIN, None])
def test_save_refuses_a_theme_of_a_path_where_they_are_no_expert(expert, role):
    theme = a_theme(a_path())
    if role:
        join(expert.user, theme.path, role)

    with pytest.raises(writer.NotTheirTheme):
        save(expert, themes=frozenset({theme.pk}), offered=frozenset({theme.pk}))

    assert not expert.themes.exists()


def test_save_writes_all_or_nothing(expert):
    with mock.patch.object(writer, "_write_exceptions", side_effect=RuntimeError), pytest.raises(RuntimeError):
        save(expert, patterns=(Pattern(1, MONDAY, None, (MORNING,) * 7),))

    assert rows(expert) == []


def test_save_holds_their_row_first(expert):
    with mock.patch.object(
        writer.User.objects, "select_for_update", wraps=writer.User.objects.select_for_update
    ) as lock:
        save(expert)

    lock.assert_called_once_with(no_key=True)


def test_read_gives_patterns_and_what_they_cannot_say(expert):
    weekly = RecurringWindows("FREQ=WEEKLY;BYDAY=MO", MONDAY, MORNING)
    monthly = RecurringWindows("FREQ=MONTHLY;BYDAY=1MO", MONDAY, MORNING)
    for rule in (weekly, monthly):
        AvailabilityRule.objects.create(
            expert=expert, rrule=rule.rrule, first_date=rule.first_date, windows=rule.windows
        )
    DateOverride.objects.create(expert=expert, date=MONDAY, windows="")

    present = writer.read_hours(expert)

    assert present.patterns == patterns.patterns([weekly])
    assert [rule for _, rule in present.others] == [monthly]
    assert present.hours.overrides == (Override(MONDAY, ()),)
