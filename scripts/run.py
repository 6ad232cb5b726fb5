"""The whole application on one's own machine: web server and worker, for `make run`.

Prepares DATA_DIR (secret key, database, demo program, static files), starts both, says where they
answer, and stops both when it is interrupted or one of them ends.
"""

import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
# SIGTERM lets requests and a mail being sent finish; this is how long they may take.
# A mail server has ten seconds for the message in the worker's hand.
GRACE_SECONDS = 15
START_SECONDS = 30
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    port = port_to_use(os.environ.get("PORT") or "8000")
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    refuse_taken_port(port)
    env = {
        **os.environ,
        "DEMO": "1",
        "DEBUG": "0",
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": secret_key(data_dir),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    manage(env, "migrate", "--no-input", "--verbosity=0")
    collect_static(env, data_dir)
    sign_ins = manage(env, "demo", "--if-empty")
    return serve(env, port, sign_ins)


def port_to_use(value: str) -> int:
    if not (value.isdecimal() and value.isascii() and 1 <= int(value) <= 65535):
        sys.exit(f'PORT: "{value}" is no whole number from 1 to 65535. Example: PORT=8000')
    return int(value)


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is taken. Choose another: make run PORT={port + 1}")


def secret_key(data_dir: Path) -> str:
    """The same key at every start, so that nobody is signed out by a restart."""
    path = data_dir / "secret_key"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def collect_static(env: Mapping[str, str], data_dir: Path) -> None:
    """Compressing takes many seconds, so it is only done when a file may have changed."""
    stamp = data_dir / "static.stamp"
    sources = [ROOT / "requirements" / "run.txt", ROOT / "everwise" / "settings.py"]
    sources += sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in sources:
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and (data_dir / "static").is_dir():
        return
    manage(env, "collectstatic", "--no-input", "--clear", "--verbosity=0")
    stamp.write_text(digest.hexdigest())


def manage(env: Mapping[str, str], *arguments: str) -> str:
    """What the command writes to its output. Ends this program where it fails."""
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    if result.returncode:
        sys.exit(result.stdout + f"manage.py {arguments[0]} failed")
    return result.stdout


def serve(env: Mapping[str, str], port: int, sign_ins: str) -> int:
    """Run both until one ends; gives the exit code. `sign_ins` is what to print of how to sign in."""
    children: list[subprocess.Popen] = []
    try:
        for arguments in web_and_worker(port):
            # A session of their own: Ctrl-C reaches this process only, which then stops them in order.
            children.append(subprocess.Popen(arguments, cwd=ROOT, env=env, start_new_session=True))
        wait_for_port(port, children)
        print(f"\nEverwise runs at http://127.0.0.1:{port}/\n\n{sign_ins}\nCtrl-C stops it.", flush=True)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        print("One of web server and worker ended by itself; stopping the other.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        # A second Ctrl-C must not leave one of them behind.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        stop_all(children)


def web_and_worker(port: int) -> Iterator[list[str]]:
    yield [
        *(sys.executable, "-m", "gunicorn", "everwise.wsgi"),
        *(f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4", "--log-level=warning"),
        # It would lie in the home directory, shared with every other gunicorn there.
        "--no-control-socket",
    ]
    yield [sys.executable, "manage.py", "worker"]


def wait_for_port(port: int, children: list[subprocess.Popen]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while all(child.poll() is None for child in children) and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def stop_all(children: list[subprocess.Popen]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, interrupt)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
