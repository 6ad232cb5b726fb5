"""Read by gunicorn when it is started in this folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

if os.environ.get("METRICS_TOKEN") or os.environ.get("METRICS_TOKEN_FILE"):
    # Where each process writes what it counts, so that any of them can tell of all (everwise/seeing/metrics.py).
    # Set before prometheus_client is loaded, which asks once.
    DATA_DIR = os.environ.get("DATA_DIR") or Path(__file__).resolve().parent / ".data"
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(Path(DATA_DIR).resolve() / "metrics"))
else:
    # Nobody reads what would be written there.
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)

from gunicorn.workers.gthread import ThreadWorker


def on_starting(server) -> None:
    """Report once what is wrong in the environment; else each of gunicorn's processes would, on its own.

    In another process, since what this one had loaded would outlast a reload.
    """
    asked = subprocess.run([sys.executable, "-m", "everwise.config.start"])
    if asked.returncode:
        sys.exit(asked.returncode)
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        # What processes have counted that ended long ago.
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)


def child_exit(server, worker) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


# Which headers of a proxy are believed, Everwise's settings say alone (TRUSTED_PROXY_COUNT). Gunicorn on its own would
# take X-Forwarded-Proto from whoever connects from this machine.
secure_scheme_headers = {}

# Longer than the minute for which nginx keeps a connection it may use again: whoever closes first must be nginx, or the
# next request on it, which may be somebody's booking, ends in a 502.
keepalive = 75

# Its own lines as all others are written.
logger_class = "everwise.seeing.gunicorn.LinesLogger"


class Worker(ThreadWorker):
    """Gunicorn's own with threads, but that one asked to stop takes what has reached it.

    Else whoever is in the system's queue of new connections waits there until the process ends, and is then cut off:
    somebody's booking would end in a 502 at each restart.
    """

    def set_accept_enabled(self, enabled) -> None:
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            taken = None
            while taken != self.nr_conns:
                taken = self.nr_conns
                self.accept(listener)
            # From now on whoever comes is refused at once, and goes to another web server.
            listener.close()


worker_class = Worker
