"""Sends the outbox, reads experts' calendars and writes imports of people, in turn, until it is stopped."""

import logging
import os
import select
import signal
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections
from django.utils import timezone

from everwise.db import cache_table
from everwise.web import outage
from experts.feeds import reader
from meetings.booking import reminders
from meetings.booking.credits import taken_by
from meetings.calendars import own_meetings
from meetings.mail import failing_calendars, outbox, retention
from meetings.mail.delivery import SmtpLine
from meetings.mail.heartbeat import Heart
from paths.importing import jobs, stored

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0
TELL_EVERY = timedelta(minutes=1)


class Stop:
    """Set by a signal. A threading.Event could lock up: its set() is not made for the thread that waits for it."""

    def __init__(self):
        self.asked = False
        self._wake, self._waker = os.pipe()

    def ask(self, *_) -> None:
        self.asked = True
        os.write(self._waker, b"!")

    def wait(self, seconds: float) -> None:
        select.select([self._wake], [], [], seconds)

    def close(self) -> None:
        os.close(self._wake)
        os.close(self._waker)


class Command(BaseCommand):
    help = "Send e-mails, read calendars and import people, as they are due. Stops on SIGTERM after the one in hand."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="send and read what is due and end")

    def handle(self, *args, once=False, **options) -> None:
        self.sent = self.read = 0
        self.line, self.heart, self.stop = SmtpLine(), Heart(), Stop()
        before = {}
        if not once:
            before = {number: signal.signal(number, self.stop.ask) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._work(once)
        finally:
            self.line.close()
            for number, handler in before.items():
                signal.signal(number, handler)
            self.stop.close()
        self.stdout.write(f"{self.sent} e-mails sent, {self.read} calendars read")

    def _work(self, once: bool) -> None:
        made_up = False
        self.sweep_at = self.tell_at = timezone.now()
        while not self.stop.asked:
            try:
                if not once:
                    self.heart.beat(timezone.now())
                if not made_up:
                    reminders.make_up(timezone.now())
                    made_up = True
                self._sweep()
                self._tell()
                if self._turn():
                    continue
            except Error as error:
                if once or outage.cause(error) is None:
                    raise
                # A restarted or locked database comes back; a row in hand is taken again when its lease runs out.
                logger.warning("Trying again, since the database refuses: %s", outage.in_words(error))
            if once:
                return
            # Nothing to do: mail servers end a conversation in which nothing is said.
            self.line.close()
            close_old_connections()
            self.stop.wait(POLL_SECONDS)
        try:
            self.heart.stop()
        except Error as error:
            logger.warning("This worker's row is left behind: %s", outage.in_words(error))

    def _turn(self) -> bool:
        """One message, one calendar and one import, so that none waits for all of the others; whether there was any."""
        # While the mail server has its rest, no row is taken.
        notice = None if self.line.rest else outbox.claim(timezone.now())
        if notice:
            self.sent += outbox.deliver(notice, timezone.now, self.line)
        calendar = None if self.stop.asked else reader.claim(timezone.now())
        if calendar:
            self.read += reader.read_calendar(calendar, clock=timezone.now, ours=own_meetings.own_meetings)
        people = None if self.stop.asked else jobs.claim(timezone.now())
        if people:
            jobs.run(people, clock=timezone.now, taken=taken_by)
        return bool(notice or calendar or people)

    def _tell(self) -> None:
        """Once a minute, write to experts whose calendar has failed for a day, and forget files nobody imported."""
        now = timezone.now()
        if now >= self.tell_at:
            failing_calendars.tell(now)
            stored.forget(now=now)
            self.tell_at = now + TELL_EVERY

    def _sweep(self) -> None:
        """One step of deleting what was sent long ago: the next one at the next turn, or after a while."""
        now = timezone.now()
        if now < self.sweep_at:
            return
        left = retention.sweep(now) == retention.STEP
        if cache_table.delete_expired(now) < cache_table.STEP and not left:
            self.sweep_at = now + retention.EVERY
