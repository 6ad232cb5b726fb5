"""What the fault runs share: a database that the crowd has signed in to, made once and copied for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from acceptance.faults.writers import Writers
from acceptance.installation import Installation
from acceptance.processes import Cluster
from acceptance.races import Crowd, Race
from tests.meetings.mailserver import MailServer

PEOPLE = 8
DEMO = {"DEMO": "1"}


class Seed(NamedTuple):
    data: Path
    crowd: Crowd


@pytest.fixture(scope="session")
def seed(tmp_path_factory) -> Iterator[Seed]:
    folder = tmp_path_factory.mktemp("seed")
    cluster, mail_server = Cluster(folder), MailServer()
    site = Installation(folder, cluster.url, mail_server.port, settings=DEMO)
    try:
        site.prepare(demo=False)
        site.start(worker=False)
        crowd = Race(site, people=PEOPLE).crowd
        site.stop()
        cluster.end()
        yield Seed(cluster.folder, crowd)
    finally:
        site.stop()
        mail_server.stop()
        cluster.stop()


@pytest.fixture
def cluster(tmp_path, seed) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, copied_from=seed.data)
    yield cluster
    cluster.stop()


@pytest.fixture
def begin(seed, install) -> Callable[..., Race]:
    """Call it with a database's URL, and settings, for a running installation with the crowd.

    `before` is called with it when all is there but nothing runs.
    """

    def begin(database_url: str, before: Callable[[Installation], None] | None = None, **settings: str) -> Race:
        site = install(database_url, settings=DEMO | settings)
        site.collect()
        if before:
            before(site)
        site.start()
        return Race(site, crowd=seed.crowd)

    return begin


@pytest.fixture
def write() -> Iterator[Callable[[Race], Writers]]:
    """Call it with a race for its people who book one start after the other, until the test ends."""
    begun: list[Writers] = []

    def write(race: Race) -> Writers:
        begun.append(Writers(race))
        return begun[-1]

    yield write
    for writers in begun:
        writers.stop()
