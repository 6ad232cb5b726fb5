"""The disk of the database is full."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from acceptance.faults.writers import MEANWHILE
from acceptance.processes import Cluster, answers, wait_for

MEGABYTES = 300


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small one of its own."""
    if os.geteuid():
        pytest.skip("root alone may mount a disk")
    folder = Path(tempfile.mkdtemp(prefix="everwise-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
def cluster(disk, seed, tmp_path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, copied_from=seed.data, within=disk)
    yield cluster
    cluster.stop()


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        while free := shutil.disk_usage(disk).free:
            file.write(bytes(min(free, 1 << 20)))
    return filler


def test_full_disk_is_told_and_all_goes_on_with_space(cluster, disk, begin, write, report) -> None:
    """Broken: no byte is left on the database's disk while people book.

    Expected: whoever can't be booked reads so (503), nobody reads 500, nothing is half written. With space
    again bookings go on without a start of ours (PostgreSQL itself ends where its log finds no space, and is started).
    """
    race = begin(cluster.url)
    writers = write(race)
    writers.wait_for_more()
    filler = fill(disk)
    since = time.monotonic()

    def refused():
        # Where a write is not refused in time, the rest of the log's file was enough for it.
        return [each for each in writers.told if each.asked_at > since and each.status == 503]

    wait_for(refused, "somebody is refused", seconds=90)
    page = race.people[0].get("/")
    assert page.status in {200, 503}
    filler.unlink()
    began = time.monotonic()
    ended = not answers(cluster.port)
    if ended:
        cluster.start()
    writers.wait_for_more()
    back = min(each.known_at for each in writers.confirmed if each.asked_at > began) - began
    writers.assert_all_there()
    report(f"home was {page.status}, PostgreSQL {'had ended' if ended else 'went on'}, booked {back:.1f} s after")
    assert writers.statuses <= {200, 302, 409} | MEANWHILE
    assert race.site.running("worker").ended is None
