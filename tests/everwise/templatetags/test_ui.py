"""The small parts of the interface, and what every template has to keep to."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import RequestFactory

from everwise.templatetags import ui
from everwise.timefmt import Reader

STOCKHOLM = Reader(ZoneInfo("Europe/Stockholm"))
NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)
SPRITE = Path(settings.BASE_DIR, "static/img/icons.svg").read_text()
STYLES = Path(settings.BASE_DIR, "static/css/tokens.css").read_text()
TEMPLATES = [path for path in Path(settings.BASE_DIR, "templates").rglob("*.html") if "emails" not in path.parts]


class Person(SimpleNamespace):
    def __str__(self):
        return self.name


def person(name, number=0):
    return Person(name=name, pk=uuid.UUID(int=number))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Priya Raman", "PR"), ("Ana de la Cruz", "AC"), ("Cher", "C"), ("maya@brightwater.example", "M")],
)
def test_initials(name, expected):
    assert ui.initials(name) == expected


def test_avatar_escapes_the_name():
    assert "<b" not in ui.avatar(person("<b> <i>")).removeprefix("<span")


def test_avatars_counts_those_left_out():
    html = ui.avatars([person(f"P {n}", n) for n in range(5)], "sm", 3)
    assert html.count("ew-avatar--sm") == 4
    assert "+2" in html


@pytest.mark.parametrize("key", ui.BADGES)
def test_badge_says_its_word(key):
    name, word, _ = ui.BADGES[key]
    html = ui.badge(key)
    assert str(word) in html
    assert not name or f'id="{name}"' in SPRITE


@pytest.mark.parametrize(
    ("day", "css", "words"),
    [
        pytest.param(datetime(2026, 10, 20, 21, 59, tzinfo=UTC), "ew-leaf ew-leaf--today", "Today 20 Oct", id="today"),
        pytest.param(datetime(2026, 10, 20, 22, 0, tzinfo=UTC), "ew-leaf", "Wed 21 Oct", id="local-tomorrow"),
        pytest.param(date(2026, 9, 15), "ew-leaf ew-leaf--past", "Tue 15 Sep", id="past-date"),
    ],
)
def test_leaf(day, css, words):
    html = ui.leaf(day, STOCKHOLM, now=NOW)
    assert f'class="{css}"' in html
    assert re.sub("<[^>]+>", "", html) == words


def marker(html):
    return tuple(float(each) for each in re.search(r'<rect x="([\d.]+)%" y="1" width="([\d.]+)%"', html).groups())


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param(datetime(2026, 10, 20, 10, 0, tzinfo=UTC), 1, (50.0, 4.17), id="noon"),
        pytest.param(datetime(2026, 10, 20, 21, 0, tzinfo=UTC), 3, (95.83, 4.17), id="ends-with-the-day"),
    ],
)
def test_dayline_places_the_meeting(start, hours, expected):
    assert marker(ui.dayline(start, start + timedelta(hours=hours), STOCKHOLM)) == expected


def test_dayline_labels_follow_the_clock():
    labels = [
        re.findall(r">([^<]+)</text>", ui.dayline(NOW, NOW, reader))
        for reader in (STOCKHOLM, Reader(STOCKHOLM.zone, twelve_hour=True))
    ]
    assert labels == [["00", "06", "12", "18", "24"], ["12 am", "6 am", "12 pm", "6 pm", "12 am"]]


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(5, 59, "ew-dayline"), (6, 0, "ew-sunarc"), (20, 0, "ew-sunarc"), (20, 1, "ew-dayline")],
)
def test_sunarc_gives_way_to_a_dayline_at_night(hour, minute, expected):
    start = datetime(2026, 10, 20, hour, minute, tzinfo=STOCKHOLM.zone)
    assert f'class="{expected}' in ui.sunarc(start, STOCKHOLM)


def test_sunarc_stands_highest_at_13():
    start = datetime(2026, 10, 20, 13, 0, tzinfo=STOCKHOLM.zone)
    assert 'cx="107.0" cy="14.0"' in ui.sunarc(start, STOCKHOLM)


@pytest.mark.parametrize(
    ("used", "booked", "total", "expected"),
    [
        (2, 1, 6, ["used", "used", "booked", "left", "left", "left"]),
        (0, 0, 0, []),
        (2, 1, 2, ["used", "used", "booked"]),
    ],
)
def test_credits(used, booked, total, expected):
    assert re.findall(r"ew-credit--(\w+)", ui.credits(used, booked, total)) == expected


def test_timeline_drops_crowded_labels_but_no_dot():
    marks = [
        ui.TimelinePoint(0, "start", "1 Sep"),
        ui.TimelinePoint(0.05, "done", "near the start"),
        ui.TimelinePoint(0.3, "done", "2 Oct"),
        ui.TimelinePoint(0.38, "booked", "near the one before"),
        ui.TimelinePoint(0.95, "booked", "near the end"),
        ui.TimelinePoint(1, "end", "18 Dec"),
    ]
    html = ui.timeline(marks, 0.5)
    assert html.count("<circle") == 6
    assert re.findall(r'"ew-timeline-label"[^>]*>([^<]+)<', html) == ["1 Sep", "2 Oct", "18 Dec"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"page": 2}, "?q=a%26b&page=2"), ({"q": None}, "?page=1"), ({"q": "", "page": None}, "?")],
)
def test_query_with(changes, expected):
    request = RequestFactory().get("/", {"q": "a&b", "page": 1})
    assert ui.query_with(request, **changes) == expected


INLINE = re.compile(r"<style|\sstyle=|\son\w+=\"|javascript:|<script(?![^>]*\ssrc=)")


@pytest.mark.parametrize("text", ['<b style="color: red">', '<a onclick="go()">', "<script>go()</script>"])
def test_what_the_content_policy_forbids_is_recognized(text):
    assert INLINE.search(text)


def test_templates_keep_to_the_content_policy():
    assert len(TEMPLATES) > 100
    assert [path.name for path in TEMPLATES if INLINE.search(path.read_text())] == []


def test_icons_of_templates_are_in_the_sprite():
    """Where a name is misspelt, a browser draws nothing and says nothing."""
    named = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}

    assert len(named) > 20
    assert [name for name in sorted(named) if f'id="{name}"' not in SPRITE] == []


def luminance(colour):
    def linear(channel):
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "canvas", 4.5),
        ("ink-2", "sunken", 4.5),
        ("ink-3", "sunken", 4.5),
        ("control", "sunken", 3),
        ("brand", "canvas", 4.5),
        ("on-brand", "brand", 4.5),
        ("on-brand", "brand-hover", 4.5),
        ("brand-ink", "brand-soft", 4.5),
        ("link", "sunken", 4.5),
        ("focus", "sunken", 3),
        ("adhoc-ink", "adhoc-soft", 4.5),
        ("expert-ink", "expert-soft", 4.5),
        ("info-ink", "info-soft", 4.5),
        ("warn-ink", "warn-soft", 4.5),
        ("danger", "canvas", 4.5),
        ("on-danger", "danger", 4.5),
        ("danger-ink", "danger-soft", 4.5),
        ("peach-ink", "peach-soft", 4.5),
        ("straw-ink", "straw-soft", 4.5),
        ("ink", "slot", 4.5),
    ],
)
def test_colours_are_readable(text, ground, least, theme):
    tokens = dict(re.findall(r"--ew-([\w-]+): light-dark\((#\w{6}, #\w{6})\);", STYLES))
    one, other = (luminance(tokens[name].split(", ")[0 if theme == "light" else 1]) for name in (text, ground))
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= least
