"""What every test shares: which tests can run here, the clock, and how Chromium is started."""

import fcntl
import os
import shutil

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.db import connection

from meetings.integrity import append_only as append_only_of_meetings
from paths import append_only as append_only_of_paths
from tests import scene

# Playwright keeps an event loop in this thread, which Django takes for asynchronous code calling the ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A busy machine is not a fault: no example fails for the time it took.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# "required" fails where there is no Chromium, and so does "flows", which leaves out all but the main flows.
BROWSER = os.environ.get("EVERWISE_BROWSER")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    postgres = "postgresql" in settings.DATABASES["default"]["ENGINE"]
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            # So that -m "not browser" leaves out every test that would start one.
            item.add_marker(pytest.mark.browser)
        if "clock" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stopped_clock)
        if item.get_closest_marker("browser"):
            if not CHROMIUM and not BROWSER:
                item.add_marker(pytest.mark.skip(reason="no Chromium found"))
            elif BROWSER == "flows" and not item.path.name.endswith("_flow.py"):
                item.add_marker(pytest.mark.skip(reason="not one of the main flows"))
        if item.get_closest_marker("any_database") and postgres:
            item.add_marker(pytest.mark.skip(reason="the same on any database: runs on SQLite"))
        if item.get_closest_marker("postgres") and not postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL"))


# Of processes that a test has killed, PostgreSQL keeps sessions for a while, and drops no database that has one.
END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND backend_type = 'client backend'
    AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    if connection.vendor == "sqlite":
        # Without TRUNCATE, emptying the tables after a test removes row by row. Afterwards Django makes the rule again.
        # Of the class, as a browser's event loop has a connection of its own.
        operations = type(connection.ops)
        flush = operations.execute_sql_flush

        def flush_history_too(self, statements):
            for module in (append_only_of_meetings, append_only_of_paths):
                module.HISTORY.drop(self.connection)
            return flush(self, statements)

        operations.execute_sql_flush = flush_history_too
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(END_OTHERS)


@pytest.fixture(autouse=True)
def one_race_at_a_time(request, tmp_path_factory):
    """Of all processes: two races at once would ask a database for more connections than it has."""
    if not request.node.get_closest_marker("race"):
        yield
        return
    with (tmp_path_factory.getbasetemp().parent / "races.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def clock(request):
    """Stands at the NOW of the test's module, or of the scene, until it is moved."""
    with time_machine.travel(getattr(request.module, "NOW", scene.NOW), tick=False) as clock:
        yield clock


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not CHROMIUM:
        pytest.fail(f"EVERWISE_BROWSER={BROWSER}, but no Chromium was found on PATH")
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            # Continuous integration runs as root, where Chromium's own sandbox refuses to start.
            "--no-sandbox",
            "--disable-gpu",
            # No calls home: a machine without a network would refuse them, many at a time.
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }
