"""Django's SMTP backend with a deadline: one message takes EMAIL_TIMEOUT seconds at most, whatever the server does.

A socket's own timeout is per operation: a server that trickles one byte a second never trips it.
"""

import io
import smtplib
import socket
import time
from typing import NoReturn

from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend


class _Replies(io.RawIOBase):
    """What the server says, read from a socket that waits no longer than the conversation may still last."""

    def __init__(self, conversation: "_Plain"):
        self.conversation = conversation

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.conversation.hurried().recv_into(buffer)


class _Plain(smtplib.SMTP):
    def __init__(self, *args, **options):
        # Seconds for one message, as for one operation; none where there is no limit.
        self.allowance: float | None = options.get("timeout")
        self.start_over()
        super().__init__(*args, **options)

    def start_over(self) -> None:
        """Count the time of the next message from now."""
        self.deadline = None if self.allowance is None else time.monotonic() + self.allowance

    def hurried(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("please run connect() first")
        if self.deadline is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"not done within {self.allowance:g} seconds")
            self.sock.settimeout(left)
        return self.sock

    def getreply(self):
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Replies(self))
        return super().getreply()

    def send(self, data):
        try:
            self.hurried()
        except TimeoutError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(error)) from error
        super().send(data)


class _Secure(_Plain, smtplib.SMTP_SSL):
    """The same within TLS from the first byte."""


class EmailBackend(smtp.EmailBackend):
    connection: _Plain | None

    @property
    def connection_class(self) -> type[_Plain]:
        return _Secure if self.use_ssl else _Plain

    def open(self) -> bool | None:
        """Greet the server as well: one that does not answer shows before any message is at stake."""
        opened = super().open()
        if opened and self.connection is not None:
            try:
                self.connection.ehlo_or_helo_if_needed()
            except OSError:
                self.close()
                if not self.fail_silently:
                    raise
                return None
        return opened

    def send_messages(self, email_messages) -> int:
        if self.connection is not None:
            self.connection.start_over()
        return super().send_messages(email_messages)


class NoServer(BaseEmailBackend):
    """Where no mail server is named: nothing is sent, nothing counts as sent, and what waits says why."""

    def open(self) -> NoReturn:
        raise ConnectionError("EMAIL_URL is not set, so there is no mail server")

    def send_messages(self, email_messages) -> NoReturn:
        self.open()
