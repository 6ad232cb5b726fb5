"""Programs that a test starts on loopback, waits for and ends: each by its own process id, never by name."""

import grp
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
from urllib.parse import quote

T = TypeVar("T")

HOST = "127.0.0.1"
# How long a program may take to answer or to end, on a machine that has other work as well.
PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def answers(port: int, host: str = HOST) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def wait_for(state: Callable[[], T | None], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """What `state` gives once it is true. Raises TimeoutError, naming `what`, when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := state()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Still not so after {seconds} s: {what}")
        time.sleep(0.05)
    return found


def clock_off_by(offset: str) -> dict[str, str]:
    """The environment of a program whose clock is off by so much ("+2h"). faketime itself would stay its parent."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return {"LD_PRELOAD": str(library), "FAKETIME": offset}


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

    def wait_until_it_answers(self, port: int, host: str = HOST) -> None:
        def state():
            if self.ended is not None:
                raise RuntimeError(f"It ended with {self.ended} before it answered:\n{self.output[-4000:]}")
            return answers(port, host)

        wait_for(state, f"port {port} answers")

    def kill(self) -> None:
        """End it and its children without warning, as a power cut does."""
        if self.ended is None:
            os.killpg(self.pid, signal.SIGKILL)
        self._child.wait()

    def terminate(self) -> None:
        """Ask it to end, and go on."""
        self._child.terminate()

    def stop(self) -> None:
        if self.ended is None:
            self.terminate()
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

    def __init__(self, folder: Path, *, copied_from: Path | None = None, within: Path | None = None):
        """`copied_from`: the folder of one that has ended. `within`: where its own is made."""
        self.port, self._log = free_port(), folder / "postgresql.log"
        # Not below pytest's own folders, which nobody but us may pass.
        self.folder = Path(tempfile.mkdtemp(prefix="everwise-cluster-", dir=within))
        give_to_postgres(self.folder)
        self._fill(copied_from)
        self.start()

    def _fill(self, copied_from: Path | None) -> None:
        if copied_from:
            subprocess.run(["cp", "--archive", f"{copied_from}/.", str(self.folder)], check=True)
        else:
            options = ["-A", "trust", "-U", "everwise", "-E", "UTF8", "--locale=C.UTF-8"]
            self._run("initdb", "-D", str(self.folder), *options)

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    @property
    def socket_url(self) -> str:
        """For whom loopback is another one."""
        return f"postgres://everwise@{quote(str(self.folder), safe='')}:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses={HOST} -c max_connections=200"
        options += f" -c unix_socket_directories={self.folder}"
        start = ["pg_ctl", "-D", str(self.folder), "-o", options, "-w", "-l", str(self.folder / "log"), "start"]
        # After a kill the server's children hold its memory until they have noticed.
        wait_for(lambda: self._exit_code(*start) == 0, f"PostgreSQL starts:\n{self._log}")

    def end(self) -> None:
        """As before a machine is shut down: what it holds can be copied."""
        self._run("pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "stop")

    def stop(self) -> None:
        if answers(self.port):
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

    def url_of(self, database: str) -> str:
        return f"postgres://everwise@{HOST}:{self.port}/{database}"

    def sql(self, *statements: str, database: str = "postgres") -> str:
        commands = [part for each in statements for part in ("-c", each)]
        psql = ["psql", "-X", "-q", "-A", "-t", "-h", HOST, "-p", str(self.port), "-U", "everwise", database]
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


class Standby(Cluster):
    """A copy of a running cluster that follows it until it is promoted."""

    def __init__(self, folder: Path, primary: Cluster):
        self._primary = primary
        super().__init__(folder)

    def _fill(self, copied_from: Path | None) -> None:
        options = ["-h", HOST, "-p", str(self._primary.port), "-U", "everwise", "-R", "-c", "fast"]
        self._run("pg_basebackup", "-D", str(self.folder), *options)

    def promote(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder), "-w", "promote")


class PgBouncer:
    """A pool in transaction mode before a cluster, narrower than what its clients open."""

    def __init__(self, folder: Path, cluster: Cluster):
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="everwise-pgbouncer-"))
        ini = self._folder / "pgbouncer.ini"
        ini.write_text(
            f"[databases]\npostgres = host={HOST} port={cluster.port} dbname=postgres user=everwise\n"
            f"[pgbouncer]\nlisten_addr = {HOST}\nlisten_port = {self.port}\nunix_socket_dir =\nauth_type = any\n"
            "pool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 200\n"
        )
        give_to_postgres(self._folder)
        give_to_postgres(ini)
        command = as_postgres([shutil.which("pgbouncer") or "pgbouncer", str(ini)])
        self._process = Process(command, folder / "pgbouncer.log")
        self._process.wait_until_it_answers(self.port)

    @property
    def url(self) -> str:
        return f"postgres://everwise@{HOST}:{self.port}/postgres"

    def stop(self) -> None:
        self._process.stop()
        shutil.rmtree(self._folder)


class Redis:
    """A Redis of the test's own, which keeps nothing on disk."""

    def __init__(self, folder: Path, port: int | None = None, host: str = HOST):
        """`host`: an address by which other machines reach it, without a password."""
        self.port, self.host = port or free_port(), host
        command = ["redis-server", "--bind", host, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        command += ["--protected-mode", "yes" if host == HOST else "no"]
        self._process = Process([*command, "--dir", str(folder)], folder / "redis.log")
        self._process.wait_until_it_answers(self.port, host)

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def kill(self) -> None:
        self._process.kill()

    def stop(self) -> None:
        self._process.stop()


class Dovecot:
    """An IMAP server with one mailbox, rootless as an ordinary user's."""

    USER, PASSWORD = "replies@example.com", "se/cret"

    def __init__(self, folder: Path):
        self.port = free_port()
        self._folder, self._log = Path(tempfile.mkdtemp(prefix="everwise-dovecot-")), folder / "dovecot.log"
        owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._conf = self._folder / "dovecot.conf"
        no_chroot = "".join(f"service {name} {{\n  chroot =\n}}\n" for name in ("anvil", "stats"))
        self._conf.write_text(
            f"base_dir = {self._folder}/run\nstate_dir = {self._folder}/state\nlog_path = /dev/stderr\n"
            f"default_internal_user = {owner.pw_name}\ndefault_internal_group = {grp.getgrgid(owner.pw_gid).gr_name}\n"
            f"default_login_user = {owner.pw_name}\nprotocols = imap\nssl = no\ndisable_plaintext_auth = no\n"
            f"listen = {HOST}\nmail_location = maildir:{self._folder}/mail\nfirst_valid_uid = 1\n"
            f"passdb {{\n  driver = static\n  args = password={self.PASSWORD}\n}}\n"
            f"userdb {{\n  driver = static\n  args = uid={owner.pw_uid} gid={owner.pw_gid} home={self._folder}\n}}\n"
            f"{no_chroot}service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {self.port}\n  }}\n"
            "  inet_listener imaps {\n    port = 0\n  }\n}\n"
        )
        give_to_postgres(self._folder)
        give_to_postgres(self._conf)
        self.start()

    def start(self) -> None:
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self._process = Process(as_postgres([program, "-F", "-c", str(self._conf)]), self._log)
        self._process.wait_until_it_answers(self.port)

    @property
    def url(self) -> str:
        return f"imap://{quote(self.USER, safe='')}:{quote(self.PASSWORD, safe='')}@{HOST}:{self.port}/INBOX"

    def stop(self) -> None:
        self._process.stop()
        wait_for(lambda: not answers(self.port), "Dovecot is gone")

    def clean(self) -> None:
        shutil.rmtree(self._folder)
