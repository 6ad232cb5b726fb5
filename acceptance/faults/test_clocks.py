"""The clock of one web server and of a worker is wrong."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from acceptance.faults.writers import mailed
from acceptance.processes import clock_off_by, wait_for
from acceptance.races import STARTS, starts_from

TOLD = "This machine's clock is"
COUNT = "SELECT count(*) FROM meetings_notice"
WAITING = f"{COUNT} WHERE sent_at IS NULL AND parked_at IS NULL AND due_at <= now()"
EARLY = f"{COUNT} WHERE sent_at < due_at"
# No reminder of a new meeting is due then: the first are those of a day before.
LATER = f"{COUNT} WHERE kind = 'booked' AND sent_at IS NULL AND due_at > now()"


def half_hour_after(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=30 * (moment.minute // 30 + 1))


@pytest.mark.parametrize("skew", ["+2h", "-2h"])
def test_wrong_clock_breaks_nothing(skew, cluster, begin, write, mail_server, report) -> None:
    """Broken: one of two web servers and one of two workers are two hours ahead, or two hours behind.

    Expected: nobody is in two meetings; no e-mail goes twice and none early, since workers go by the database's clock.
    What a web server that is ahead writes becomes due two hours later. A reminder that it holds to be too late is made
    up for by the workers within a minute.
    """

    def wrong(site) -> None:
        command = ["env", *(f"{name}={value}" for name, value in clock_off_by(skew).items())]
        site.run_by = {"web1": command, "worker": command}

    race = begin(cluster.url, wrong)
    race.site.start_worker("right worker")
    # Everybody begins with those whose reminder of the day before a server that is ahead holds to be too late.
    first, share = half_hour_after(datetime.now(UTC) + timedelta(days=1)), STARTS // len(race.people)
    later, near = race.starts, starts_from(first)[:3]
    race.starts = [start for at in range(0, STARTS, share) for start in [*near, *later[at : at + share - len(near)]]]
    writers = write(race)
    writers.wait_for_more(40, seconds=120)
    writers.stop()
    wait_for(lambda: race.site.count_broken() == "", "the workers have made up for what lacks", seconds=120)
    meetings = writers.assert_all_there()
    told = Counter(each.status for each in writers.told)
    assert set(told) <= {200, 302, 409}
    wait_for(lambda: cluster.sql(WAITING) == "0", "every e-mail that is due has gone out", seconds=180)
    assert max(mailed(mail_server).values()) == 1
    assert cluster.sql(EARLY) == "0"
    wrong_is_told = [TOLD in race.site.running(name).output for name in ("worker", "right worker")]
    assert wrong_is_told == [True, False]
    later = int(cluster.sql(LATER))
    assert (later > 0) == (skew == "+2h")
    report(f"{len(meetings)} meetings, {len(mail_server.letters)} e-mails, {later} two hours late; {dict(told)}")
