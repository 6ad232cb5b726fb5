"""Sends the outbox until it is told to stop."""

import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from meetings import outbox

POLL_SECONDS = 2.0


class Command(BaseCommand):
    help = "Send the e-mails in the outbox. Stops on SIGTERM after the message it is sending."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="send what is due and end")

    def handle(self, *args, once=False, **options):
        stop = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        sent = 0
        while not stop.is_set():
            notice = outbox.claim(timezone.now())
            if notice is not None:
                sent += outbox.deliver(notice, timezone.now)
            elif once:
                break
            else:
                close_old_connections()
                stop.wait(POLL_SECONDS)
        self.stdout.write(f"{sent} e-mails sent")
