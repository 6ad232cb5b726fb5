"""A gunicorn of two workers on loopback, and clients that ask it things at once."""

import os
import re
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
WORKERS = 2
START_SECONDS, STOP_SECONDS, ANSWER_SECONDS = 30, 10, 30


@contextmanager
def gunicorn() -> Iterator[int]:
    """Serve the site with the environment of this process; gives the port, and stops the server it started."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "everwise.wsgi", f"--bind={HOST}:{port}"]
    command += [f"--workers={WORKERS}", "--threads=4", "--log-level=warning", "--no-control-socket"]
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
    return "\r\n".join([*lines, *more, "", ""]).encode()


class Clients:
    """So many clients that ask at once, each over a connection that it keeps, as many to each of the server's workers.

    Were the connections spread by chance, so would be the figures.
    """

    def __init__(self, port: int, count: int):
        self.port = port
        self._connections = [connection for own in self._spread(count // WORKERS) for connection in own]

    def _spread(self, each: int) -> list[list[socket.socket]]:
        """So many connections to each worker, which `/bare/` tells apart."""
        deadline = time.monotonic() + START_SECONDS
        found: dict[bytes, list[socket.socket]] = {}
        while len(found) < WORKERS or any(len(own) < each for own in found.values()):
            if time.monotonic() > deadline:
                raise TimeoutError("The server's workers don't share the connections.")
            connection = socket.create_connection((HOST, self.port), ANSWER_SECONDS)
            _, worker = _exchange(connection, get("/bare/"))
            if len(found.setdefault(worker, [])) < each:
                found[worker].append(connection)
            else:
                connection.close()
        return list(found.values())

    def ask(self, requests: list[list[bytes]]) -> tuple[list[Answer], float]:
        """One list for each client, who asks one thing after the other; and the seconds it took in all."""
        answers: list[Answer] = []
        gate = threading.Barrier(len(requests) + 1)

        def client(connection: socket.socket, own: list[bytes]) -> None:
            gate.wait()
            answers.extend(_exchange(connection, request)[0] for request in own)

        pairs = zip(self._connections, requests, strict=True)
        threads = [threading.Thread(target=client, args=pair) for pair in pairs]
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

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


def _exchange(connection: socket.socket, request: bytes) -> tuple[Answer, bytes]:
    began = time.perf_counter()
    connection.sendall(request)
    got, size = b"", None
    while size is None or len(got) < size:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("The server hung up.")
        got += part
        if size is None and b"\r\n\r\n" in got:
            head, _, got = got.partition(b"\r\n\r\n")
            size = int(re.search(rb"content-length: (\d+)", head.lower())[1])
    return Answer(int(head[9:12]), time.perf_counter() - began, size), got
