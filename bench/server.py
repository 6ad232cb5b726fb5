"""A gunicorn of two workers on loopback, and clients that ask it things at once."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS, STOP_SECONDS, ANSWER_SECONDS = 30, 10, 30


@contextmanager
def gunicorn() -> Iterator[int]:
    """Serve the site with the environment of this process; gives the port, and stops the server it started."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "everwise.wsgi", f"--bind={HOST}:{port}"]
    command += ["--workers=2", "--threads=4", "--log-level=warning", "--no-control-socket"]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ, start_new_session=True)
    try:
        deadline = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float
    size: int


def get(path: str, session: str = "") -> bytes:
    return _request("GET", path, f"sessionid={session}")


def post(path: str, session: str, body: str) -> bytes:
    """A form's post. Its token of the page equals that of the cookie, as the server wants it."""
    token = "b" * 32
    body += f"&csrfmiddlewaretoken={token}"
    form = "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"
    return _request("POST", path, f"sessionid={session}; csrftoken={token}", *form) + body.encode()


def _request(method: str, path: str, cookie: str, *more: str) -> bytes:
    # Compressed as browsers want it over https.
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Accept-Encoding: gzip, deflate, br", f"Cookie: {cookie}"]
    return "\r\n".join([*lines, "Connection: close", *more, "", ""]).encode()


def ask(port: int, requests: list[list[bytes]]) -> tuple[list[Answer], float]:
    """One client for each list, all at once, each asking one thing after the other; and the seconds it took in all.

    Each request has a connection of its own, as a proxy before gunicorn makes it unless it is told otherwise.
    """
    answers: list[Answer] = []
    gate = threading.Barrier(len(requests) + 1)

    def client(own: list[bytes]) -> None:
        gate.wait()
        answers.extend(_exchange(port, request) for request in own)

    threads = [threading.Thread(target=client, args=[own]) for own in requests]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if len(answers) != sum(map(len, requests)):
        raise RuntimeError("The server did not answer every request.")
    return answers, took


def _exchange(port: int, request: bytes) -> Answer:
    began = time.perf_counter()
    parts = []
    with socket.create_connection((HOST, port), ANSWER_SECONDS) as connection:
        connection.sendall(request)
        while part := connection.recv(65536):
            parts.append(part)
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    if f"content-length: {len(body)}\r\n".encode() not in head.lower() + b"\r\n":
        raise ConnectionError("The server hung up.")
    return Answer(int(head[9:12]), time.perf_counter() - began, len(body))
