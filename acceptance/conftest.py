"""What acceptance tests share: a database, a Redis and a mail server of their own, and installations on them."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from acceptance.installation import ROOT, Installation
from acceptance.processes import Cluster, Dovecot, PgBouncer, Redis, postgres_program
from tests.conftest import browser_type_launch_args  # noqa: F401 - how Chromium is started, for pytest-playwright
from tests.meetings.mailserver import MailServer

PROGRAMS = ("nginx", "redis-server", "openssl", "psql", "pgbouncer", "chromium", "java", "xmlsec1", "dovecot")
# The Nu HTML checker; `make acceptance` fetches it.
VNU_JAR = Path(os.environ.get("VNU_JAR") or ROOT / ".venv/vnu/node_modules/vnu-jar/build/dist/vnu.jar")


def pytest_sessionstart(session) -> None:
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    missing += [name for name in ("initdb", "pg_ctl") if not shutil.which(postgres_program(name))]
    if missing:
        pytest.exit(f"The acceptance tests need {', '.join(missing)}: .ci/run installs them on Debian.", 1)
    if not VNU_JAR.is_file():
        pytest.exit(f"The acceptance tests need {VNU_JAR}: `make acceptance` fetches it.", 1)


@pytest.fixture
def redis(tmp_path) -> Iterator[Redis]:
    redis = Redis(tmp_path)
    yield redis
    redis.stop()


@pytest.fixture
def cluster(tmp_path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


@pytest.fixture
def pgbouncer(tmp_path, cluster) -> Iterator[PgBouncer]:
    pgbouncer = PgBouncer(tmp_path, cluster)
    yield pgbouncer
    pgbouncer.stop()


@pytest.fixture
def dovecot(tmp_path) -> Iterator[Dovecot]:
    dovecot = Dovecot(tmp_path)
    yield dovecot
    dovecot.stop()
    dovecot.clean()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture(params=["postgresql", "sqlite"])
def database_url(request, tmp_path) -> str:
    """A database of each kind, empty."""
    if request.param == "postgresql":
        return request.getfixturevalue("cluster").url
    return f"sqlite:///{tmp_path / 'everwise.sqlite3'}"


@pytest.fixture
def install(tmp_path, mail_server) -> Iterator[Callable[..., Installation]]:
    """Call it with a database's URL (and what Installation takes) for an installation that is stopped afterwards."""
    made: list[Installation] = []

    def install(database_url: str, **more) -> Installation:
        folder = tmp_path / f"installation{len(made)}"
        folder.mkdir()
        made.append(Installation(folder, database_url, mail_server.port, **more))
        return made[-1]

    yield install
    for installation in made:
        installation.stop()


@pytest.fixture
def report(request, capsys) -> Callable[[str], None]:
    """Call it with a figure of this run, shown as it is found."""

    def report(figure: str) -> None:
        with capsys.disabled():
            print(f"\n{request.node.name}: {figure}")

    return report
