"""The time page and the booking post through the server, as ratios to the bare view of the same server.

Runs as a process of its own for each database, since Django's settings are read once: `python -m bench.site`.
"""

import sys
from datetime import timedelta
from statistics import median
from uuid import uuid4

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

django.setup()

from bench import server, world  # noqa: E402 - models can be imported only now
from meetings.models import Meeting  # noqa: E402
from meetings.pages.fields import VALUE  # noqa: E402
from meetings.slots.openings import Openings  # noqa: E402

# Experts, and the days for which they have meetings: about 20,000 for a hundred experts and fewer.
SIZES = ((10, 28), (100, 28), (1000, 7))
CLIENTS, ROUNDS = 8, 7
BARE_EACH, POSTS_EACH = 200, 2
# How often each client asks for the page, by the number of experts: a second or two a round.
PAGES_EACH = {10: 12, 100: 8, 1000: 2}


def run() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = timezone.now()
    worlds = [
        world.build(experts, days, participants=CLIENTS * ROUNDS * POSTS_EACH, now=now) for experts, days in SIZES
    ]
    print(
        f"\nPages on {connection.vendor}, {CLIENTS} clients at once, in bare views; {Meeting.objects.count()} meetings"
    )
    print(f"{'experts':>7} {'time page':>10} {'KB sent':>8} {'p99 ms':>7} {'booking post':>13} {'p99 ms':>7}")
    connection.close()
    with server.gunicorn() as port:
        server.ask(port, [[server.get("/bare/")] * 50] * CLIENTS)
        for each in worlds:
            print(_row(port, each), flush=True)


def _row(port, each) -> str:
    times = PAGES_EACH[len(each.experts)]
    sessions = [world.signed_in(user) for user in each.participants]
    page = f"/paths/{each.path.pk}/schedule/time/?theme={each.theme.pk}&day={each.monday:%Y-%m-%d}"
    starts = _free_starts(each, len(sessions))
    connection.close()
    server.ask(port, [[server.get(page, session)] * 3 for session in sessions[:CLIENTS]])
    pages, posts, sent, slow_page, slow_post = [], [], 0, [], []
    for number in range(ROUNDS):
        _, took = server.ask(port, [[server.get("/bare/")] * BARE_EACH] * CLIENTS)
        bare = took / (CLIENTS * BARE_EACH)
        answers, took = server.ask(port, [[server.get(page, session)] * times for session in sessions[:CLIENTS]])
        pages.append(took / len(answers) / bare)
        sent = answers[0].size
        _expect(answers, 200)
        slow_page += [answer.seconds for answer in answers]
        mine = slice(number * CLIENTS * POSTS_EACH, (number + 1) * CLIENTS * POSTS_EACH)
        forms = [_booking(each, *pair) for pair in zip(sessions[mine], starts[mine], strict=True)]
        answers, took = server.ask(port, [forms[client::CLIENTS] for client in range(CLIENTS)])
        posts.append(took / len(answers) / bare)
        _expect(answers, 302)
        slow_post += [answer.seconds for answer in answers]
    cells = f"{median(pages):>10.1f} {sent / 1000:>8.1f} {p99_ms(slow_page):>7.0f}"
    return f"{len(each.experts):>7} {cells} {median(posts):>13.1f} {p99_ms(slow_post):>7.0f}"


def _free_starts(each, count: int) -> list:
    """As many times as there are people to book, spread over the weeks in which there are meetings."""
    now = timezone.now()
    openings = Openings(each.path, since=each.monday, until=each.monday + timedelta(days=7), now=now, theme=each.theme)
    found = list(openings.starts(each.theme.duration_minutes))
    return [found[number * len(found) // count] for number in range(count)]


def _booking(each, session, start) -> bytes:
    address = f"/paths/{each.path.pk}/schedule/confirm/?theme={each.theme.pk}&start={start.strftime(VALUE)}"
    return server.post(address, session, f"token={uuid4()}&expert=any&note=")


def _expect(answers, status: int) -> None:
    wrong = sorted({answer.status for answer in answers} - {status})
    if wrong:
        sys.exit(f"The server answered {wrong} where {status} was right.")


def p99_ms(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


if __name__ == "__main__":
    run()
