"""Three minutes of twenty browsers at two web machines, beside a page that does nothing, asked in the same minutes."""

import gzip
import http.client
import random
import re
import ssl
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from acceptance.crowd import EXPERTS, PASSWORD
from acceptance.machines import machine
from acceptance.processes import HOST, Redis
from acceptance.races import STARTS, Race, meetings_of, nobody_is_in_two
from acceptance.visitor import ANSWER_SECONDS, Visitor

BROWSERS, EXPERT_BROWSERS = 20, 2
ROUNDS, MIXED_SECONDS, BARE_SECONDS, WARMING_SECONDS = 6, 30, 5, 10
BARE = "bare page"


class Told(NamedTuple):
    what: str
    status: int
    seconds: float
    location: str
    text: str


class Browser:
    """One that is signed in, keeps its connection and takes pages compressed, as browsers do."""

    def __init__(self, visitor: Visitor):
        self.site = urlsplit(visitor.site_url)
        self._cookies = visitor.cookies
        self._connection = http.client.HTTPSConnection(
            HOST,
            self.site.port,
            timeout=ANSWER_SECONDS,
            source_address=(visitor.address, 0),
            # The certificate is signed by itself.
            context=ssl._create_unverified_context(),
        )
        self.told: list[Told] = []

    def ask(self, what: str, path: str, fields: dict[str, str] | None = None) -> Told:
        """A page, or the answer to a form that was sent."""
        headers = {"Host": self.site.netloc, "Referer": self.site.geturl(), "Accept-Encoding": "gzip"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        body = None
        if fields is not None:
            token = next(value for name, value in self._cookies.items() if name.endswith("csrftoken"))
            body = urlencode({"csrfmiddlewaretoken": token} | fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        self._connection.request("GET" if body is None else "POST", path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.monotonic() - began
        if response.headers["Content-Encoding"] == "gzip":
            content = gzip.decompress(content)
        told = Told(what, response.status, seconds, response.headers["Location"] or "", content.decode())
        self.told.append(told._replace(text=""))
        return told

    def close(self) -> None:
        self._connection.close()


class Participant:
    """Looks around, and every other time books, moves or cancels."""

    def __init__(self, race: Race, number: int):
        self.race, self.browser = race, Browser(race.people[number])
        self._random = random.Random(number)
        first = number * STARTS // BROWSERS
        self._starts = iter(race.starts[first:] + race.starts[:first])

    def visit(self) -> None:
        ask, path = self.browser.ask, f"/paths/{self.race.path}"
        ask("home", "/")
        ask("path", f"{path}/")
        ask("theme", f"{path}/schedule/")
        ask("times", f"{path}/schedule/time/?theme={self.race.theme}")
        if self._random.random() < 0.5:
            ask("meetings", "/meetings/")
            ask("profile", "/accounts/profile/")
            return
        meeting = self._book()
        if not meeting:
            return
        ask("meeting", meeting)
        if self._random.random() < 0.5:
            self._move(meeting)
        else:
            page = ask("cancel", f"{meeting}cancel/").text
            ask("cancelled", f"{meeting}cancel/", Race.shown(page) | {"message": ""})

    def _book(self) -> str:
        """The meeting's address; empty where somebody else was first."""
        address = self.race.address(next(self._starts))
        page = self.browser.ask("confirm", address)
        booked = self.browser.ask("booked", address, Race.shown(page.text) | {"expert": "any", "note": ""})
        if booked.status != 302:
            return ""
        self.browser.ask("booked page", booked.location)
        return re.sub("booked/$", "", booked.location)

    def _move(self, meeting: str) -> None:
        address = f"{meeting}reschedule/?start={next(self._starts)}"
        self.browser.ask("times to move to", f"{meeting}reschedule/")
        page = self.browser.ask("new time", address)
        self.browser.ask("moved", address, Race.shown(page.text))


class Expert:
    """Looks at what is to come, and at the hours."""

    def __init__(self, race: Race, number: int):
        visitor = Visitor(race.site.site_url, f"127.0.5.{number + 1}")
        assert visitor.sign_in(f"expert{number % EXPERTS}@crowd.example", PASSWORD).status == 302
        self.race, self.browser = race, Browser(visitor)

    def visit(self) -> None:
        ask, path = self.browser.ask, f"/paths/{self.race.path}"
        ask("home", "/")
        ask("path", f"{path}/")
        ask("meetings", "/meetings/")
        ask("availability", "/availability/")


def for_seconds(seconds: float, visits: list[Callable[[], None]]) -> float:
    """Each of them again and again, all at once; the seconds until the last has ended."""
    ready, began = threading.Barrier(len(visits)), time.monotonic()

    def go_on(visit):
        ready.wait()
        while time.monotonic() < began + seconds:
            visit()

    with ThreadPoolExecutor(len(visits)) as pool:
        list(pool.map(go_on, visits))
    return time.monotonic() - began


@pytest.fixture
def race(tmp_path, cluster, install) -> Iterator[Race]:
    """Two web machines, whose nginx, PostgreSQL, Redis and worker are on a third: this one."""
    with ExitStack() as stack:
        machines = [stack.enter_context(machine(number)) for number in range(2)]
        redis = Redis(tmp_path, host=machines[0].here)
        stack.callback(redis.stop)
        settings = {"DEMO": "1", "CACHE_URL": redis.url, "DJANGO_SETTINGS_MODULE": "bench.settings"}
        site = install(cluster.socket_url, settings=settings)
        for number, each in enumerate(machines):
            site.run_by[f"web{number}"] = each.run
            site.web_hosts[number] = each.address
        site.prepare(demo=False)
        site.start()
        yield Race(site, people=BROWSERS - EXPERT_BROWSERS)
        # Before the network they are on.
        site.stop()


def p95(answers: list[Told]) -> float:
    return quantiles((each.seconds for each in answers), n=20)[-1] if len(answers) > 1 else answers[0].seconds


def table(rounds: list[tuple[float, float]], bare: list[Told], mixed: list[Told]) -> str:
    """Times in milliseconds, and in those of the bare page; `rounds` are answers per second, of both."""
    of_bare, of_mixed = (median(each) for each in zip(*rounds, strict=True))
    kinds = defaultdict(list)
    for each in mixed:
        kinds[each.what].append(each)
    lines = [
        f"bare page {of_bare:.0f} answers/s, mixed {of_mixed:.0f} answers/s: {of_bare / of_mixed:.1f} times fewer",
        f"mixed: {len(mixed)} answers, p95 {p95(mixed) / p95(bare):.1f} times the bare page's",
        f"{'what':<18}{'asked':>7}{'p50 ms':>8}{'p95 ms':>8}{'in bare p95':>13}",
    ]
    for what, answers in sorted({BARE: bare, "all mixed": mixed, **kinds}.items(), key=lambda item: p95(item[1])):
        middle = median(each.seconds for each in answers)
        times = f"{middle * 1000:>8.0f}{p95(answers) * 1000:>8.0f}{p95(answers) / p95(bare):>13.1f}"
        lines.append(f"{what:<18}{len(answers):>7}{times}")
    return "\n".join(lines)


def test_twenty_browsers_for_three_minutes(race, report, mail_server) -> None:
    """All answers are right: none fails, whatever is booked is there once, and every e-mail goes out."""
    people = [Participant(race, number) for number in range(len(race.people))]
    people += [Expert(race, number) for number in range(EXPERT_BROWSERS)]
    visits = [each.visit for each in people]
    bare_visits = [lambda browser=each.browser: browser.ask(BARE, "/bare/") for each in people]
    for_seconds(WARMING_SECONDS, visits)
    warmed = {id(each) for each in people for each in each.browser.told}

    rounds = []
    for _ in range(ROUNDS):
        rates = []
        for seconds, work in ((BARE_SECONDS, bare_visits), (MIXED_SECONDS, visits)):
            before = sum(len(each.browser.told) for each in people)
            took = for_seconds(seconds, work)
            rates.append((sum(len(each.browser.told) for each in people) - before) / took)
        rounds.append(tuple(rates))
    for each in people:
        each.browser.close()

    everything = [told for each in people for told in each.browser.told]
    measured = [each for each in everything if id(each) not in warmed]
    bare = [each for each in measured if each.what == BARE]
    mixed = [each for each in measured if each.what != BARE]
    report(table(rounds, bare, mixed))
    statuses = Counter((each.what, each.status) for each in everything)
    report(f"answers other than pages: { {key: count for key, count in statuses.items() if key[1] != 200} }")
    changes = {"booked", "moved", "cancelled"}
    assert {status for what, status in statuses if what not in changes} == {200}
    # Somebody else may have had the last expert: that is said in words, by 409.
    assert {status for what, status in statuses if what in changes} <= {302, 409}
    assert all(statuses[what, 302] > 50 for what in changes)
    booked = {each.location.split("/")[2] for each in everything if each.what == "booked" and each.status == 302}
    meetings = meetings_of(race)
    assert booked == {each["id"] for each in meetings}
    assert nobody_is_in_two(meetings)
    assert race.site.count_broken() == ""
    assert len(mail_server.letters) > len(booked)
