"""Web servers and the worker are stopped, or killed, while people book."""

from collections import Counter

from acceptance.faults.writers import mailed
from acceptance.processes import wait_for

ROUNDS = 2


def test_asked_to_stop_each_finishes_what_it_has(cluster, begin, write, mail_server, report) -> None:
    """Broken: nothing; SIGTERM for one web server after the other and for the worker, as at an upgrade.

    Expected: nobody notices. Each request is answered by whoever took it, or goes to the other; no e-mail goes twice.
    """
    race = begin(cluster.url)
    site = race.site
    writers = write(race)
    writers.wait_for_more(5)
    for _ in range(ROUNDS):
        for number in range(2):
            site.running(f"web{number}").stop()
            site.start_web(number)
            writers.wait_for_more(3)
        site.running("worker").stop()
        site.start_worker()
    meetings = writers.assert_all_there()
    told = Counter(each.status for each in writers.told)
    report(f"{2 * ROUNDS} restarts under {len(writers.told)} requests: {dict(told)}")
    assert set(told) <= {200, 302, 409}
    wait_for(lambda: len(mailed(mail_server)) >= 2 * len(meetings), "every e-mail has arrived", seconds=120)
    assert max(mailed(mail_server).values()) == 1


def test_killed_web_server_costs_what_it_had_in_hand(cluster, begin, write, report) -> None:
    """Broken: a web server, killed with the requests it has in hand.

    Expected: those are answered with 502 at most, all others by the other one; who was told that they are booked is.
    """
    race = begin(cluster.url)
    site = race.site
    writers = write(race)
    writers.wait_for_more(5)
    site.running("web0").kill()
    back = writers.wait_for_more(5)
    site.start_web(0)
    writers.wait_for_more(5)
    writers.assert_all_there()
    told = Counter(each.status for each in writers.told)
    report(f"next booking after {back:.1f} s; {dict(told)}")
    assert set(told) <= {200, 302, 409, 502}
    # As many as it has threads, and what waited in its queue.
    assert told[502] <= len(race.people)
