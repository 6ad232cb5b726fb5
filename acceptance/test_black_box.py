"""From outside, with nothing but forms: races, then everything killed in the middle. Nothing is ever broken by it."""

import http.client
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from acceptance.crowd import PARTICIPANTS, PASSWORD
from acceptance.processes import wait_for
from acceptance.visitor import Answer, Visitor, field

T = TypeVar("T")
R = TypeVar("R")

BOOKINGS, AT_ONCE = 200, 40


def together(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """`work` for each item, AT_ONCE of them at once; gives the results in order, and raises what one of them raised."""
    waiting = list(enumerate(items))
    results: dict[int, R] = {}
    problems: list[Exception] = []
    lock = threading.Lock()

    def run():
        while True:
            with lock:
                if not waiting:
                    return
                place, item = waiting.pop()
            try:
                results[place] = work(item)
            except Exception as error:  # noqa: BLE001 - raised below, in the test's own thread
                problems.append(error)

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return [results[place] for place in sorted(results)]


class Race:
    """The crowd at an installation, everybody signed in."""

    def __init__(self, site):
        self.site = site
        made = inside(site, "make")
        self.path, self.theme = made["path"], made["theme"]
        self.people = together(self._signed_in, range(PARTICIPANTS))
        self.starts = self._starts(self.people[0])

    def _signed_in(self, number):
        visitor = Visitor(self.site.site_url, f"127.0.1.{number + 1}")
        assert visitor.sign_in(f"p{number}@crowd.example", PASSWORD).status == 302
        return visitor

    def _starts(self, visitor):
        page = visitor.get(f"/paths/{self.path}/schedule/time/?theme={self.theme}").text
        found = re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page)
        first = datetime.fromisoformat(min(found)) + timedelta(days=1)
        return [(first + timedelta(minutes=30 * step)).strftime("%Y-%m-%dT%H:%M:%SZ") for step in range(48)]

    def book(self, visitor, start) -> Answer:
        address = f"/paths/{self.path}/schedule/confirm/?theme={self.theme}&start={start}"
        return visitor.post(address, **self._shown(visitor.get(address).text) | {"expert": "any", "note": ""})

    @staticmethod
    def _shown(page) -> dict[str, str]:
        """The hidden fields of the form, as a browser sends them; a page without one has no form to confirm."""
        found = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"', page)
        fields = {name: field(page, name) for name in found if name != "csrfmiddlewaretoken"}
        return fields or {"token": str(uuid4())}


@pytest.fixture
def race(database_url, install) -> Race:
    site = install(database_url, settings={"DEMO": "1"})
    site.prepare(demo=False)
    site.start()
    return Race(site)


def meetings_of(race) -> list[dict]:
    return inside(race.site, "tell")


def inside(site, function) -> Any:
    """What a function of acceptance.crowd, asked for by its name, prints there, read as JSON."""
    code = f"from acceptance import crowd; crowd.{function}()"
    return json.loads(site.manage("shell", "--no-imports", "-c", code).strip().splitlines()[-1])


def nobody_is_in_two(meetings) -> bool:
    held = Counter((person, each["start"]) for each in meetings for person in each["people"])
    return all(count == 1 for count in held.values())


def test_two_hundred_bookings_at_once_fill_each_start_with_its_experts_and_no_more(race) -> None:
    starts = race.starts[:20]
    # More than fit: five experts at each of twenty starts.
    wishes = [
        (race.people[number % PARTICIPANTS], starts[(number * 7 + number // PARTICIPANTS) % 20])
        for number in range(BOOKINGS)
    ]
    answers = together(lambda wish: race.book(*wish), wishes)
    assert {answer.status for answer in answers} <= {302, 409}
    meetings = meetings_of(race)
    assert len(meetings) == 100
    assert nobody_is_in_two(meetings)
    assert race.site.count_broken() == ""


def test_moves_that_cross_lose_nothing(race) -> None:
    """Everybody moves to where somebody else is, all at once; each ends where they were or where they wanted."""
    answers = together(lambda number: race.book(race.people[number], race.starts[number % 8]), range(40))
    assert [answer.status for answer in answers] == [302] * 40
    before = {each["id"]: each for each in meetings_of(race)}

    def move(item):
        number, meeting = item
        visitor = race.people[number]
        address = f"/meetings/{meeting}/reschedule/"
        fields = {"sequence": "0", "token": str(uuid4()), "start": race.starts[(number + 1) % 8], "expert": "any"}
        return visitor.post(address, **fields)

    moves = [
        (int(re.match(r"p(\d+)@", person)[1]), each["id"])
        for each in before.values()
        for person in each["people"]
        if person.startswith("p")
    ]
    answers = together(move, moves)
    assert {answer.status for answer in answers} <= {302, 409}
    after = meetings_of(race)
    assert len(after) == len(before)
    assert nobody_is_in_two(after)
    assert race.site.count_broken() == ""


def test_kill_of_web_worker_and_database_in_the_middle_breaks_nothing(cluster, install, mail_server) -> None:
    site = install(cluster.url, settings={"DEMO": "1"})
    site.prepare(demo=False)
    site.start()
    race = Race(site)
    outcomes = []

    def keep_booking(number):
        for start in race.starts[number % 3 :: 3]:
            try:
                outcomes.append(race.book(race.people[number], start).status)
            except (OSError, http.client.HTTPException):
                # Killed before, or in the middle of, its answer.
                outcomes.append(0)

    crowd = [threading.Thread(target=keep_booking, args=[number]) for number in range(20)]
    for thread in crowd:
        thread.start()
    wait_for(lambda: outcomes.count(302) > 10, "some are booked")
    site.running("web0").kill()
    site.running("worker").kill()
    site.start_web(0)
    wait_for(lambda: outcomes.count(302) > 30, "more are booked")
    cluster.kill()
    cluster.start()
    site.running("web1").kill()
    site.start_web(1)
    site.start_worker()
    for thread in crowd:
        thread.join()
    assert {status for status in outcomes if status >= 500} <= {502, 503, 504}
    meetings = meetings_of(race)
    assert len(meetings) >= outcomes.count(302)
    assert nobody_is_in_two(meetings)
    # Each meeting's two e-mails arrive, whoever was killed while sending; twice at the most where one was.
    wait_for(lambda: len(mail_server.letters) >= 2 * len(meetings), "every e-mail has arrived", seconds=180)
    assert site.count_broken() == ""
