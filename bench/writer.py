"""Bookings through the writer, eight threads at once, as a ratio to the bare ORM transaction of the same run.

The bare transaction does what nobody could leave out: lock the two people, look whether they are free, write the same
six rows. Runs as a process of its own for each database: `python -m bench.writer`.
"""

import threading
import time
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import django
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

django.setup()

from bench import world  # noqa: E402 - models can be imported only now
from meetings import booking  # noqa: E402
from meetings.enums import Happening, Kind  # noqa: E402
from meetings.integrity import invariants, locks  # noqa: E402
from meetings.models import Attendee, Meeting, MeetingEvent, Notice  # noqa: E402
from meetings.slots.openings import Openings  # noqa: E402
from paths.enums import Role  # noqa: E402

THREADS, EXPERTS, EACH, ROUNDS = 8, 10, 20, 3
CONTESTED = 5
# At least so fast do threads after the same hours book, as a share of what they do on paths of their own.
WANTED_TOGETHER = 0.85


def run() -> None:
    call_command("migrate", verbosity=0)
    now = timezone.now()
    made = world.build(
        EXPERTS, 28, participants=THREADS * EACH * ROUNDS * 2 + EXPERTS * CONTESTED, now=now, zones=("UTC",)
    )
    starts = _free_starts(made, now)
    people = list(made.participants)
    ratios, bare_waits, waits = [], [], []
    for _ in range(ROUNDS):
        bare, seconds = _race([_bare(made, people.pop(), starts.pop(), now) for _ in range(THREADS * EACH)])
        bare_waits += seconds
        own, seconds = _race([_booking(made, people.pop(), starts.pop(), now) for _ in range(THREADS * EACH)])
        ratios.append(own / bare)
        waits += seconds
    together = _after_the_same_hours(now)
    full = Counter()
    for _ in range(CONTESTED):
        start = starts.pop()
        calls = [_booking(made, people.pop(), start, now, told=full) for _ in range(EXPERTS)]
        _race(calls)
    told = ", ".join(f"{count} {what}" for what, count in sorted(full.items()))
    # The bare transaction plans no reminders: those that are missing are its own.
    broken = sum(count for what, count in invariants.count_broken(now).items() if what != "missing reminders")
    print(
        f"\nWriter on {connection.vendor}, {THREADS} threads: {sorted(ratios)[ROUNDS // 2]:.2f} of the bare ORM"
        f" transaction's bookings a second; p99 {_p99(waits):.0f} ms (bare {_p99(bare_waits):.0f}),"
        f" longest {max(waits) * 1000:.0f} ms\n"
        f"{THREADS} threads after the same hours: {together:.2f} of the bookings a second on paths of their own"
        f" (wanted: at least {WANTED_TOGETHER})\n"
        f"{THREADS} threads and {EXPERTS} people after one time of {EXPERTS} free experts, {CONTESTED} times: {told}\n"
        f"Broken invariants: {broken}",
        flush=True,
    )


def _free_starts(made, now):
    """Half hours after all meetings, at which every expert is free; each is used once."""
    made.path.horizon_days = 700
    made.path.save(update_fields=["horizon_days"])
    since = made.monday + timedelta(days=28)
    openings = Openings(made.path, since=since, until=since + timedelta(weeks=20), now=now, theme=made.theme)
    return list(openings.starts(30))[::2]


def _after_the_same_hours(now) -> float:
    """Bookings a second of threads that want the same hours of one path, to those of threads with a path each.

    The hours are the same and so is the number of experts; together there are as many people as experts after each.
    """
    people = THREADS * EACH * ROUNDS
    one, *own = (
        world.build(EXPERTS, 0, participants=count, now=now, zones=("UTC",), label=f"-{number}-")
        for number, count in enumerate([people] + [people // THREADS] * THREADS)
    )
    paths = {False: own, True: [one] * THREADS}
    # Each path is made to let book so far ahead; the hours are the same on all.
    starts, *_ = [_free_starts(made, now) for made in (one, *own)]
    ratios = []
    for _ in range(ROUNDS):
        hours = [starts.pop() for _ in range(EACH)]
        speeds = {}
        for same, worlds in paths.items():
            calls = [_booking(made, made.participants.pop(), start, now) for start in hours for made in worlds]
            speeds[same], _ = _race(calls)
        ratios.append(speeds[True] / speeds[False])
    return sorted(ratios)[ROUNDS // 2]


def _booking(made, participant, start, now, told=None):
    def call():
        try:
            booking.schedule(
                by=participant, participant=participant, theme=made.theme, start=start, token=uuid4(), now=now
            )
        except booking.BookingError as error:
            if told is None:
                raise
            told[type(error).__name__] += 1
        else:
            if told is not None:
                told["booked"] += 1

    return call


def _bare(made, participant, start, now):
    expert = made.experts[hash(start) % EXPERTS]

    def call():
        end = start + made.theme.duration
        people = {participant.pk: Role.PARTICIPANT, expert.user_id: Role.EXPERT}
        with transaction.atomic():
            locks.lock_people(people)
            if Attendee.objects.live_within(start, end).filter(user__in=people).exists():
                raise RuntimeError("The time is taken.")
            facts = {"path": made.path, "theme": made.theme, "kind": Kind.DROP_IN, "title": made.theme.name}
            times = {"starts_at": start, "ends_at": end}
            meeting = Meeting.objects.create(
                organizer=participant, created_by=participant, created_at=now, **facts, **times
            )
            Attendee.objects.bulk_create(
                Attendee(meeting=meeting, user_id=user, role=role, added_at=now, **times)
                for user, role in people.items()
            )
            event = MeetingEvent.objects.create(
                meeting=meeting, happening=Happening.BOOKED, by=participant, at=now, sequence=0, token=uuid4()
            )
            Notice.objects.bulk_create(
                Notice(event=event, meeting=meeting, user_id=user, kind=Happening.BOOKED, sequence=0, due_at=now)
                for user in people
            )

    return call


def _race(calls) -> tuple[float, list[float]]:
    """Calls a second with all threads at once, and how many seconds each call took."""
    waiting, seconds, errors = list(calls), [], []
    gate = threading.Barrier(THREADS + 1)

    def client():
        connection.ensure_connection()
        gate.wait()
        while waiting:
            try:
                call = waiting.pop()
            except IndexError:
                break
            began = time.perf_counter()
            try:
                call()
            except Exception as error:  # noqa: BLE001 - reported after all threads have ended
                errors.append(error)
            seconds.append(time.perf_counter() - began)
        connections.close_all()

    threads = [threading.Thread(target=client) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if errors:
        raise errors[0]
    return len(calls) / took, seconds


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


if __name__ == "__main__":
    run()
