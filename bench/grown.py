"""The pages of one small path alone, and again among half a million meetings of others: `make bench SCALE=1`.

Runs as a process of its own: `python -m bench.grown`. What is printed is the ratio of the two medians.
"""

import resource
import subprocess
import sys
import time
from statistics import median

import django
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

django.setup()

from django.contrib import admin  # noqa: E402 - models can be imported only now

from bench import world  # noqa: E402
from everwise.accounts.models import User  # noqa: E402
from meetings.enums import Happening  # noqa: E402
from meetings.models import Meeting, MeetingEvent, Notice  # noqa: E402
from meetings.pages.fields import VALUE  # noqa: E402
from meetings.slots.openings import Openings  # noqa: E402
from paths.enums import Role  # noqa: E402
from paths.models import Membership, Path, Theme  # noqa: E402
from tests.grown import grow  # noqa: E402

MEETINGS = 500_000
ASKED = 15
# So many rows of each kind, as the first page of a list shows: the ratio should not show the rows that are drawn.
PAGE = 100
MEMBERS_MOST, ADMIN_MOST, INVARIANTS_MOST_MB = 1.3, 3.0, 200


def run() -> int:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = timezone.now()
    small = world.build(PAGE, 3, participants=20, now=now)
    _fill_lists(small, now)
    staff = User.objects.create_superuser("staff@bench.example", "a sentence for the bench", name="Staff")
    pages = {most: addresses(small, staff, now) for most, addresses in ((MEMBERS_MOST, members), (ADMIN_MOST, lists))}
    before = {page: _milliseconds(*page) for found in pages.values() for page in found}
    count = Meeting.objects.count()
    grow(MEETINGS, now)
    print(f"\n{count} meetings alone, then among {MEETINGS:,}; medians of {ASKED}, on {connection.vendor}")
    print(f"{'alone ms':>9} {'grown ms':>9} {'ratio':>6}  page")
    over = 0
    for most, found in pages.items():
        for page in found:
            grown = _milliseconds(*page)
            ratio = grown / before[page]
            over += ratio > most
            print(f"{before[page]:>9.1f} {grown:>9.1f} {ratio:>6.2f}  {page[1]}", flush=True)
    connection.close()
    return int(over > 0) | _invariants()


def _fill_lists(small, now) -> None:
    paths = Path.objects.bulk_create(
        Path(program=small.path.program, name=f"Small path {n}", opened_at=now) for n in range(PAGE)
    )
    Theme.objects.bulk_create(Theme(path=path, name="Small theme", duration_minutes=30) for path in paths)
    events = MeetingEvent.objects.bulk_create(
        MeetingEvent(meeting=meeting, happening=Happening.BOOKED, by=meeting.organizer, at=now, sequence=0)
        for meeting in Meeting.objects.select_related("organizer")[:PAGE]
    )
    Notice.objects.bulk_create(
        Notice(event=e, meeting=e.meeting, user=e.by, kind=e.happening, sequence=0, due_at=now, sent_at=now)
        for e in events
    )


def members(small, staff, now) -> list[tuple[User, str]]:
    """The pages of somebody who has meetings, and of the path's admin."""
    guest = small.experts[0].user.attendances.first().meeting.organizer
    boss = User.objects.create(name="Admin", email="admin@bench.example")
    Membership.objects.create(path=small.path, user=boss, role=Role.ADMIN)
    meeting = Meeting.objects.filter(organizer=guest).first()
    openings = Openings(small.path, since=small.monday, until=small.monday + 7 * world.DAY, now=now, theme=small.theme)
    start = next(iter(openings.starts(small.theme.duration_minutes)))
    chosen = f"?theme={small.theme.pk}"
    own = [
        reverse("home"),
        reverse("meetings:list"),
        reverse("paths:list"),
        reverse("paths:detail", args=[small.path.pk]),
        reverse("schedule:theme", args=[small.path.pk]),
        reverse("schedule:time", args=[small.path.pk]) + chosen,
        reverse("schedule:confirm", args=[small.path.pk]) + f"{chosen}&start={start.strftime(VALUE)}",
        reverse("meetings:detail", args=[meeting.pk]),
    ]
    whole = [reverse(name, args=[small.path.pk]) for name in ("paths:detail", "paths:meetings")]
    return [(guest, page) for page in own] + [(boss, page) for page in whole]


def lists(small, staff, now) -> list[tuple[User, str]]:
    """The first page of every list of the Django admin."""
    models = [model._meta for model in admin.site._registry]
    return [(staff, reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")) for meta in models]


def _milliseconds(user: User, page: str) -> float:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    took = []
    for _ in range(ASKED + 2):
        began = time.perf_counter()
        answer = client.get(page)
        took.append(time.perf_counter() - began)
        if answer.status_code != 200:
            sys.exit(f"{page} answered {answer.status_code}.")
    return median(took[2:]) * 1000


def _invariants() -> int:
    """What the check takes in a process of its own. It finds what made-up rows lack; that is not looked at."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    began = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", "check_invariants"], capture_output=True, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    megabytes = used.ru_maxrss / 1024
    seconds = time.perf_counter() - began
    print(
        f"check_invariants: {seconds:.1f} s, {used.ru_utime - before:.1f} s of it its own, at most {megabytes:.0f} MB"
    )
    return int(megabytes > INVARIANTS_MOST_MB)


if __name__ == "__main__":
    sys.exit(run())
