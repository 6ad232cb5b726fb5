"""An installation as the README's deployment has it: nginx before several gunicorns, a worker, a database."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

from acceptance.processes import HOST, PATIENCE_SECONDS, Process, free_port

ROOT = Path(__file__).resolve().parent.parent
# What a person types after the README's example, but for what each test sets itself.
SECRET_KEY = "an-acceptance-test-needs-a-long-and-random-looking-text-4711"


class Installation:
    """Everwise at https://localhost:<port><prefix>, ready once `start` returns.

    `settings` are environment variables on top of the usual ones.
    """

    # The static files of the first one: to compress them takes long, and they are the same for all.
    collected: ClassVar[Path | None] = None

    def __init__(
        self,
        folder: Path,
        database_url: str,
        mail_port: int,
        *,
        prefix: str = "",
        root: Path = ROOT,
        python: str = sys.executable,
        settings: dict[str, str] | None = None,
    ):
        self.folder, self.prefix, self.root, self.python = folder, prefix, root, python
        self.port = free_port()
        self.site_url = f"https://localhost:{self.port}{prefix}"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SECRET_KEY": SECRET_KEY,
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "SITE_URL": self.site_url,
            "ALLOWED_HOSTS": "localhost",
            "TRUSTED_PROXY_COUNT": "1",
            "EMAIL_URL": f"smtp://{HOST}:{mail_port}",
            "EMAIL_TIMEOUT": "5",
            "DEFAULT_FROM_EMAIL": "Learning <learn@example.com>",
            "SECURE": "1",
        } | (settings or {})
        # Where each gunicorn is reached, and what nginx is told beside: that one which failed is asked again at once.
        self.web_ports: list[int] = []
        self.web_hosts: dict[int, str] = {}
        self.web_options = " max_fails=0"
        self.nginx_conf = root / "docs" / "deploy" / "nginx.conf"
        # By what a program's command is run, by the program's name: another clock, another network.
        self.run_by: dict[str, list[str]] = {}
        self._running: dict[str, Process] = {}

    def manage(self, *arguments: str, **env: str) -> str:
        done = subprocess.run(
            [self.python, "manage.py", *arguments],
            cwd=self.root,
            env=self.env | env,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=5 * PATIENCE_SECONDS,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self, *, demo: bool = True) -> None:
        """Tables, static files and, unless asked not to, the demo program."""
        self.manage("migrate", "--no-input", "--verbosity=0")
        self.collect()
        if demo:
            self.manage("demo", DEMO="1")

    def collect(self) -> None:
        """The static files."""
        static = Path(self.env["DATA_DIR"]) / "static"
        if Installation.collected:
            shutil.copytree(Installation.collected, static)
        else:
            self.manage("collectstatic", "--no-input", "--verbosity=0")
            Installation.collected = static

    def start(self, *, web: int = 2, worker: bool = True) -> None:
        for number in range(web):
            self.start_web(number)
        if worker:
            self.start_worker()
        self._start_nginx()

    def start_web(self, number: int) -> Process:
        """One gunicorn, as on a machine of its own."""
        if number == len(self.web_ports):
            self.web_ports.append(free_port())
        port, host = self.web_ports[number], self.web_hosts.get(number, HOST)
        command = [self.python, "-m", "gunicorn", "everwise.wsgi", f"--bind={host}:{port}"]
        command += ["--workers=1", "--threads=4", "--no-control-socket"]
        process = self._start(f"web{number}", command)
        process.wait_until_it_answers(port, host)
        return process

    def start_worker(self, name: str = "worker") -> Process:
        return self._start(name, [self.python, "manage.py", "worker"])

    def running(self, name: str) -> Process:
        """ "web0", "web1", "worker" or "nginx"."""
        return self._running[name]

    def stop(self) -> None:
        for process in reversed(self._running.values()):
            process.stop()

    def count_broken(self) -> str:
        """What `check_invariants` prints of what is wrong; empty when all counts are zero."""
        done = subprocess.run(
            [self.python, "manage.py", "check_invariants"],
            cwd=self.root,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=5 * PATIENCE_SECONDS,
        )
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def _start(self, name: str, command: list[str]) -> Process:
        command = [*self.run_by.get(name, []), *command]
        process = Process(command, self.folder / f"{name}.log", cwd=self.root, env=self.env)
        self._running[name] = process
        return process

    def _start_nginx(self) -> None:
        certificate, key = make_certificate(self.folder)
        text = self.nginx_conf.read_text()
        upstreams = "".join(
            f"    server {self.web_hosts.get(number, HOST)}:{port}{self.web_options};\n"
            for number, port in enumerate(self.web_ports)
        )
        for written, ours in {
            "    server 127.0.0.1:8000;\n    server 127.0.0.1:8001;\n": upstreams,
            "listen 443 ssl;": f"listen {HOST}:{self.port} ssl;",
            "listen 80;": f"listen {HOST}:{free_port()};",
            "server_name learn.example.com;": "server_name localhost;",
            "/etc/ssl/learn.example.com.pem": str(certificate),
            "/etc/ssl/learn.example.com.key": str(key),
        }.items():
            if written not in text:
                raise ValueError(f"{self.nginx_conf} no longer says {written!r}")
            text = text.replace(written, ours)
        site = self.folder / "site.conf"
        site.write_text(text)
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/nginx-{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        main = self.folder / "nginx.conf"
        main.write_text(
            f"{user}\ndaemon off;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/nginx-error.log;\n"
            f"events {{}}\nhttp {{\naccess_log {self.folder}/nginx-access.log;\n{temporary}include {site};\n}}\n"
        )
        command = ["nginx", "-e", f"{self.folder}/nginx-error.log", "-p", str(self.folder), "-c", str(main)]
        self._start("nginx", command).wait_until_it_answers(self.port)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost, signed by itself, and its key."""
    certificate, key = folder / "localhost.pem", folder / "localhost.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", str(certificate), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key
