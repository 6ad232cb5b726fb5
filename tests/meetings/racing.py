"""What tests of races share: many calls at once, each client on a database connection of its own."""

import os
import threading
from collections import Counter

from django.db import OperationalError, connection, connections
from psycopg.errors import DeadlockDetected

from meetings.integrity import invariants, locks
from tests.scene import NOW

# PostgreSQL allows 100 connections; SQLite has one writer at a time, and the others wait for it.
CLIENTS, BOOKERS = (50, 200) if connection.vendor == "postgresql" else (20, 20)
# EVERWISE_RACE_ROUNDS: how often two hundred people go after one time. Twenty rounds take a minute and a half.
ROUNDS = int(os.environ.get("EVERWISE_RACE_ROUNDS", "6"))
PATIENCE = 60


def race(*rounds, clients=CLIENTS):
    """In each round make its calls, `clients` of them at a time, all starting at once.

    Returns for each round what came of its calls: values and errors.
    """
    clients = min(clients, *map(len, rounds))
    gate = threading.Barrier(clients)
    outcomes = [[] for _ in rounds]
    waiting = [list(calls) for calls in rounds]

    def client():
        connection.ensure_connection()
        for calls, came in zip(waiting, outcomes, strict=True):
            gate.wait(PATIENCE)
            while True:
                try:
                    call = calls.pop()
                except IndexError:
                    break
                try:
                    came.append(call())
                except Exception as error:  # noqa: BLE001 - whatever it is, the test is to see it
                    came.append(error)
        connections.close_all()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def tally(outcomes):
    """How often each kind of outcome came, by its name."""
    return Counter(type(outcome).__name__ for outcome in outcomes)


def broken():
    return {words: count for words, count in invariants.count_broken(NOW).items() if count}


def watch_lost_races(monkeypatch):
    """Collect the states with which the database ended a race, also where the writer got through at the next try."""
    states, lost_race = [], locks.lost_race

    def watch(error):
        states.append(getattr(error.__cause__, "sqlstate", None))
        return lost_race(error)

    monkeypatch.setattr(locks, "lost_race", watch)
    return states


def assert_no_deadlock(states):
    """None was seen by `watch_lost_races`, which would have seen it: it sees the one made here."""
    assert "40P01" not in states
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()
    locks.lost_race(error)
    assert "40P01" in states
