"""The settings of a path: shown, counted again, refused where they make no sense, saved, and told in its history."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from paths import policy
from paths.enums import Happened, Via
from paths.models import Path, PathEvent
from tests.admin_site import address as staff_address
from tests.admin_site import as_sent, staff_on
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import Scene, text_of
from tests.scene import NOW, a_dropin, a_participant, a_theme, an_admin, an_expert, at, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SENT = {
    "sessions_per_participant": "6",
    "sessions_per_month": "",
    "sessions_at_once": "",
    "notice_minutes": "4",
    "notice_minutes_unit": "60",
    "horizon_days": "60",
    "start_interval_minutes": "30",
    "change_until_minutes": "12",
    "change_until_minutes_unit": "60",
    "most_moves": "",
    "opens_on": "",
    "closes_on": "",
    "time_zone": "UTC",
    "name": "Leading others",
    "description": "Talk it through.",
    "language": "en",
}


@pytest.fixture
def scene():
    found = Scene(sessions_per_participant=6, notice_minutes=240, description="Talk it through.")
    found.eva = an_expert(found.path, name="Eva Stern")
    found.theme = a_theme(found.path, found.eva)
    return found


def get(scene, client=None):
    response = (client or scene.client).get(scene.address("settings"))
    assert response.status_code == 200
    return response


def version_in(response):
    return re.search(r'name="version" value="([^"]+)"', response.content.decode())[1]


def send(scene, *, client=None, version=None, **fields):
    form = SENT | {"version": version or version_in(get(scene, client))} | fields
    return (client or scene.client).post(scene.address("settings"), form)


def stored(scene):
    return Path.objects.get(pk=scene.path.pk)


def history(scene):
    return PathEvent.objects.filter(path=scene.path, what=Happened.SETTINGS_CHANGED)


def test_each_value_is_said_in_words(scene):
    a_dropin(scene.theme, a_participant(scene.path), scene.eva, at(10))
    text = text_of(get(scene))

    for sentence in (
        "Each participant has 6 sessions on this path.",
        "Any number of sessions can start in one calendar month.",
        "A session can be booked until 4 hours before it starts.",
        "A session can be booked up to 60 days ahead.",
        "Counted from the beginning of an expert’s hours: 09:00, 09:30, 10:00.",
        "Until 12 hours before the start a participant can move a session",
        "Empty: the path never closes.",
        "1 session is booked. It stays as it is, whatever you change here.",
    ):
        assert sentence in text
    # 13 whole days of 16 starts; today the four hours of notice leave 10 of them; a session takes one of tomorrow's.
    assert "Offers 217 times in the next two weeks, first today, 12:00." in text


def test_counting_saves_nothing(scene):
    response = send(scene, count="1", start_interval_minutes="60", sessions_per_month="2")
    text = text_of(response)

    assert response.status_code == 200
    assert "Would offer 109 times in the next two weeks (now 218)." in text
    assert "At most 2 sessions start in one calendar month, in the path’s zone." in text
    assert 'name="start_interval_minutes" value="60"' in response.content.decode()
    assert stored(scene).start_interval_minutes == 30
    assert not history(scene).exists()


def test_what_is_saved_stands_in_the_history(scene):
    response = send(
        scene,
        sessions_per_participant="8",
        sessions_per_month="2",
        sessions_at_once="3",
        most_moves="1",
        notice_minutes="1",
        notice_minutes_unit="1440",
        closes_on="2026-12-18",
        time_zone="Europe/Stockholm",
        description="Another text.",
    )

    assert response.status_code == 302
    assert "Settings saved." in text_of(scene.client.get(response.url))
    path = stored(scene)
    assert (path.sessions_per_participant, path.sessions_per_month, path.sessions_at_once) == (8, 2, 3)
    assert (path.most_moves, path.notice_minutes, path.closes_on) == (1, 1440, date(2026, 12, 18))
    event = history(scene).get()
    assert (event.by, event.via, event.at) == (scene.admin, Via.WEB, NOW)
    assert event.facts["before"]["sessions_per_participant"] == 6
    assert event.facts["after"]["sessions_per_participant"] == 8
    assert "description" not in event.facts["after"]
    text = text_of(scene.client.get(scene.address("history")))
    assert "You changed the settings" in text
    assert "Sessions in all: 8, before 6." in text
    assert "Booked at the latest: 1 day, before 4 hours." in text
    assert "Last date: 18 December 2026, before no date." in text
    assert "Time zone: Stockholm, before UTC." in text
    assert "The text before: “Talk it through.”" in text


def test_the_same_twice_is_one_change(scene):
    version = version_in(get(scene))
    for _ in range(2):
        assert send(scene, version=version, sessions_per_month="2").status_code == 302
    assert history(scene).count() == 1


NONSENSE = [
    (
        {"notice_minutes": "61", "notice_minutes_unit": "1440"},
        "Nothing could be booked: sessions need notice of 61 days but can be booked only 60 days ahead.",
        {"notice_minutes": "60", "notice_minutes_unit": "1440", "anyway": "on"},
    ),
    (
        {"opens_on": "2026-12-02", "closes_on": "2026-12-01"},
        "The path can’t close before it opens. It opens on 2 December 2026.",
        {"opens_on": "2026-12-02", "closes_on": "2026-12-02"},
    ),
    (
        {"sessions_per_participant": "1", "sessions_per_month": "2"},
        "2 in one month is more than 1 in all.",
        {"sessions_per_participant": "2", "sessions_per_month": "2"},
    ),
    (
        {"sessions_per_participant": "1", "sessions_at_once": "2"},
        "2 at the same time is more than 1 in all.",
        {"sessions_per_participant": "", "sessions_at_once": "2"},
    ),
    ({"start_interval_minutes": "4"}, "greater than or equal to 5", {"start_interval_minutes": "1440"}),
    ({"horizon_days": "731"}, "less than or equal to 730", {"horizon_days": "730"}),
    ({"sessions_per_month": "0"}, "greater than or equal to 1", {"sessions_per_month": "1"}),
    ({"sessions_per_month": "x"}, "Type a whole number.", {"most_moves": "0"}),
    ({"notice_minutes": ""}, "Type a number.", {"notice_minutes": "0"}),
    ({"notice_minutes": "366", "notice_minutes_unit": "1440"}, "A year is the most.", {"name": "N"}),
    ({"time_zone": "Atlantis"}, "That is not a time zone we know.", {"time_zone": "Stockholm"}),
    ({"name": " "}, "Type a name.", {"name": "x" * 120}),
    ({"language": "xx"}, "Select a valid choice.", {"language": "de"}),
    ({"opens_on": "soon"}, "That is not a date.", {"opens_on": "2026-11-02"}),
    (
        {"last_call_days": "7"},
        "There is no last call without a last date.",
        {"last_call_days": "1", "closes_on": "2027-03-01"},
    ),
    (
        {"last_call_days": "61", "closes_on": "2027-03-01"},
        "less than or equal to 60",
        {"last_call_days": "60", "closes_on": "2027-03-01"},
    ),
]


@pytest.mark.parametrize(("fields", "said", "mended"), NONSENSE)
def test_nonsense_is_said_at_its_field(scene, fields, said, mended):
    before = policy.values_of(stored(scene))
    response = send(scene, **fields)

    html = unescape(response.content.decode())
    assert response.status_code == 400
    assert "<title>Error: " in html
    assert said in html
    assert 'aria-invalid="true"' in html
    assert "Nothing was saved. People still see 218 times." in text_of(response)
    assert policy.values_of(stored(scene)) == before
    # The next value on the other side of the border is saved.
    assert send(scene, **mended).status_code == 302
    assert policy.values_of(stored(scene)) != before


def test_what_offers_nothing_is_saved_only_with_the_box(scene):
    gone = {"closes_on": "2026-11-01"}
    counted = send(scene, count="1", **gone)
    assert "With these settings nothing can be booked." in text_of(counted)
    assert "Save although nothing can be booked" in text_of(counted)

    response = send(scene, **gone)
    assert response.status_code == 400
    assert "With these settings nothing can be booked. Nothing was saved." in text_of(response)
    assert stored(scene).closes_on is None
    assert send(scene, anyway="on", **gone).status_code == 302
    assert stored(scene).closes_on == date(2026, 11, 1)
    # Where nothing can be booked anyway, nobody is asked.
    assert "Nothing can be booked now." in text_of(get(scene))
    assert send(scene, closes_on="2026-10-31").status_code == 302


def test_what_should_be_known_is_said_and_may_be_saved(scene):
    pia = a_participant(scene.path)
    for hour in (9, 10):
        a_dropin(scene.theme, pia, scene.eva, at(hour))
    a_participant(scene.path, "Quinn")
    fields = {"start_interval_minutes": "5", "sessions_per_participant": "2"}
    text = text_of(send(scene, count="1", **fields))

    assert "Shorter than the shortest theme: 5 minutes would make 288 starts a day." in text
    assert "Nobody loses a session that is used or booked, but 1 person would have none left." in text
    text = text_of(send(scene, count="1", start_interval_minutes="15", sessions_per_participant="3"))
    assert "Shorter than" not in text
    assert "none left" not in text
    assert send(scene, **fields).status_code == 302


def test_what_somebody_else_has_saved_is_shown_beside_what_was_typed(scene):
    ben = an_admin(scene.path, "Ben Okafor")
    version = version_in(get(scene))
    send(scene, client=signed_in(ben), sessions_per_month="2")
    response = send(scene, version=version, sessions_per_month="4", name="Mine")

    text = text_of(response)
    assert response.status_code == 409
    assert "Ben Okafor changed the settings in the meantime (today, 08:00). Look at the two versions." in text
    assert "Sessions in one month" in text
    assert 'value="Mine"' in response.content.decode()
    assert stored(scene).sessions_per_month == 2
    # The page now stands on what Ben has saved.
    assert send(scene, version=version_in(response), sessions_per_month="4", name="Mine").status_code == 302
    assert (stored(scene).sessions_per_month, stored(scene).name) == (4, "Mine")


def test_whoever_is_no_admin_any_more_saves_nothing(scene):
    response = get(scene)
    leave(scene.admin, scene.path)
    assert send(scene, version=version_in(response), sessions_per_month="2").status_code == 404
    assert stored(scene).sessions_per_month is None


def test_the_page_asks_the_same_of_the_database_however_many_there_are(scene):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            get(scene)
        return len(asked)

    few = queries()
    for number in range(5):
        expert = an_expert(scene.path, name=f"Eve {number}")
        theme = a_theme(scene.path, expert, scene.eva, name=f"Theme {number}", minutes=30 + number)
        a_dropin(theme, a_participant(scene.path, f"P {number}"), expert, at(9 + number))
    assert queries() == few


def test_staff_are_told_the_same_and_stand_in_the_history(scene, client):
    staff_on(client)
    page = staff_address(Path, "change", scene.path.pk)
    form = as_sent(client.get(page))
    refused = client.post(page, form | {"sessions_per_participant": "1", "sessions_per_month": "2"})
    assert "2 in one month is more than 1 in all." in unescape(refused.content.decode())
    assert not history(scene).exists()

    client.post(page, form | {"sessions_per_month": "2"})
    assert stored(scene).sessions_per_month == 2
    event = history(scene).get()
    assert (event.via, event.facts["after"]) == (Via.ADMIN, {"sessions_per_month": 2})
