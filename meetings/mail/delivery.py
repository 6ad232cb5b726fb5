"""Whose fault it is when an e-mail is not taken, and the line to the mail server on which a worker sends several."""

import enum
import smtplib
import time
from collections.abc import Callable
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

# The last is what an outage of hours is asked about again.
PAUSES = (1, 2, 4, 8, 15, 30, 60)
# Some servers end a conversation that has gone on for too long.
MOST_ON_ONE_LINE = 50
SHUTTING_DOWN, NEEDS_SIGN_IN, TOO_LARGE = 421, 530, 552


class DeliveryFault(enum.Enum):
    """What becomes of an e-mail that was not taken."""

    REFUSED = "The server will never take it: trying again would only annoy."
    ITS_OWN = "It failed, and may not next time: try this one again later, the others now."
    SHARED = "The conversation broke off, whether by this one or not: try it again later, and the others after a pause."
    NOT_ITS_OWN = "The server takes none from us: try again after a pause, without counting it against this one."


class ServerUnreachable(Exception):
    """No conversation with the mail server has come about."""


def fault_of(error: Exception) -> DeliveryFault:
    """Judge by what the server said, and at which point of the conversation."""
    match error:
        case ServerUnreachable():
            return DeliveryFault.NOT_ITS_OWN
        case smtplib.SMTPRecipientsRefused():
            return _of_reply(next(iter(error.recipients.values()))[0])
        case smtplib.SMTPSenderRefused():
            # The sender is the installation's own, the same for all; only the size is the message's.
            return DeliveryFault.REFUSED if error.smtp_code == TOO_LARGE else DeliveryFault.NOT_ITS_OWN
        case smtplib.SMTPDataError():
            return _of_reply(error.smtp_code)
        case smtplib.SMTPHeloError() | smtplib.SMTPConnectError() | smtplib.SMTPAuthenticationError():
            return DeliveryFault.NOT_ITS_OWN
        case smtplib.SMTPServerDisconnected():
            return DeliveryFault.SHARED
        case smtplib.SMTPException():
            return DeliveryFault.ITS_OWN
        case OSError():
            return DeliveryFault.SHARED
    return DeliveryFault.ITS_OWN


def _of_reply(code: int) -> DeliveryFault:
    if code == SHUTTING_DOWN:
        return DeliveryFault.SHARED
    if code == NEEDS_SIGN_IN:
        return DeliveryFault.NOT_ITS_OWN
    return DeliveryFault.REFUSED if code >= 500 else DeliveryFault.ITS_OWN


class SmtpLine:
    """The conversation with the mail server: kept for several e-mails, given a rest when it breaks off."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._connection: BaseEmailBackend | None = None
        self._sent = 0
        self._failures = 0
        self._rests_until = 0.0

    @property
    def rest(self) -> float:
        """Seconds until it is worth trying again."""
        return max(0.0, self._rests_until - self._clock())

    def open(self) -> None:
        """Be ready to send. Raises Unreachable."""
        if self._sent >= MOST_ON_ONE_LINE:
            self.close()
        if self._connection is not None:
            return
        connection = get_connection()
        try:
            connection.open()
        except Exception as error:
            # A context for TLS that can't be made, a name that has no address: all of it is the installation's.
            _close(connection)
            raise ServerUnreachable(f"{type(error).__name__}: {error}") from error
        self._connection, self._sent = connection, 0

    def send(self, letter: EmailMessage) -> None:
        """Send on the open line; afterwards the line is fit for the next one, closed or resting."""
        letter.connection = self._connection
        letter.send()
        self._sent += 1
        self._failures = 0

    def failed(self, error: Exception) -> DeliveryFault:
        """Note what a failure means for the line; return whose it was."""
        fault = fault_of(error)
        if fault in {DeliveryFault.SHARED, DeliveryFault.NOT_ITS_OWN} and self._sent:
            # The server may only have had enough of a long conversation: the next attempt begins a new one.
            self.close()
            return DeliveryFault.NOT_ITS_OWN
        if fault in {DeliveryFault.SHARED, DeliveryFault.NOT_ITS_OWN}:
            self.close()
            self._rests_until = self._clock() + PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures += 1
        else:
            self._failures = 0
        return fault

    def close(self) -> None:
        if self._connection is not None:
            _close(self._connection)
            self._connection, self._sent = None, 0


def _close(connection) -> None:
    # A farewell that fails has no consequence: what was sent, was sent.
    with suppress(Exception):
        connection.close()
