"""Sends the outbox, holds times for people in line, reads experts' calendars and writes imports of people, in turn,
until it is stopped; beside it, the answers to invitations are read.
"""

import logging
import os
import select
import signal
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections
from redis.exceptions import RedisError
from structlog.contextvars import bound_contextvars

from everwise.accounts import authentication_log
from everwise.accounts.sessions import cleaning
from everwise.db import cache_table
from everwise.db.clock import DatabaseClock
from everwise.sso import refresh, sessions
from everwise.web import outage
from experts.feeds import reader
from meetings.booking import old_words, reminders
from meetings.booking.credits import taken_by
from meetings.booking.waitlist import joining, offering
from meetings.calendars import own_meetings
from meetings.insights import offered
from meetings.integrity import checked
from meetings.mail import failing_calendars, outbox, retention
from meetings.mail.delivery import SmtpLine
from meetings.mail.heartbeat import Heart
from meetings.mail.nudges import last_calls
from meetings.mail.replies.reader import read_due
from meetings.mail.replies.reading_thread import ReadingThread
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
        self.line, self.heart, self.stop, self.now = SmtpLine(), Heart(), Stop(), DatabaseClock()
        before, answers = {}, None
        self.waitlists = offering.Rounds()
        if not once:
            answers = ReadingThread()
            before = {number: signal.signal(number, self.stop.ask) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._work(once)
        finally:
            if answers:
                answers.stop()
            self.line.close()
            for number, handler in before.items():
                signal.signal(number, handler)
            self.stop.close()
        self.stdout.write(f"{self.sent} e-mails sent, {self.read} calendars read")

    def _work(self, once: bool) -> None:
        while once and read_due(self.now):
            pass
        self.sweep_at = self.tell_at = datetime.min.replace(tzinfo=UTC)
        while not self.stop.asked:
            try:
                if not once:
                    # Each time, as a clock may be put right meanwhile.
                    self.now.read()
                    self.heart.beat(self.now())
                self._sweep()
                self._tell()
                self.waitlists.step(self.now())
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
        """One message, one calendar, one import, one question to who signs people in, so that none waits for all of the
        others; whether there was any.
        """
        # While the mail server has its rest, no row is taken.
        notice = None if self.line.rest else outbox.claim(self.now())
        if notice:
            with bound_contextvars(job=f"notice {notice.pk}"):
                self.sent += outbox.deliver(notice, self.now, self.line)
        calendar = None if self.stop.asked else reader.claim(self.now())
        if calendar:
            with bound_contextvars(job=f"calendar {calendar.pk}"):
                self.read += reader.read_calendar(calendar, clock=self.now, ours=own_meetings.own_meetings)
        people = None if self.stop.asked else jobs.claim(self.now())
        if people:
            with bound_contextvars(job=f"import {people.pk}"):
                jobs.run(people, clock=self.now, taken=taken_by)
        asked = not self.stop.asked and bool(settings.SSO_PROVIDERS) and refresh.ask_next(self.now())
        return bool(notice or calendar or people or asked)

    def _tell(self) -> None:
        """Once a minute, what the clock asks for: reminders that lack, letters about calendars that fail, last calls,
        what is over or to forget.
        """
        now = self.now()
        if now >= self.tell_at:
            reminders.make_up(now)
            failing_calendars.tell(now)
            last_calls.send_due(now)
            joining.end_over(now)
            stored.forget(now=now)
            self._count(now)
            sessions.forget_old(now)
            self.tell_at = now + TELL_EVERY

    def _count(self, now) -> None:
        """What must never be, and today's hours, now and then: the cache says whether it is time."""
        try:
            checked.count(now)
            offered.note(now)
        except RedisError as error:
            if outage.cause(error) is None:
                raise
            logger.warning("Invariants are counted later: %s", outage.in_words(error))

    def _sweep(self) -> None:
        """One step of deleting old e-mails and sessions that are over; the next at the next turn, or after a while."""
        now = self.now()
        if now < self.sweep_at:
            return
        left = retention.sweep(now) == retention.STEP
        left |= authentication_log.sweep(now) == authentication_log.STEP
        left |= old_words.sweep(now) == old_words.STEP
        left |= cleaning.sweep(now) == cleaning.STEP
        if cache_table.delete_expired(now) < cache_table.STEP and not left:
            self.sweep_at = now + retention.EVERY
