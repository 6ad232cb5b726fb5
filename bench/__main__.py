"""make bench: how fast the engine, the pages and the writer are, as ratios to baselines of the same run.

Databases are made for the run and dropped after it. DATABASE_URL says where a PostgreSQL is; without it, one that
answers on this machine without a password is used, or PostgreSQL is left out. SCALE=1 measures instead, on PostgreSQL
alone, how much slower the pages of a small path are among half a million meetings of others.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench import engine

LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
PARTS = ("bench.site", "bench.writer")
GROWN = "bench.grown"
# All parts together, each of which ends by itself long before.
MOST_SECONDS = 600
STARTED = time.monotonic()


def main() -> int:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        url = LOCAL_POSTGRES
    if os.environ.get("SCALE") == "1":
        return _run_on_postgres(GROWN, url)
    same = engine.run(lambda line: print(line, flush=True))
    wrong = [part for part in PARTS if _run(part, {})]
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        print("\nPostgreSQL was left out: none answers. Say where with DATABASE_URL=postgres://...")
    else:
        wrong += [part for part in PARTS if _run_on_postgres(part, url)]
    return int(bool(wrong) or not same)


def _run_on_postgres(part: str, url: str) -> int:
    with _database(url) as own:
        return _run(part, {"DATABASE_URL": own})


def _run(part: str, more: dict[str, str]) -> int:
    """The part in a process of its own; its exit code."""
    with tempfile.TemporaryDirectory(prefix="everwise-bench-") as data_dir:
        env = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATA_DIR": data_dir,
            "SECRET_KEY": "only-for-the-bench-and-as-long-as-a-key-of-an-installation-has-to-be",
            "DEBUG": "0",
            "DEMO": "0",
            "SECURE": "0",
            "STATIC_HASHED": "1",
            **more,
        }
        process = subprocess.Popen([sys.executable, "-m", part], env=env)
        try:
            return process.wait(max(MOST_SECONDS - (time.monotonic() - STARTED), 0))
        except subprocess.TimeoutExpired:
            # As Ctrl-C does, so that it stops its server.
            process.send_signal(signal.SIGINT)
            process.wait()
            print(f"\n{part} was stopped: all parts together took more than {MOST_SECONDS} seconds.")
            return 1


@contextmanager
def _database(url: str):
    """A database for this run on the server of `url`."""
    name = f"everwise_bench_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
