"""Sends the outbox and reads experts' calendars, in turn, until it is told to stop."""

import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from experts.feeds import reader
from meetings import echoes, outbox

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0


class Command(BaseCommand):
    help = "Send the e-mails in the outbox, read the calendars that are due. Stops on SIGTERM after the one in hand."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="send and read what is due and end")

    def handle(self, *args, once=False, **options):
        stop = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        sent = read = 0
        while not stop.is_set():
            try:
                if notice := outbox.claim(timezone.now()):
                    sent += outbox.deliver(notice, timezone.now)
                # One calendar between two messages, so that neither waits for all of the other.
                calendar = None if stop.is_set() else reader.claim(timezone.now())
                if calendar:
                    read += reader.read(calendar, clock=timezone.now, ours=echoes.own_meetings)
                if notice or calendar:
                    continue
            except (OperationalError, InterfaceError):
                if once:
                    raise
                # A restarted or locked database comes back; a row in hand is taken again when its lease runs out.
                logger.warning("The database does not answer; trying again", exc_info=True)
            if once:
                break
            close_old_connections()
            stop.wait(POLL_SECONDS)
        self.stdout.write(f"{sent} e-mails sent, {read} calendars read")
