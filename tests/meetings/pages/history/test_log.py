"""The history of a path: filters, days, pages by time, and what it costs."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from meetings.enums import Happening
from meetings.models import MeetingEvent
from paths.enums import Happened, Via
from tests.gate_world import signed_in
from tests.meetings.pages.history.scene import get, lines, sentences, write
from tests.scene import NOW, a_meeting, a_person, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def a_mixed_history(world):
    """A day apart each: Ruth adds, Maya books, staff invites, Everwise withdraws."""
    staff = a_person("Sam Whitfield", is_staff=True)
    write(world, Happened.ADDED, world.ruth, world.maya, now=NOW - timedelta(days=4), facts={"role": "participant"})
    book(world.theme, world.maya, at(10), expert=world.expert, now=NOW - timedelta(days=3))
    write(world, Happened.INVITED, staff, world.ines, now=NOW - timedelta(days=2), via=Via.ADMIN)
    write(world, Happened.WITHDRAWN, None, world.ines, now=NOW - timedelta(days=1), via=Via.EVERWISE)


ADDED = "You added Maya Lindqvist as a participant"
BOOKED = "Maya Lindqvist booked Giving feedback with Eva Stern, Tue 3 Nov, 10:00"
INVITED = "Sam Whitfield (staff) invited Ines Roth"
WITHDRAWN = "Everwise withdrew the invitation of Ines Roth"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [WITHDRAWN, INVITED, BOOKED, ADDED]),
        ({"what": "people"}, [WITHDRAWN, INVITED, ADDED]),
        ({"what": "meetings"}, [BOOKED]),
        ({"who": "admin"}, [ADDED]),
        ({"who": "participant"}, [BOOKED]),
        ({"who": "expert"}, []),
        ({"who": "staff"}, [INVITED]),
        ({"who": "everwise"}, [WITHDRAWN]),
        ({"q": "maya"}, [BOOKED, ADDED]),
        ({"q": "LIND feed"}, [BOOKED]),
        ({"q": "stern"}, [BOOKED]),
        ({"q": "ines", "what": "people"}, [WITHDRAWN, INVITED]),
        ({"q": "nobody"}, []),
        ({"since": "2026-10-31"}, [WITHDRAWN, INVITED]),
        ({"until": "2026-10-30"}, [BOOKED, ADDED]),
        ({"since": "2026-10-30", "until": "2026-10-30"}, [BOOKED]),
        ({"since": "2026-11-02", "until": "2026-10-30"}, []),
        # Nonsense narrows nothing.
        ({"who": "king", "what": "x", "before": "x_y_z", "after": "2026_0_1"}, [WITHDRAWN, INVITED, BOOKED, ADDED]),
        ({"since": "yesterday"}, [WITHDRAWN, INVITED, BOOKED, ADDED]),
        ({"since": "0001-01-01", "until": "9999-12-31"}, [WITHDRAWN, INVITED, BOOKED, ADDED]),
    ],
)
def test_filters(world, query, expected):
    a_mixed_history(world)

    assert sentences(world, **query) == expected


def test_a_date_that_is_none_is_said_at_its_field(world):
    html = get(world, since="2026-13-01").content.decode()

    assert 'aria-describedby="id_since_error"' in html
    assert 'id="id_since_error"' in html


def test_days_are_the_readers(world):
    User.objects.filter(pk=world.ruth.pk).update(time_zone="Pacific/Auckland")
    world.ruth.refresh_from_db()
    late = datetime(2026, 10, 30, 20, tzinfo=UTC)  # the 31st in Auckland
    write(world, Happened.INVITED_AGAIN, world.dana, world.maya, now=late)

    assert len(lines(world, since="2026-10-31", until="2026-10-31")) == 1
    assert lines(world, until="2026-10-30") == []


def test_days_have_headings(world):
    a_mixed_history(world)
    write(world, Happened.INVITED_AGAIN, world.dana, world.maya)

    headings = re.findall(r'<h2 class="ew-log-day">(.*?)</h2>', get(world).content.decode())

    assert headings == [
        "Today, Monday 2 November",
        "Yesterday, Sunday 1 November",
        "Saturday 31 October",
        "Friday 30 October",
        "Thursday 29 October",
    ]


def test_nothing_is_told_in_words(world):
    assert "Nothing has happened yet" in get(world).content.decode()
    assert "Nothing in these days." in get(world, since="2026-01-01").content.decode()


def many(world, number):
    """Events of both tables, many of one moment."""
    meeting = world.path.meetings.first() or a_meeting(world.path, world.eva, world.maya, at(9))
    for each in range(number):
        moment = NOW - timedelta(minutes=each // 5)
        if each % 2:
            write(world, Happened.INVITED_AGAIN, world.dana, world.maya, now=moment)
        else:
            MeetingEvent.objects.create(
                meeting=meeting, happening=Happening.NOTE_CHANGED, by=world.maya, at=moment, sequence=0
            )


def walked(world, link):
    """The marks of all lines, page after page, by the links themselves."""
    client, address, found = signed_in(world.ruth), reverse("paths:history", args=[world.path.pk]), []
    query = "" if link == "next" else f"?after={(NOW - timedelta(days=9)).isoformat().replace('+', '%2B')}_0_0"
    while query is not None:
        response = client.get(address + query)
        page = [
            (line.at, type(event), event.pk)
            for line, event in zip(response.context["lines"], response.context["page"].events, strict=True)
        ]
        found.append(page)
        links = re.search(rf'rel="{link}" href="([^"]*)"', response.content.decode())
        query = unescape(links[1]) if links else None
    return found


@pytest.mark.parametrize("number", [49, 50, 51, 120])
def test_pages_by_time_leave_out_nothing_and_show_nothing_twice(world, number):
    many(world, number)

    pages = walked(world, "next")

    assert [len(page) for page in pages] == [50] * ((number - 1) // 50) + [(number - 1) % 50 + 1]
    every = [line for page in pages for line in page]
    assert len(set(every)) == number
    assert [line[0] for line in every] == sorted((line[0] for line in every), reverse=True)
    back = walked(world, "prev")
    assert [line for page in reversed(back) for line in page] == every


def test_new_lines_push_none_onto_another_page(world):
    many(world, 60)
    client, address = signed_in(world.ruth), reverse("paths:history", args=[world.path.pk])
    older = re.search(r'rel="next" href="([^"]*)"', client.get(address).content.decode())[1]
    before = client.get(address + unescape(older)).context["page"].events
    many_more = [write(world, Happened.INVITED_AGAIN, world.dana, world.maya, now=NOW) for _ in range(7)]

    assert client.get(address + unescape(older)).context["page"].events == before
    assert len(many_more) == 7


def test_costs_the_same_for_one_line_and_for_many(world):
    client, address = signed_in(world.ruth), reverse("paths:history", args=[world.path.pk])

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"q": "maya"})
        return len(queries)

    many(world, 2)
    few = asked()
    many(world, 200)

    # Five are every page's of a path: session, person, what they are, gate, head.
    assert asked() == few <= 5 + 4
