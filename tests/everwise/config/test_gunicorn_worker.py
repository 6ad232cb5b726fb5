"""A web server that is asked to stop answers whoever has reached it, and nobody else."""

import runpy
import selectors
import socket
from contextlib import closing
from pathlib import Path

import pytest

CONF = Path(__file__).resolve().parents[3] / "gunicorn.conf.py"


@pytest.fixture
def listener():
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture
def worker(listener):
    kind = runpy.run_path(str(CONF))["worker_class"]
    # Without what gunicorn makes for a process of its own.
    worker = kind.__new__(kind)
    worker.cfg, worker.sockets, worker.nr_conns = None, [listener], 0
    worker.alive, worker._accepting = True, False
    worker.taken = []
    worker.enqueue_req = worker.taken.append
    with closing(selectors.DefaultSelector()) as worker.poller:
        worker.set_accept_enabled(True)
        yield worker
    for connection in worker.taken:
        connection.sock.close()


def test_stopping_takes_who_waits_and_refuses_who_comes(worker, listener):
    address = listener.getsockname()
    waiting = [socket.create_connection(address) for _ in range(3)]
    worker.alive = False

    worker.set_accept_enabled(False)

    assert [each.client for each in worker.taken] == [each.getsockname() for each in waiting]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    for each in waiting:
        each.close()


def test_one_that_has_enough_to_do_leaves_them_waiting(worker, listener):
    waiting = socket.create_connection(listener.getsockname())

    worker.set_accept_enabled(False)

    assert worker.taken == []
    socket.create_connection(listener.getsockname()).close()
    waiting.close()
