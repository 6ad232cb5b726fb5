"""The Insights tab: what it says of few and of many sessions, of nonsense, and in its files."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.enums import Status
from meetings.models import Rating, UnmetSearch
from tests.gate_world import signed_in
from tests.meetings.insights.scene import a_crowd
from tests.meetings.pages.path_meetings.scene import words_of
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MOST_QUERIES = 12


def page_of(path, admin, status=200, **query):
    answer = signed_in(admin).get(reverse("paths:insights", args=[path.pk]), query)
    assert answer.status_code == status
    return answer


def file_of(path, admin, **query):
    answer = signed_in(admin).get(reverse("paths:export-insights", args=[path.pk]), query)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"), newline="")))


@pytest.fixture
def small():
    """A path of three sessions: held, cancelled late by its participant, and lost and rescued."""
    path = a_path(opens_on=NOW.date() - timedelta(days=20), time_zone="Europe/Stockholm")
    path.refresh_from_db()
    eva, ines = an_expert(path, name="=Eva"), an_expert(path, name="Ines")
    theme, pia = a_theme(path, eva, ines, name="Giving feedback"), a_participant(path, "Pia")
    held = a_dropin(theme, pia, eva, at(9, day=-5), status=Status.HELD, created_at=at(8, day=-8))
    off = {"status": Status.CANCELLED, "created_at": at(9, day=-6)}
    a_dropin(theme, pia, eva, at(11, day=-5), cancelled_by=pia, cancelled_at=at(10, day=-5), **off)
    lost = {**off, "cancelled_by": eva.user, "cancelled_at": at(9, day=-9), "counts_as_used": False}
    lost = a_dropin(theme, pia, eva, at(13, day=-5), **lost)
    a_dropin(theme, pia, ines, at(13, day=-5), status=Status.HELD, created_at=at(9, day=-9), rescues=lost)
    Rating.objects.create(meeting=held, user=pia, stars=2, rated_at=NOW)
    return path, an_admin(path), theme, eva


def test_small_path_is_told_in_words(small):
    path, admin, _theme, _eva = small
    answer = page_of(path, admin)
    words = words_of(answer.content.decode())

    for said in (
        "Booked 4 By 1 of 1 participant",
        "Held 2 50% of those that were due",
        "Cancelled 2 1 by participants, 1 by experts and admins",
        "No-shows 0 0 of participants, 0 of experts",
        "Rescued 1 of 1",
        "No search without a time was counted.",
        "Half of them at least 3 days ahead",
        "1 of them was cancelled less than a day before its start.",
        "=Eva: rated by fewer than 5 people, so not shown.",
        "Hours are noted day by day. Of these days none are.",
    ):
        assert said in words
    assert "2 of 5" not in words
    # What of a file would be a formula is text.
    assert file_of(path, admin, of="load")[1][0] == "'=Eva"
    assert [card.key for card in answer.context["cards"]] == [
        "endings",
        "wanted",
        "hours",
        "ratings",
        "lead-time",
        "cancelled",
        "load",
    ]


def test_filters_narrow_the_page_and_its_files_alike(small):
    path, admin, theme, eva = small
    other = a_theme(path, name="Other")

    def booked(**query):
        return page_of(path, admin, **query).context["report"].endings.booked

    assert (booked(), booked(theme=theme.pk), booked(theme=other.pk), booked(expert=eva.user_id)) == (4, 4, 0, 3)
    day = (NOW.date() - timedelta(days=5)).isoformat()
    assert booked(period="dates", since=day, until=day) == 4
    before = (NOW.date() - timedelta(days=6)).isoformat()
    assert booked(period="dates", since=before, until=before) == 0
    rows = file_of(path, admin, of="cancelled", expert=eva.user_id)
    assert rows[0] == ["Who cancelled", "Sessions", "Less than a day before the start", "Rescued"]
    assert rows[2] == ["Participant, late", "1", "1", ""]
    assert rows[3] == ["Expert", "1", "0", "1"]
    everything = file_of(path, admin, expert=eva.user_id)
    assert ["Who cancelled, and how late", "Expert", "Rescued", "1"] in everything
    assert sum(int(row[3]) for row in everything if row[2] == "Booked") == 3
    assert "of=cancelled" in page_of(path, admin, expert=eva.user_id).content.decode()
    # An address of nobody's table.
    assert signed_in(admin).get(reverse("paths:export-insights", args=[path.pk]), {"of": "x"}).status_code == 404


def test_nonsense_is_said_beside_its_field_and_kept(small):
    path, admin, _theme, _eva = small
    for query, said in (
        ({"since": "x", "until": "2026-10-01"}, "Enter a valid date."),
        ({"since": "2026-10-02", "until": "2026-10-01"}, "The last date lies before the first."),
        ({"since": "2001-10-02", "until": "2026-10-01"}, "Choose at most three years at once."),
        ({"since": "0001-01-01", "until": "9999-12-31"}, "The date must lie between 2000 and 2100."),
        ({"since": "", "until": "2026-10-01"}, "Choose a date."),
    ):
        html = page_of(path, admin, 400, period="dates", **query).content.decode()
        assert said in html
        assert 'value="2026-10-01"' in html or "9999" in query["until"]
        assert "<title>Error:" in html
        address = reverse("paths:export-insights", args=[path.pk])
        assert signed_in(admin).get(address, {"period": "dates", **query}).status_code == 302
    # Of no choice of the page: what is shown without one. Dates left from another choice are nobody's question.
    for query in ({"theme": "x", "expert": "%"}, {"period": "8-weeks", "since": "x"}):
        page_of(path, admin, **query)
    odd = page_of(path, admin, 400, period="<b>")
    assert odd.context["report"].endings.booked == 4
    assert '<p class="invalid-feedback" id="id_period_error">' in odd.content.decode()
    assert "Choose one." in odd.content.decode()


def test_experts_of_one_name_are_told_apart(small):
    path, admin, theme, eva = small
    other = an_expert(path, name="=Eva")
    a_dropin(theme, a_participant(path, "Noah"), other, at(15, day=-5), status=Status.HELD)
    labels = {f"=Eva ({expert.user.email})" for expert in (eva, other)}

    answer = page_of(path, admin)

    assert {expert.label for expert in answer.context["experts"].values()} == {*labels, "Ines"}
    assert all(answer.content.decode().count(f">{label}</option>") == 1 for label in labels)
    assert {row[0] for row in file_of(path, admin, of="load")[1:]} == {*(f"'{label}" for label in labels), "Ines"}
    listed = signed_in(admin).get(reverse("paths:meetings", args=[path.pk])).content.decode()
    assert all(f">{label}</option>" in listed for label in labels)


def test_empty_path_says_so_and_what_was_wanted():
    path = a_path()
    path.refresh_from_db()
    admin = an_admin(path)
    assert "No session was due in this time." in words_of(page_of(path, admin).content.decode())
    assert page_of(path, admin).context["cards"] == []

    date = NOW.date() - timedelta(days=8)
    UnmetSearch.objects.create(path=path, theme=a_theme(path), date=date, weekday=2, part="evening", count=3)
    answer = page_of(path, admin)
    words = words_of(answer.content.decode())

    assert [card.key for card in answer.context["cards"]] == ["wanted"]
    assert "3 searches found no time that could be booked. Nobody’s name is kept." in words
    assert "Most often: Tuesday. Evening, from 17 (3)" in words


def test_many_sessions_ask_no_more_than_few(small):
    path, admin, _theme, _eva = small
    many = a_crowd(900, NOW, experts=20, participants=80, step=24, time_zone="Europe/Stockholm")

    def asked(path, admin):
        client = signed_in(admin)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("paths:insights", args=[path.pk]), {"period": "8-weeks"})
        assert not page.context["report"].is_empty
        return len(queries)

    assert asked(path, admin) == asked(many.path, many.admin) <= MOST_QUERIES
