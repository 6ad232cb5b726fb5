"""Workers for test_killed_workers: for each line on its input, a process of its own that runs `manage.py worker`.

Forked from one that has everything imported, so that fifty of them start in no time.
"""

import os
import signal
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402 - settings are ready only now
from django.core.management import call_command  # noqa: E402

from meetings.mail import outbox  # noqa: E402
from meetings.management.commands import worker  # noqa: E402


def main(port, lease):
    settings.EMAIL_BACKEND = "everwise.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    # Short, so that what a killed worker held is taken again soon.
    outbox.LEASE = timedelta(seconds=float(lease))
    worker.POLL_SECONDS = 0.02
    # No zombies: the test only waits for what it must.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while sys.stdin.readline():
        child = os.fork()
        if not child:
            sys.stdin.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            call_command("worker", stdout=open(os.devnull, "w"))  # noqa: SIM115 - ends with the process
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
