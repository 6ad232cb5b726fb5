"""A web server's machine vanishes from the network without a word."""

from collections import Counter
from collections.abc import Iterator

import pytest

from acceptance import machines
from acceptance.faults.writers import MEANWHILE

# What nginx.conf allows a machine to be silent for, and some.
NOTICED_SECONDS = 35


@pytest.fixture
def machine() -> Iterator[machines.Machine]:
    with machines.machine() as made:
        yield made


def test_the_other_one_goes_on(cluster, begin, write, machine, report) -> None:
    """Broken: the network of one of two web servers, whose connections neither end nor answer.

    Expected: what it had in hand is answered by the other one or, a form, with 504; whoever asks afterwards waits no
    longer than nginx needs to see that nobody is there. Back on the network it serves again, by itself.
    """

    def on_the_machine(site) -> None:
        site.run_by["web1"] = machine.run
        site.web_hosts[1] = machine.address
        site.web_options = ""

    race = begin(cluster.socket_url, on_the_machine)
    writers = write(race)
    writers.wait_for_more()
    machine.cut_off()
    back = writers.wait_for_more(seconds=2 * NOTICED_SECONDS)
    machine.reconnect()
    writers.wait_for_more()
    writers.assert_all_there()
    told = Counter(each.status for each in writers.told)
    longest = max(each.seconds for each in writers.told)
    report(f"next booking after {back:.1f} s, longest answer {longest:.1f} s, {dict(told)}")
    assert set(told) <= {200, 302, 409} | MEANWHILE
    assert sum(told[status] for status in MEANWHILE) <= len(race.people)
    assert longest < NOTICED_SECONDS + 30
