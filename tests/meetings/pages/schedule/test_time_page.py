"""The page of times as a participant sees it: which are shown, folded or missing, and why."""

import html
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from everwise.accounts.models import User
from tests.meetings.pages.schedule.scene import text_of, url
from tests.scene import a_dropin, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
# Tuesday, 13:10 in Stockholm.
NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)
START = "2026-10-23T07:30:00Z"  # Friday, 09:30 in Stockholm


def test_times_of_any_expert_in_the_viewers_zone(maya, world):
    page = text_of(maya.get(url(world, "time")))

    assert "20 – 26 October 2026" in page
    assert 'aria-label="Friday 23 October, 09:30, with 2 experts"' in page
    assert f'start={START}"' in page
    assert "No one is ever available on a Saturday." in page
    assert "Clocks go back 1 hour at 03:00" in page


def test_times_in_another_zone(maya, world):
    page = text_of(maya.get(url(world, "time", zone="Asia/Kolkata")))

    assert 'aria-label="Friday 23 October, 13:00, with 2 experts"' in page


def test_times_of_one_expert(maya, world):
    assert f'start={START}"' in text_of(maya.get(url(world, "time", expert=world.priya.pk)))
    a_dropin(world.theme, a_person(), world.priya, datetime(2026, 10, 23, 7, 30, tzinfo=UTC))

    page = text_of(maya.get(url(world, "time", expert=world.priya.pk)))

    assert f'start={START}"' not in page
    assert 'aria-label="Friday 23 October, 10:30, with Priya Raman"' in page


def fill(world, *days, experts=("priya", "daniel")):
    """Every hour of the experts on these days of October."""
    for expert in experts:
        for day in days:
            for hour in (9, 10, 11, 13, 14, 15, 16):
                start = datetime(2026, 10, day, hour, tzinfo=ZoneInfo("Europe/Stockholm"))
                a_dropin(world.theme, a_person(), getattr(world, expert), start)


def test_fully_booked_day_says_so_and_a_phone_goes_on_from_it(maya, world):
    fill(world, 23)

    page = text_of(maya.get(url(world, "time", day="2026-10-23")))

    assert "Fully booked" in page
    assert re.search(r'day=2026-10-22#h-2026-10-22">.*?Thu 22 Oct', page, re.DOTALL)
    assert re.search(r'day=2026-10-26#h-2026-10-26">.*?Mon 26 Oct', page, re.DOTALL)


def test_seven_days_without_times_lead_to_the_next(maya, world):
    fill(world, 20, 21, 22, 23, 26)

    page = text_of(maya.get(url(world, "time")))

    assert "No times from 20 to 26 October" in page
    assert "All experts are fully booked in these days." in page
    assert "Go to Tue 27 October, 09:00" in page
    there = html.unescape(re.search(r'href="([^"]*at=2026-10-27T08[^"]*)#start"', page)[1])
    assert 'id="start"' in maya.get(there).text


def test_expert_without_times_gives_way_to_all(maya, world):
    fill(world, 20, 21, 22, 23, 26, experts=["priya"])

    page = text_of(maya.get(url(world, "time", expert=world.priya.pk)))

    assert "No times with Priya from 20 to 26 October" in page
    assert "Priya is fully booked in these days." in page
    assert "See times with any expert (" in page
    assert "No times with" not in text_of(maya.get(url(world, "time", expert=world.daniel.pk)))


def test_saturday_off_is_not_said_of_all_saturdays(maya, world):
    on_saturdays = url(world, "time", expert=world.priya.pk)
    assert "Priya never works on a Saturday." in text_of(maya.get(on_saturdays))
    world.priya.rules.create(rrule="FREQ=WEEKLY;BYDAY=SA", windows=((540, 1020),), first_date=date(2026, 10, 25))

    assert "Priya doesn’t work this Saturday." in text_of(maya.get(on_saturdays))


def test_every_start_is_shown_when_asked(maya, world):
    type(world.path).objects.filter(pk=world.path.pk).update(start_interval_minutes=15)
    few = text_of(maya.get(url(world, "time")))

    every = text_of(maya.get(html.unescape(re.search(r'id="every" href="([^"]*)"', few)[1])))

    assert re.search(r"Show every 15 minutes \(\d+ times\)", few)
    assert "Friday 23 October, 09:15" not in few
    assert "Friday 23 October, 09:15" in every
    assert "Show one per half hour" in every


def test_nothing_to_choose_between_where_starts_are_half_hours_apart(maya, world):
    type(world.path).objects.filter(pk=world.path.pk).update(start_interval_minutes=30)
    assert 'id="every"' not in text_of(maya.get(url(world, "time")))

    type(world.path).objects.filter(pk=world.path.pk).update(start_interval_minutes=15)
    assert 'id="every"' in text_of(maya.get(url(world, "time")))


def test_usual_hours_fold_the_rest(maya, world):
    assert "Later (" not in text_of(maya.get(url(world, "time")))
    User.objects.filter(pk=world.participant.pk).update(usual_until="16:00")

    assert "Later (" in text_of(maya.get(url(world, "time")))
