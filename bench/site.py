"""Pages and the booking post through the server, as ratios to two bare views of the same server.

The bare view does nothing; the person's view reads the session and the person; the empty page is what stands around
every other. Home, the path's page and availability are given in time pages as well. Runs as a process of its own for
each database, since Django's settings are read once: `python -m bench.site`.
"""

import sys
import time
from collections import defaultdict
from datetime import timedelta
from statistics import median
from typing import NamedTuple
from uuid import uuid4

import django
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

django.setup()

from bench import server, world  # noqa: E402 - models can be imported only now
from meetings.models import Meeting  # noqa: E402
from meetings.pages.fields import VALUE  # noqa: E402
from meetings.slots.openings import Openings  # noqa: E402

# Experts, and the days for which they have meetings: about 20,000 for a hundred experts and fewer.
SIZES = ((10, 28), (100, 28), (1000, 7))
CLIENTS, MOST_ROUNDS, FEWEST_ROUNDS = 8, 7, 3
BARE_EACH, PERSON_EACH, EMPTY_EACH, POSTS_EACH = 100, 60, 30, 2
# How often each client asks for the time page in a round, by the number of experts, and for pages that take longer.
TIMES_EACH = {10: 8, 100: 4, 1000: 2}
PAGES_EACH = 2
# After the fewest rounds no new one begins when so many seconds are over.
ENOUGH_SECONDS = 20

BARE, PERSON, EMPTY, TIME, BOOKING, HOME, PATH, AVAILABILITY = (
    *("bare", "person", "empty page", "time page", "booking post"),
    *("home", "path page", "availability"),
)
# At most so many of the person's views, by the number of experts, or so many time pages.
WANTED_PERSONS = {TIME: {10: 4.5, 100: 7.5, 1000: 28.0}, BOOKING: {10: 5.0, 100: 6.5}}
WANTED_TIME_PAGES = {HOME: 1.5, PATH: 2.0, AVAILABILITY: 4.0}
HEADINGS = ("experts", "page", "persons", "wanted", "time pages", "wanted", "bare", "KB sent", "p99 ms")
ROW = "{:>7}  {:<12} {:>8} {:>7} {:>11} {:>7} {:>6} {:>8} {:>7}"


class Asked(NamedTuple):
    """What the clients ask in one round, and the answer that is right."""

    requests: list[list[bytes]]
    status: int = 200


def run() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = timezone.now()
    bookers = CLIENTS * MOST_ROUNDS * POSTS_EACH
    worlds = [world.build(experts, days, participants=bookers, now=now) for experts, days in SIZES]
    # As autovacuum does within a minute: without figures of so many new rows PostgreSQL reads them in a wrong order.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"\nPages on {connection.vendor}, {CLIENTS} clients at once with kept connections, in views that read")
    print(f"session and person, and in bare ones; {Meeting.objects.count()} meetings")
    print(ROW.format(*HEADINGS))
    connection.close()
    with server.gunicorn() as port:
        clients = server.Clients(port, CLIENTS)
        for each in worlds:
            for row in _rows(clients, each):
                print(row, flush=True)
        clients.close()


def _rows(clients: server.Clients, each: world.World) -> list[str]:
    """One for each page: medians of the rounds, each a ratio to the baselines of the same round."""
    experts = len(each.experts)
    rounds = list(_rounds(each))
    connection.close()
    # Nothing is measured of the first time that a worker does something.
    for name, asked in rounds[0].items():
        if name != BOOKING:
            clients.ask(asked.requests)
    took, answers = defaultdict(list), defaultdict(list)
    began = time.monotonic()
    for number, asked in enumerate(rounds):
        if number >= FEWEST_ROUNDS and time.monotonic() - began > ENOUGH_SECONDS:
            break
        for name, (requests, status) in asked.items():
            found, seconds = clients.ask(requests)
            _expect(name, found, status)
            took[name].append(seconds / len(found))
            answers[name] += found
    rows = []
    for name in (EMPTY, TIME, BOOKING, HOME, PATH, AVAILABILITY):
        persons, pages, bare = (_ratio(took[name], took[baseline]) for baseline in (PERSON, TIME, BARE))
        wanted = WANTED_PERSONS.get(name, {}).get(experts, ""), WANTED_TIME_PAGES.get(name, "")
        cells = f"{persons:.1f}", wanted[0], f"{pages:.1f}" if wanted[1] else "", wanted[1], f"{bare:.0f}"
        size = f"{median(answer.size for answer in answers[name]) / 1000:.1f}"
        rows.append(ROW.format(experts, name, *cells, size, f"{p99_ms(answers[name]):.0f}"))
    return rows


def _ratio(these: list[float], those: list[float]) -> float:
    return median(one / other for one, other in zip(these, those, strict=True))


def _rounds(each: world.World):
    """What is asked in each round; a booking's post takes its own people and times, so no two rounds are the same."""
    sessions = [world.signed_in(user) for user in each.participants]
    experts = [world.signed_in(expert.user) for expert in each.experts[:CLIENTS]]
    starts = _free_starts(each, len(sessions))
    times = reverse("schedule:time", args=[each.path.pk]) + f"?theme={each.theme.pk}&day={each.monday:%Y-%m-%d}"

    def get(address: str, whose: list[str], count: int) -> Asked:
        return Asked([[server.get(address, session)] * count for session in whose[:CLIENTS]])

    for number in range(MOST_ROUNDS):
        mine = slice(number * CLIENTS * POSTS_EACH, (number + 1) * CLIENTS * POSTS_EACH)
        forms = [_booking(each, *pair) for pair in zip(sessions[mine], starts[mine], strict=True)]
        yield {
            BARE: Asked([[server.get("/bare/")] * BARE_EACH] * CLIENTS),
            PERSON: get("/person/", sessions, PERSON_EACH),
            EMPTY: get("/empty/", sessions, EMPTY_EACH),
            TIME: get(times, sessions, TIMES_EACH[len(each.experts)]),
            BOOKING: Asked([forms[client::CLIENTS] for client in range(CLIENTS)], 302),
            HOME: get(reverse("home"), sessions, PAGES_EACH),
            PATH: get(reverse("paths:detail", args=[each.path.pk]), sessions, PAGES_EACH),
            AVAILABILITY: get(reverse("availability"), experts, PAGES_EACH),
        }


def _free_starts(each, count: int) -> list:
    """As many times as there are people to book, spread over the weeks in which there are meetings."""
    now = timezone.now()
    openings = Openings(each.path, since=each.monday, until=each.monday + timedelta(days=7), now=now, theme=each.theme)
    found = list(openings.starts(each.theme.duration_minutes))
    return [found[number * len(found) // count] for number in range(count)]


def _booking(each, session, start) -> bytes:
    address = f"/paths/{each.path.pk}/schedule/confirm/?theme={each.theme.pk}&start={start.strftime(VALUE)}"
    return server.post(address, session, f"token={uuid4()}&expert=any&note=")


def _expect(name, answers, status: int) -> None:
    wrong = sorted({answer.status for answer in answers} - {status})
    if wrong:
        sys.exit(f"To “{name}” the server answered {wrong} where {status} was right.")


def p99_ms(answers: list[server.Answer]) -> float:
    return sorted(answer.seconds for answer in answers)[int(len(answers) * 0.99)] * 1000


if __name__ == "__main__":
    run()
