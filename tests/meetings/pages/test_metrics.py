"""/metrics: closed without its token; what it says of requests, changes, outbox, worker, calendars and invariants."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from experts.models import BusyCalendar
from meetings.booking.errors import Overtaken
from meetings.integrity.locks import in_turn
from meetings.models import Attendee, Notice, ReplyMailbox, Worker
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DOCS = Path(__file__).resolve().parents[3] / "docs"
TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture
def opened(settings):
    settings.METRICS_TOKEN = TOKEN


def get(token=TOKEN, **how):
    return Client().get("/metrics", headers={"authorization": f"Bearer {token}"}, **how)


def read():
    """Each number by its name and labels."""
    families = text_string_to_metric_families(get().text)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def more(before, *key):
    return read().get(key, 0) - before.get(key, 0)


def test_there_is_no_such_page_without_the_token(settings):
    settings.METRICS_TOKEN = ""
    assert get("").status_code == get().status_code == 404

    settings.METRICS_TOKEN = TOKEN
    answers = [Client().get("/metrics"), get("another-one-of-that-length"), get(""), get(TOKEN + "x"), get("\xe9")]

    assert {answer.status_code for answer in answers} == {404}
    assert get().status_code == 200
    assert get()["Cache-Control"] == "no-store"


def test_answers_whatever_the_host_over_plain_http(opened, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert get(HTTP_HOST="10.0.0.7:8000").status_code == 200
    refused = Client().post("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


def test_requests_are_counted_by_the_name_of_their_page(opened):
    client = Client()
    client.force_login(a_person("Maya"))
    before = read()

    client.get("/paths/?page=1")
    client.get(f"/invitations/{'0' * 64}/")
    client.get("/made-up-by-a-stranger/")
    client.generic("MADEUP", "/paths/")

    assert more(before, "everwise_answers_total", "200", "GET", "paths:list") == 1
    assert more(before, "everwise_request_seconds_count", "GET", "paths:list") == 1
    assert more(before, "everwise_answers_total", "404", "GET", "none") == 1
    assert more(before, "everwise_answers_total", "405", "other", "paths:list") == 1
    text = get().text
    assert "made-up" not in text.lower()
    assert "MADEUP" not in text
    assert "0" * 64 not in text


def test_changes_and_their_refusals_are_counted(opened):
    path = a_path()
    theme, maya = a_theme(path, an_expert(path)), a_participant(path, "Maya")
    other = a_participant(path, "Ola")
    before = read()

    book(theme, maya, at(10))
    with pytest.raises(Exception, match=r".") as refused:
        book(theme, other, at(10))

    booked = [key for key in read() if key[0] == "everwise_changes_total" and more(before, *key)]
    name = next(key for key in booked if "done" in key)
    change = next(label for label in name[1:] if label != "done")
    labels = sorted([change, type(refused.value).__name__])
    assert more(before, "everwise_changes_total", *sorted([change, "done"])) == 1
    assert more(before, "everwise_changes_total", *labels) == 1


@pytest.mark.django_db(transaction=True)
def test_lost_races_are_counted(opened):
    tries = []

    @in_turn(Overtaken)
    def raced():
        tries.append(1)
        if len(tries) < 3:
            raise Overtaken("again")

    before = read()
    raced()
    assert more(before, "everwise_retries_total", "raced") == 2
    assert more(before, "everwise_changes_total", "done", "raced") == 1


def test_outbox_worker_and_calendars_are_read_from_the_database(opened, clock, django_assert_max_num_queries):
    path = a_path()
    expert = an_expert(path)
    assert read()[("everwise_outbox_due",)] == 0
    book(a_theme(path, expert), a_participant(path, "Maya"), at(10))
    due = Notice.objects.waiting().filter(due_at__lte=NOW).count()
    Worker.objects.create(name="here 1", started_at=NOW, beat_at=NOW)
    for number, failing_since in enumerate((None, NOW, NOW)):
        BusyCalendar.objects.create(
            expert=expert, url=f"https://example.com/{number}.ics", failing_since=failing_since, next_read_at=NOW
        )
    clock.shift(timedelta(seconds=90))

    numbers = read()

    assert numbers[("everwise_outbox_due",)] == due > 0
    assert numbers[("everwise_outbox_oldest_seconds",)] == 90
    assert numbers[("everwise_outbox_parked",)] == 0
    assert numbers[("everwise_workers",)] == 1
    assert numbers[("everwise_worker_heartbeat_timestamp_seconds",)] == NOW.timestamp()
    assert numbers[("everwise_calendars", "failing")] == 2
    assert numbers[("everwise_calendars", "fine")] == 1
    assert numbers[("everwise_imports", "queued")] == 0
    with django_assert_max_num_queries(8):
        get()


def test_worker_counts_the_invariants_now_and_then(opened, settings, clock, caplog):
    path = a_path()
    meeting = book(a_theme(path, an_expert(path)), a_participant(path, "Maya"), at(10))
    assert not [key for key in read() if key[0].startswith("everwise_invariants")]
    settings.INVARIANTS_MINUTES = 30

    call_command("worker", once=True)

    broken = _broken()
    assert len(broken) > 10
    assert set(broken.values()) == {0}
    assert read()[("everwise_invariants_timestamp_seconds",)] == NOW.timestamp()
    Attendee.objects.filter(meeting=meeting).delete()
    clock.shift(timedelta(minutes=29))
    call_command("worker", once=True)
    assert set(_broken().values()) == {0}
    clock.shift(timedelta(minutes=2))
    call_command("worker", once=True)
    assert _broken()["scheduled meetings without an expert or a participant"] == 1
    assert "Something that must always hold does not" in caplog.text


def _broken():
    return {key[1]: value for key, value in read().items() if key[0] == "everwise_invariants_broken"}


@pytest.mark.parametrize("name", ["alerts.yml", "operations.md"])
def test_every_number_that_the_documents_speak_of_is_there(opened, settings, name):
    settings.INVARIANTS_MINUTES = 30
    call_command("worker", once=True)
    Worker.objects.create(name="here 1", started_at=NOW, beat_at=NOW)
    settings.REPLIES = object()
    ReplyMailbox.objects.create(source="x", next_read_at=NOW, last_read_at=NOW)
    told = set(re.findall(r"^# HELP (\w+)", get().text, re.MULTILINE))
    told |= {f"{each}_bucket" for each in told}

    named = set(re.findall(r"\beverwise_[a-z_]+", (DOCS / name).read_text())) - {"everwise_metrics_token"}

    assert "everwise_outbox_due" in told
    assert named - told == set()
