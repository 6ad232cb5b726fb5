"""Whatever the engine offers in the next fourteen days can be reached by links, without scripts, on any screen."""

import html
import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from meetings.slots.openings import Openings
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert
from tests.thoroughness import drawn

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WORLDS = drawn(80)
ZONES = (
    "UTC",
    "Europe/Stockholm",
    "America/Chicago",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
WINDOWS = ("09:00-12:00, 13:00-17:00", "00:00-24:00", "22:10-24:00", "05:05-08:45", "12:00-12:30")
RULES = ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=DAILY;INTERVAL=9")


class RandomWorld:
    """A path whose experts, hours, zones and policy are drawn; somebody books for themselves or for somebody else."""

    def __init__(self, chance):
        self.now = NOW
        self.path = a_path(
            start_interval_minutes=chance.choice([15, 20, 30, 60]),
            notice_minutes=chance.choice([0, 60, 600]),
            horizon_days=chance.choice([3, 13, 14, 30]),
        )
        experts = [
            an_expert(
                self.path,
                name=f"Expert {number}",
                windows=chance.choice(WINDOWS),
                rrule=chance.choice(RULES),
                time_zone=chance.choice(ZONES),
            )
            for number in range(chance.randint(1, 3))
        ]
        self.theme = a_theme(self.path, *experts, minutes=chance.choice([15, 30, 45]))
        self.participant = a_participant(self.path, "Pia", time_zone=chance.choice(ZONES))
        self.reader = self.participant
        if chance.random() < 0.3:
            self.reader = an_admin(self.path, "Ada", time_zone=chance.choice(ZONES))
        self.client = Client()
        self.client.force_login(self.reader)

    def offered(self):
        """All starts of the first fourteen days of the reader's, as the engine has them."""
        midnight = self.now.astimezone(self.reader.time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
        last = min(14, self.path.horizon_days + 1)
        until = (midnight.replace(tzinfo=None) + timedelta(days=last)).replace(tzinfo=self.reader.time_zone)
        openings = Openings(
            self.path,
            since=self.now,
            until=until.astimezone(UTC),
            now=self.now,
            participant=self.participant,
            theme=self.theme,
        )
        return set(openings.times(self.theme.duration_minutes, openings.since, openings.until))

    def get(self, address):
        response = self.client.get(html.unescape(address))
        assert response.status_code == 200
        return response.text

    def first_page(self):
        query = f"?theme={self.theme.pk}"
        if self.reader != self.participant:
            query += f"&for={self.participant.pk}"
        return reverse("schedule:time", args=[self.path.pk]) + query

    def both_weeks(self, page):
        """This page, and the one that its arrow leads to."""
        onward = re.search(r'id="next-days" href="([^"]*)"', page)
        return page + (self.get(onward[1]) if onward else "")


def starts_of(page):
    found = re.findall(r'class="ew-slot[^"]*" href="[^"]*/confirm/[^"]*start=([^"&]*)"', page)
    return {datetime.strptime(each, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for each in found}


def halves(starts, zone):
    local = [start.astimezone(zone) for start in starts]
    return {(each.date(), each.utcoffset(), each.hour, each.minute // 30) for each in local}


@pytest.mark.parametrize("seed", range(0, WORLDS, 20))
def test_every_start_is_reachable_by_links(seed):
    seen = 0
    for number in range(seed, min(seed + 20, WORLDS)):
        world = RandomWorld(Random(number))
        page, offered = world.get(world.first_page()), world.offered()
        if "No times are offered" in page:
            assert not offered, number
            continue
        few = starts_of(world.both_weeks(page))
        toggle = re.search(r'id="every" href="([^"]*)"', page)
        # Where all of the first week is shown anyway, the address of the second has its own toggle.
        every = starts_of(world.both_weeks(world.get(toggle[1] if toggle else world.first_page() + "&every=1")))

        assert offered <= every, number
        assert halves(offered, world.reader.time_zone) <= halves(few, world.reader.time_zone), number
        phone = {
            html.unescape(href): int(count or 0)
            for href, count in re.findall(r'id="strip-[^"]*" href="([^"]*)".*?, (?:(\d+)|no) times?<', page)
        }
        assert len(phone) == min(14, world.path.horizon_days + 1)
        assert sum(phone.values()) == len(halves(offered, world.reader.time_zone)), number
        busiest = max(phone, key=phone.get)
        chosen = world.get(busiest).partition("ew-times-day--chosen")[2].partition("</section>")[0]
        assert len(starts_of(chosen)) == phone[busiest], number
        seen += len(offered)
    assert seen > 100


def test_a_start_that_is_not_linked_is_found_missing():
    world = RandomWorld(Random(3))
    page = world.both_weeks(world.get(world.first_page() + "&every=1"))
    first = min(starts_of(page))

    assert world.offered() <= starts_of(page)
    assert first not in starts_of(page.replace(f"start={first:%Y-%m-%dT%H:%M:%SZ}", ""))
