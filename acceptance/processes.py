"""Programs that a test starts on loopback, waits for and ends: each by its own process id, never by name."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

HOST = "127.0.0.1"
# How long a program may take to answer or to end, on a machine that has other work as well.
PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def wait_for(state: Callable[[], T | None], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """What `state` gives once it is true. Raises TimeoutError, naming `what`, when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := state()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Still not so after {seconds} s: {what}")
        time.sleep(0.05)
    return found


class Process:
    """One program with its output in a file. It leads a group of its own, so that its children end with it."""

    def __init__(self, command: list[str], log: Path, *, cwd: Path | None = None, env: dict[str, str] | None = None):
        self.log = log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def ended(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._child.poll()

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_it_answers(self, port: int) -> None:
        def state():
            if self.ended is not None:
                raise RuntimeError(f"It ended with {self.ended} before it answered:\n{self.output[-4000:]}")
            return answers(port)

        wait_for(state, f"port {port} answers")

    def kill(self) -> None:
        """End it and its children without warning, as a power cut does."""
        if self.ended is None:
            os.killpg(self.pid, signal.SIGKILL)
        self._child.wait()

    def stop(self) -> None:
        if self.ended is None:
            self._child.terminate()
            try:
                self._child.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()


def as_postgres(command: list[str]) -> list[str]:
    """The command as the user postgres where we are root, for whom PostgreSQL refuses to run."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def give_to_postgres(folder: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)


class Cluster:
    """A PostgreSQL of the test's own, which may be killed and made read-only as no shared one may."""

    def __init__(self, folder: Path):
        # Not below pytest's own folders, which nobody but us may pass.
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="everwise-cluster-")), free_port()
        self._log = folder / "postgresql.log"
        give_to_postgres(self.folder)
        self._run("initdb", "-D", str(self.folder), "-A", "trust", "-U", "everwise", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    @property
    def url(self) -> str:
        return f"postgres://everwise@{HOST}:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses={HOST} -c unix_socket_directories= -c max_connections=200"
        start = ["pg_ctl", "-D", str(self.folder), "-o", options, "-w", "-l", str(self.folder / "log"), "start"]
        # After a kill the server's children hold its memory until they have noticed.
        wait_for(lambda: self._exit_code(*start) == 0, f"PostgreSQL starts:\n{self._log}")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def kill(self) -> None:
        """End the server without warning. Its children notice and end by themselves."""
        os.kill(int((self.folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        wait_for(lambda: not answers(self.port), "the killed database is gone")

    def set_read_only(self, on: bool) -> None:
        """Whether every transaction that begins from now on may only read, as on a standby."""
        value = "on" if on else "off"
        self.sql(f"ALTER SYSTEM SET default_transaction_read_only = {value}", "SELECT pg_reload_conf()")

    def sql(self, *statements: str) -> str:
        commands = [part for each in statements for part in ("-c", each)]
        psql = ["psql", "-X", "-q", "-A", "-t", "-h", HOST, "-p", str(self.port), "-U", "everwise", "postgres"]
        return subprocess.run([*psql, *commands], check=True, capture_output=True, text=True).stdout.strip()

    def _run(self, program: str, *arguments: str) -> None:
        if code := self._exit_code(program, *arguments):
            raise RuntimeError(f"{program} ended with {code}:\n{self._log.read_text()[-2000:]}")

    def _exit_code(self, program: str, *arguments: str) -> int:
        command = as_postgres([str(postgres_program(program)), *arguments])
        with self._log.open("ab") as output:
            return subprocess.run(command, stdout=output, stderr=output, cwd="/", check=False).returncode


def postgres_program(name: str) -> Path:
    """The newest of a name; Debian keeps the server's programs off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return found[-1] if found else Path(name)


class Redis:
    """A Redis of the test's own, which keeps nothing on disk."""

    def __init__(self, folder: Path):
        self.port = free_port()
        command = ["redis-server", "--bind", HOST, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self._process = Process([*command, "--dir", str(folder)], folder / "redis.log")
        self._process.wait_until_it_answers(self.port)

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def stop(self) -> None:
        self._process.stop()
