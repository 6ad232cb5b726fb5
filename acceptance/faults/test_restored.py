"""A backup of a running installation is brought back."""

import os
import subprocess
from pathlib import Path

from acceptance.faults.writers import mailed
from acceptance.processes import Cluster, clock_off_by, wait_for

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# Ahead of the clock by so much, a day's reminders of the first meetings are due.
AHEAD = "+2h"


def rows(cluster: Cluster, database: str) -> dict[str, int]:
    names = cluster.sql(TABLES, database=database).split()
    return {name: int(cluster.sql(f'SELECT count(*) FROM "{name}"', database=database)) for name in names}


def back_up(cluster: Cluster, file: Path) -> None:
    subprocess.run(["pg_dump", "--format=custom", f"--file={file}", cluster.url], check=True)


def restore(cluster: Cluster, file: Path, database: str) -> None:
    cluster.sql(f"CREATE DATABASE {database}")
    subprocess.run(["pg_restore", f"--dbname={cluster.url_of(database)}", str(file)], check=True)


def test_restored_backup_sends_no_old_mail(cluster, begin, install, mail_server, tmp_path, report) -> None:
    """Broken: the database, lost after a backup; some e-mail of the backup was sent since, all else before it.

    Expected: the same rows; nothing goes out a second time (`manage.py hold_mail`); reminders that come later do.
    """
    race = begin(cluster.url)
    site = race.site
    assert [race.book(visitor, race.starts[0]).status for visitor in race.people[:4]] == [302] * 4
    wait_for(lambda: len(mail_server.letters) >= 8, "the first ones' e-mail has arrived", seconds=120)
    site.running("worker").stop()
    assert [race.book(visitor, race.starts[1]).status for visitor in race.people[4:6]] == [302] * 2
    for number in range(2):
        site.running(f"web{number}").stop()
    back_up(cluster, tmp_path / "everwise.dump")
    counted = rows(cluster, "postgres")
    site.start_worker()
    wait_for(lambda: len(mail_server.letters) >= 12, "the others' has arrived since", seconds=120)
    site.running("worker").stop()

    restore(cluster, tmp_path / "everwise.dump", "restored")
    assert rows(cluster, "restored") == counted
    restored = install(cluster.url_of("restored"), settings={"DEMO": "1"})
    assert restored.manage("hold_mail").startswith("4 ")
    # A round of the worker by its machine's own clock: the day's reminders of both starts are due, two in each meeting.
    restored.manage("worker", "--once", **clock_off_by(AHEAD))
    again = mailed(mail_server)
    assert max(again.values()) == 1
    assert sum(again.values()) == 24
    assert restored.count_broken() == ""
    size = os.stat(tmp_path / "everwise.dump").st_size
    report(f"{sum(counted.values())} rows in {len(counted)} tables from {size:,} bytes; 4 e-mails held back")
