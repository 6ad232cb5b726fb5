"""The primary of PostgreSQL dies while people book; its synchronous standby takes over."""

import time

from acceptance.faults.writers import MEANWHILE
from acceptance.processes import HOST, Standby, wait_for
from acceptance.visitor import Visitor

BACK_SECONDS = 30


def test_standby_takes_over(cluster, begin, write, tmp_path, mail_server, report) -> None:
    """Broken: the primary, killed under eight writers; the standby is promoted at once, as a manager of clusters does.

    Expected: whoever read that they are booked is; web and worker go on within BACK_SECONDS, untouched; no 500.
    """
    standby = Standby(tmp_path, cluster)
    try:
        cluster.sql("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        wait_for(lambda: cluster.sql("SELECT sync_state FROM pg_stat_replication") == "sync", "the standby follows")
        hosts = f"{HOST}:{cluster.port},{HOST}:{standby.port}"
        race = begin(f"postgres://everwise@{hosts}/postgres?target_session_attrs=read-write")
        writers = write(race)
        writers.wait_for_more()

        began = time.monotonic()
        cluster.kill()
        standby.promote()
        promoted = time.monotonic() - began
        back = promoted + writers.wait_for_more(seconds=2 * BACK_SECONDS)
        before = len(mail_server.letters)
        wait_for(lambda: len(mail_server.letters) > before, "the worker sends again", BACK_SECONDS)
        worker_back = time.monotonic() - began

        report(f"standby promoted after {promoted:.1f} s, first booking after {back:.1f} s, e-mail {worker_back:.1f} s")
        report(f"{len(writers.confirmed)} confirmed, statuses {sorted(writers.statuses)}")
        assert back < BACK_SECONDS
        assert writers.statuses <= {200, 302, 409} | MEANWHILE
        wait_for(lambda: Visitor(race.site.site_url).get("/readyz/worker").status == 200, "the worker is well")
        assert race.site.running("worker").ended is None
        writers.assert_all_there()
    finally:
        standby.stop()
