"""Many people after the same few times at once, and what must be true when they are through."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from acceptance.crowd import PARTICIPANTS, PASSWORD
from acceptance.visitor import Answer, Visitor, field

T = TypeVar("T")
R = TypeVar("R")

BOOKINGS, AT_ONCE = 200, 40
# Twenty days of them: more than eight people fill while a slow machine goes through an upgrade.
STARTS = 960


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


def starts_from(first: datetime) -> list[str]:
    """The crowd's starts, of which there is one each half hour, as addresses name them."""
    return [(first + timedelta(minutes=30 * step)).strftime("%Y-%m-%dT%H:%M:%SZ") for step in range(STARTS)]


class Crowd(NamedTuple):
    """Where the crowd is, and what its browsers hold."""

    path: str
    theme: str
    cookies: list[dict[str, str]]


class Race:
    """The crowd at an installation, everybody signed in: now, or before (`crowd`) in a copy of the database."""

    def __init__(self, site, *, people: int = PARTICIPANTS, crowd: Crowd | None = None):
        self.site = site
        if crowd:
            self.path, self.theme = crowd.path, crowd.theme
            self.people = [self._visitor(number) for number in range(len(crowd.cookies))]
            for visitor, cookies in zip(self.people, crowd.cookies, strict=True):
                visitor.cookies |= cookies
        else:
            made = inside(site, "make")
            self.path, self.theme = made["path"], made["theme"]
            self.people = together(self._signed_in, range(people))
        self.starts = self._starts(self.people[0])

    @property
    def crowd(self) -> Crowd:
        return Crowd(self.path, self.theme, [visitor.cookies for visitor in self.people])

    def _visitor(self, number):
        return Visitor(self.site.site_url, f"127.0.1.{number + 1}")

    def _signed_in(self, number):
        visitor = self._visitor(number)
        assert visitor.sign_in(f"p{number}@crowd.example", PASSWORD).status == 302
        return visitor

    def _starts(self, visitor):
        page = visitor.get(f"/paths/{self.path}/schedule/time/?theme={self.theme}").text
        found = re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page)
        return starts_from(datetime.fromisoformat(min(found)) + timedelta(days=1))

    def address(self, start) -> str:
        return f"/paths/{self.path}/schedule/confirm/?theme={self.theme}&start={start}"

    def book(self, visitor, start) -> Answer:
        address = self.address(start)
        return visitor.post(address, **self.shown(visitor.get(address).text) | {"expert": "any", "note": ""})

    @staticmethod
    def shown(page) -> dict[str, str]:
        """The hidden fields of the form, as a browser sends them; a page without one has no form to confirm."""
        found = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"', page)
        fields = {name: field(page, name) for name in found if name != "csrfmiddlewaretoken"}
        return fields or {"token": str(uuid4())}


def meetings_of(race) -> list[dict]:
    return inside(race.site, "tell")


def inside(site, function) -> Any:
    """What a function of acceptance.crowd, asked for by its name, prints there, read as JSON."""
    code = f"from acceptance import crowd; crowd.{function}()"
    return json.loads(site.manage("shell", "--no-imports", "-c", code).strip().splitlines()[-1])


def nobody_is_in_two(meetings) -> bool:
    held = Counter((person, each["start"]) for each in meetings for person in each["people"])
    return all(count == 1 for count in held.values())


def book_twice_what_fits(race: Race, starts: list[str]) -> list[Answer]:
    """BOOKINGS wishes for twenty starts, at each of which five experts are free: half of them must be told no."""
    wishes = [
        (race.people[number % PARTICIPANTS], starts[(number * 7 + number // PARTICIPANTS) % 20])
        for number in range(BOOKINGS)
    ]
    return together(lambda wish: race.book(*wish), wishes)
