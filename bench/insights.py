"""The Insights of one path with a hundred thousand sessions: `python -m bench.insights`, on DATABASE_URL's database.

Needs DJANGO_SETTINGS_MODULE=bench.settings and a database of its own, which it fills: drop it afterwards.
"""

import sys
import time
from statistics import median

import django
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

django.setup()

from tests.meetings.insights.scene import a_crowd  # noqa: E402 - models can be imported only now

MEETINGS, ASKED = 100_000, 9
MOST_QUERIES, MOST_SECONDS = 12, 1.0


def run() -> int:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = timezone.now()
    crowd = a_crowd(MEETINGS, now, experts=40, participants=2000, step=3, time_zone="Europe/Stockholm")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(crowd.admin)
    dates = {"period": "dates", "since": crowd.first.date().isoformat(), "until": crowd.last.date().isoformat()}
    over = False
    for name, query in (
        ("all of them", dates),
        ("of one theme", dates | {"theme": str(crowd.themes[0].pk)}),
        ("of one expert", dates | {"expert": str(crowd.experts[0].pk)}),
        ("the last 8 weeks", {"period": "8-weeks"}),
    ):
        took, queries = _asked(client, reverse("paths:insights", args=[crowd.path.pk]), query)
        over |= took > MOST_SECONDS or len(queries) > MOST_QUERIES
        slowest = max(float(each["time"]) for each in queries)
        print(f"{took:>6.2f} s  {len(queries):>3} queries, the slowest {slowest:.2f} s  {name}", flush=True)
        if "--slowest" in sys.argv:
            for each in sorted(queries, key=lambda each: -float(each["time"]))[:4]:
                print(each["time"], each["sql"], flush=True)
    connection.close()
    return int(over)


def _asked(client: Client, address: str, query: dict[str, str]) -> tuple[float, list[dict[str, str]]]:
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        answer = client.get(address, query, secure=True)
        took.append(time.perf_counter() - began)
        if answer.status_code != 200:
            sys.exit(f"{address} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(address, query, secure=True)
    return median(took), captured.captured_queries


if __name__ == "__main__":
    sys.exit(run())
