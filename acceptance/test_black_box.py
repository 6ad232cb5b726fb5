"""From outside, with nothing but forms: races, then everything killed in the middle. Nothing is ever broken by it."""

import http.client
import re
import threading
from uuid import uuid4

import pytest

from acceptance.processes import wait_for
from acceptance.races import Race, book_twice_what_fits, meetings_of, nobody_is_in_two, together


@pytest.fixture
def race(database_url, install) -> Race:
    site = install(database_url, settings={"DEMO": "1"})
    site.prepare(demo=False)
    site.start()
    return Race(site)


def test_two_hundred_bookings_at_once_fill_each_start_with_its_experts_and_no_more(race) -> None:
    answers = book_twice_what_fits(race, race.starts[:20])
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
        for start in race.starts[number % 3 : 48 : 3]:
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
