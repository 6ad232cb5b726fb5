"""The two counts that nothing else remembers: searches that found no time, and hours that were offered."""

import threading
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from experts.models import BusyTime
from meetings.enums import Kind
from meetings.insights import offered, unmet
from meetings.models import ANY_DAY, DayPart, OfferedHours, UnmetSearch
from paths.enums import Role
from tests.gate_world import signed_in
from tests.scene import NOW, a_dropin, a_meeting, a_participant, a_path, a_theme, an_expert, at, join, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = NOW.date()


def counted(path):
    rows = UnmetSearch.objects.filter(path=path).order_by("weekday", "part")
    return [(row.weekday, row.part, row.count) for row in rows]


class TestSearches:
    @pytest.fixture
    def path(self):
        return a_path(horizon_days=30)

    def search(self, theme, person, method="get", **query):
        address = reverse("schedule:time", args=[theme.path.pk])
        return getattr(signed_in(person), method)(address, {"theme": theme.pk, **query})

    def test_only_what_was_not_found_is_counted_by_the_day_and_part_that_were_wanted(self, path):
        # Mondays to Wednesdays, mornings; NOW is in a week of them.
        expert = an_expert(path, windows="09:00-12:00", rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE")
        theme, pia = a_theme(path, expert), a_participant(path)
        days = [TODAY + timedelta(days=number) for number in range(1, 7)]
        works = next(day for day in days if day.isoweekday() in (1, 2, 3))
        rests = next(day for day in days if day.isoweekday() not in (1, 2, 3))

        self.search(theme, pia)
        self.search(theme, pia, day=works.isoformat())
        self.search(theme, pia, day="nonsense")
        self.search(theme, pia, "head", day=rests.isoformat())
        # The pages of days lead to the first of seven, whether anybody wants that day or not.
        self.search(theme, pia, day=(TODAY + timedelta(days=7)).isoformat())
        assert counted(path) == []

        self.search(theme, pia, day=rests.isoformat())
        self.search(theme, pia, day=rests.isoformat())
        self.search(theme, pia, at=f"{works:%Y-%m-%d}T18:00:00Z")
        self.search(theme, pia, at=f"{works:%Y-%m-%d}T09:00:00Z")
        assert counted(path) == sorted([(rests.isoweekday(), DayPart.ANY, 2), (works.isoweekday(), DayPart.EVENING, 1)])
        assert {row.date for row in UnmetSearch.objects.all()} == {TODAY}

    def test_theme_without_any_time_is_any_day_and_the_participants_own_part_of_it(self, path):
        theme, pia = a_theme(path), a_participant(path)
        evening = a_participant(path, "Eve", usual_from="17:30", usual_until="21:00")

        self.search(theme, pia)
        self.search(theme, evening)

        assert counted(path) == [(ANY_DAY, DayPart.ANY, 1), (ANY_DAY, DayPart.EVENING, 1)]

    def test_participants_question_about_a_time_counts_and_an_experts_does_not(self, path):
        expert = an_expert(path)
        theme, pia = a_theme(path, expert), a_participant(path)
        asked = {"theme": theme.pk, "day": (TODAY + timedelta(days=2)).isoformat(), "time": "20:00"}

        for user in (pia, expert.user):
            assert signed_in(user).get(reverse("why", args=[path.pk]), asked).status_code == 200
        signed_in(pia).get(reverse("why", args=[path.pk]), {**asked, "time": "10:00"})

        assert counted(path) == [((TODAY + timedelta(days=2)).isoweekday(), DayPart.EVENING, 1)]

    def test_part_is_that_of_the_paths_zone(self):
        path = a_path(time_zone="Asia/Tokyo")
        unmet.count_time(path, a_theme(path), at(11), NOW)

        assert counted(path) == [((TODAY + timedelta(days=1)).isoweekday(), DayPart.EVENING, 1)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_no_search_is_lost_however_many_search_at_once():
    path = a_path()
    theme = a_theme(path)

    def search():
        for _each in range(10):
            unmet.count(path, theme, NOW)
        connection.close()

    threads = [threading.Thread(target=search) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted(path) == [(ANY_DAY, DayPart.ANY, 80)]


class TestHours:
    def test_what_could_be_booked_is_hours_less_what_others_take(self):
        path, elsewhere = a_path(), a_path()
        eva, ina, omar = (an_expert(path, name=name) for name in ("Eva", "Ina", "Omar"))
        without_theme, gone = an_expert(path, name="Nora"), an_expert(path, name="Gus")
        theme, pia = a_theme(path, eva, ina, gone), a_participant(path)
        a_theme(path, omar).experts.add(an_expert(name="No member of it"))
        leave(gone.user, path)
        join(eva.user, elsewhere, Role.EXPERT)
        # A session of the path is what the hours are for.
        a_dropin(theme, pia, eva, at(9))
        a_meeting(elsewhere, eva.user, pia, at(10))
        BusyTime.objects.create(expert=eva, starts_at=at(16), ends_at=at(20))
        a_meeting(path, ina.user, pia, at(12), kind=Kind.AD_HOC)
        omar.rules.all().delete()

        found = offered.offered(path, TODAY + timedelta(days=1))

        assert found == {eva.user_id: 480 - 30 - 60, ina.user_id: 480 - 30, omar.user_id: 0}
        assert without_theme.user_id not in found

    def test_a_day_is_that_of_the_paths_zone_and_ends_with_the_path(self):
        path = a_path(time_zone="Asia/Tokyo", closes_on=TODAY)
        expert = an_expert(path, windows="00:00-24:00")
        a_theme(path, expert)
        path.refresh_from_db()

        assert offered.offered(path, TODAY) == {expert.user_id: 24 * 60}
        assert offered.offered(path, TODAY + timedelta(days=1)) == {expert.user_id: 0}

    def test_path_with_nothing_to_note_keeps_no_other_from_its_turn(self, monkeypatch):
        cache.clear()
        monkeypatch.setattr(offered, "AT_ONCE", 1)
        first, second = sorted((a_path(), a_path()), key=lambda path: path.pk)
        for path, accepting in ((first, False), (second, True)):
            expert = an_expert(path, accepting=accepting)
            a_theme(path, expert)
        gone = an_expert(first, name="Gus")
        a_theme(first, gone)
        leave(gone.user, first)

        assert offered.note(NOW) == 1

        assert {row.path for row in OfferedHours.objects.all()} == {second}

    def test_worker_notes_each_day_once_and_keeps_what_is_noted(self, clock):
        cache.clear()
        path, draft = a_path(), a_path(opened_at=None)
        ended = a_path(closes_on=TODAY - timedelta(days=9))
        expert = an_expert(path, draft, ended)
        for each in (path, draft, ended):
            a_theme(each, expert)

        assert offered.note(NOW) == 1
        # Not looked again at once, and by no other worker.
        assert offered.note(NOW) == 0
        expert.rules.all().delete()
        clock.shift(timedelta(minutes=16))
        assert offered.note(NOW + timedelta(minutes=16)) == 0
        clock.shift(timedelta(days=1))
        assert offered.note(NOW + timedelta(days=1)) == 1

        told = OfferedHours.objects.order_by("date").values_list("path", "expert", "date", "minutes")
        assert list(told) == [
            (path.pk, expert.user_id, TODAY, 480),
            (path.pk, expert.user_id, date.fromordinal(TODAY.toordinal() + 1), 0),
        ]
