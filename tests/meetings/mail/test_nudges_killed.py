"""Reminders to many people, by writers and workers that are killed in the middle, on a clock that goes back.

Killed is in this process: an exception that nothing catches, at a statement of the database, as late as can be.
"""

import random
import re
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from meetings.enums import NudgeKind
from meetings.mail import outbox
from meetings.mail.nudges import audience, last_calls, opting_out, writer
from meetings.models import Notice, Nudge, NudgeOptOut, NudgeRecipient
from paths.enums import Role
from paths.models import Membership, Path
from tests.scene import NOW, a_path, a_theme, an_admin, an_expert

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, QUIET, KILLS, LETTERS = 5_000, 50, 20, 120


class Killed(BaseException):
    """No process is there any more."""


class Killer:
    """Kills at the n-th statement from now: before it is done, or right after."""

    def __init__(self, at: int, *, before: bool = False):
        self.left, self.before = at, before

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left == 0 and self.before:
            raise Killed
        result = execute(sql, params, many, context)
        if self.left == 0:
            raise Killed
        return result


def killed(at, work, *, before=False) -> bool:
    """Whether the work was killed."""
    try:
        with connection.execute_wrapper(Killer(at, before=before)):
            work()
    except Killed:
        # As with a process that is gone: what it had begun is undone by the database.
        connection.close()
        return True
    return False


def a_crowd(number: int, **policy):
    path = a_path(sessions_per_participant=2, **policy)
    a_theme(path, an_expert(path))
    people = [User(name=f"Person {each:04}", email=f"p{each}@crowd.example") for each in range(number)]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(path=path, user=each, role=Role.PARTICIPANT) for each in people)
    return path, people


def ask_for_none(path, people):
    NudgeOptOut.objects.bulk_create(NudgeOptOut(path=path, user=each, at=NOW) for each in people)


def send(path, by, token, number, now=NOW):
    return writer.send(
        path=path,
        kind=NudgeKind.NEVER_BOOKED,
        since=None,
        subject="Come",
        words="",
        shown=number,
        token=token,
        by=by,
        now=now,
    )


def queued(path):
    rows = Notice.objects.filter(nudged__nudge__path=path)
    return Counter(rows.values_list("user", flat=True))


def test_writers_killed_twenty_times_write_to_each_once_in_few_statements(clock):
    path, people = a_crowd(PEOPLE)
    ask_for_none(path, people[:QUIET])
    ruth, token, number = an_admin(path), uuid4(), PEOPLE - QUIET
    few, _ = a_crowd_of_few()
    with CaptureQueriesContext(connection) as of_few:
        send(few, an_admin(few), uuid4(), 10)
    # Late in the transaction, where most is written: an earlier place is only quicker.
    places = [*range(1, KILLS - 2), len(of_few) - 1, len(of_few), len(of_few) + 3]

    for place in places:
        assert killed(place, lambda: send(path, ruth, token, number), before=bool(place % 2))
        assert not NudgeRecipient.objects.filter(nudge__path=path).exists()
    with CaptureQueriesContext(connection) as asked:
        nudge = send(path, ruth, token, number)

    assert len(places) == KILLS
    assert queued(path) == Counter({each.pk: 1 for each in people[QUIET:]})
    # SQLite takes at most 999 values in a statement; a query for each person would be five thousand.
    most = 150 if connection.vendor == "sqlite" else 12
    assert len(asked) - len(of_few) <= most
    # The same form once more, another one, and one on a clock two hours back: nobody twice.
    assert send(path, ruth, token, number) == nudge
    for now in (NOW, NOW - timedelta(hours=2)):
        with pytest.raises(writer.OtherRecipients):
            send(path, ruth, uuid4(), number, now=now)
    assert queued(path).total() == number


def a_crowd_of_few():
    path, people = a_path(sessions_per_participant=2), []
    a_theme(path, an_expert(path))
    for each in range(10):
        people.append(User(name=f"Few {each}", email=f"few{each}@crowd.example"))
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(path=path, user=each, role=Role.PARTICIPANT) for each in people)
    return path, people


def test_last_calls_by_workers_killed_twenty_times(clock, monkeypatch):
    # Many transactions, so that there is always another to be killed in.
    monkeypatch.setattr(last_calls, "STEP", 200)
    path, people = a_crowd(PEOPLE, last_call_days=7, closes_on=(NOW + timedelta(days=5)).date())
    ask_for_none(path, people[:QUIET])
    chance = random.Random(17)

    kills = 0
    for turn in range(KILLS):
        now = NOW - timedelta(hours=2) if turn >= KILLS // 2 else NOW
        kills += killed(chance.randint(3, 30), lambda now=now: last_calls.send_due(now), before=bool(turn % 2))
    last_calls.send_due(NOW - timedelta(hours=2))
    last_calls.send_due(NOW)

    assert kills == KILLS
    assert Nudge.objects.get().kind == NudgeKind.LAST_CALL
    assert queued(path) == Counter({each.pk: 1 for each in people[QUIET:]})
    assert last_calls.send_due(NOW) == 0


def test_letters_by_workers_killed_twenty_times_on_a_clock_that_goes_back(clock):
    path, people = a_crowd(LETTERS)
    Path.objects.filter(pk=path.pk).update(start_interval_minutes=240)
    ask_for_none(path, people[:5])
    nudge = send(path, an_admin(path), uuid4(), LETTERS - 5)
    # Some say so only now, before theirs is sent.
    for each in people[5:10]:
        opting_out.opt_out(recipient=nudge.recipients.get(user=each), now=NOW)
    chance, kills, now = random.Random(38), 0, NOW

    def a_turn():
        while notice := outbox.claim(now):
            outbox.deliver(notice, lambda: now)

    for kill in range(KILLS):
        if kill == KILLS // 2:
            # The clock is put two hours back: what waits is not due for as long, and nothing goes out twice.
            before = len(mail.outbox)
            now -= timedelta(hours=2)
            a_turn()
            assert len(mail.outbox) == before
            now += timedelta(hours=2)
        kills += killed(chance.randint(2, 90), a_turn, before=bool(kill % 2))
        now += outbox.LEASE
    a_turn()

    letters = [(each.to[0], re.sub(r"\s", "", each.extra_headers["Message-ID"])) for each in mail.outbox]
    assert kills == KILLS
    # Nobody is missing, nobody has two; what was sent as the worker died may come again, under its old Message-ID.
    assert sorted({whom for whom, _ in letters}) == sorted(each.email for each in people[10:])
    assert len(set(letters)) == LETTERS - 10
    assert len(letters) - len(set(letters)) <= KILLS
    assert not Notice.objects.waiting().exists()
    assert audience.counted(path, NudgeKind.NEVER_BOOKED, None, now).number == 0
