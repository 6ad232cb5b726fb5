"""An upgrade under way: the new version's tables, the old version's web servers, then both versions side by side."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from acceptance.faults.conftest import DEMO, PEOPLE
from acceptance.faults.writers import Writers
from acceptance.installation import ROOT, Installation
from acceptance.processes import Cluster
from acceptance.races import Race

# Where nothing else is asked for (OLD=<ref> make faults): the version that brought this migration.
MIGRATION = "meetings/migrations/0017_*"


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def old(tmp_path) -> Iterator[Path]:
    """The old version's files."""
    ref = os.environ.get("OLD") or git("log", "--diff-filter=A", "--format=%H", "-1", "--", MIGRATION)
    folder = tmp_path / "old"
    git("worktree", "add", "--detach", str(folder), ref)
    # The crowd of today: what it needs may be younger than the version.
    shutil.copy(ROOT / "acceptance" / "crowd.py", folder / "acceptance")
    yield folder
    git("worktree", "remove", "--force", str(folder))


@pytest.fixture
def empty(tmp_path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


def test_upgrade_without_a_stop(old, empty, install, write, monkeypatch, report) -> None:
    """Broken: nothing; the new version migrates while the old one serves, then its processes replace the old ones.

    Expected: no request of anybody's fails at any time; at most, a form of the one version is shown anew by the other,
    to be sent again (400). (A version from before gunicorn.conf.py had a class of workers cuts off whoever waits when
    it is stopped; nginx repeats no form, so some end in 502.)
    """
    # The static files of one version are not those of the other.
    monkeypatch.setattr(Installation, "collected", None)
    site = install(empty.url, root=old, settings=DEMO)
    site.nginx_conf = ROOT / "docs" / "deploy" / "nginx.conf"
    site.prepare()
    site.start()
    race = Race(site, people=PEOPLE)
    writers: Writers = write(race)
    writers.wait_for_more()

    Installation.collected = None
    site.root = ROOT
    site.env["DATA_DIR"] = str(site.folder / "new")
    site.manage("migrate", "--no-input", "--verbosity=0")
    writers.wait_for_more()
    site.collect()
    for number in range(2):
        site.running(f"web{number}").stop()
        site.start_web(number)
        writers.wait_for_more()
    site.running("worker").stop()
    site.start_worker()

    writers.assert_all_there()
    told = Counter(each.status for each in writers.told)
    report(f"from {git('-C', str(old), 'rev-parse', '--short', 'HEAD')}: {dict(told)}")
    cut_off = set() if "worker_class" in (old / "gunicorn.conf.py").read_text() else {502}
    assert set(told) <= {200, 302, 400, 409} | cut_off
    assert told[400] + told[502] <= 2 * len(race.people)
