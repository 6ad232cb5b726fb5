"""The template side of the formatter, and the context it reads from."""

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Engine
from django.test import RequestFactory

from everwise.timefmt import Reader
from everwise.web import context

ENGINE = Engine(builtins=["everwise.templatetags.times"])
VALUES = {
    "reader": Reader(ZoneInfo("Europe/Stockholm")),
    "now": datetime(2026, 10, 20, 11, 10, tzinfo=UTC),
    "start": datetime(2026, 10, 23, 7, 30, tzinfo=UTC),
    "end": datetime(2026, 10, 23, 8, 15, tzinfo=UTC),
    "next_year": datetime(2027, 10, 23, 7, 30, tzinfo=UTC),
    "zone": ZoneInfo("Asia/Kolkata"),
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ start|clock:reader }}", "09:30"),
        ("{{ start|short_day:reader }}", "Fri 23 October"),
        ("{{ start|long_day:reader }}", "Friday 23 October"),
        ("{{ start|tiny_day:reader }}", "Fri 23 Oct"),
        ("{{ 90|minutes }}", "1 hour 30 minutes"),
        ("{{ zone|city }}", "Kolkata"),
        ("{% clock_range start end reader %}", "09:30 to 10:15"),
        ("{% when start reader now %}", "Fri 23 Oct, 09:30"),
        ("{% distance start now reader as far %}{{ far|capfirst }}", "In 3 days"),
        ("{% gap 2700 %}", "45 minutes"),
        ("{% offset start zone %}", "GMT+5:30"),
        ("{% zone_label start reader.zone %}", "Stockholm (GMT+2)"),
        ("{% short_day_at start reader now %}", "Fri 23 October"),
        ("{% short_day_at next_year reader now %}", "Sat 23 October 2027"),
    ],
)
def test_tag_renders(source, expected):
    assert ENGINE.from_string(source).render(Context(VALUES)) == expected


@pytest.fixture
def request_():
    return RequestFactory().get("/")


def test_reading_without_a_user_is_utc(request_):
    assert context.reading(request_)["reader"] == Reader(ZoneInfo("UTC"))
    request_.user = AnonymousUser()
    assert context.reading(request_)["reader"] == Reader(ZoneInfo("UTC"))


def test_reading_of_a_person_is_their_own(request_):
    request_.user = SimpleNamespace(is_authenticated=True, reader=VALUES["reader"])
    assert context.reading(request_)["reader"] == VALUES["reader"]


def test_reading_takes_the_time_once_per_request(request_):
    first, second = context.reading(request_)["now"], context.reading(request_)["now"]
    assert first is second
    assert first.utcoffset().total_seconds() == 0
    assert context.reading(RequestFactory().get("/"))["now"] > first


@pytest.mark.parametrize("demo", [True, False])
def test_reading_tells_a_demo(request_, settings, demo):
    settings.DEMO = demo
    assert context.reading(request_)["demo"] is demo
