"""The conversation with the IMAP server (RFC 3501): what has come since an e-mail, and each of them, within a size.

A server that is slow or silent ends it with MailboxUnreachable, as does whatever else goes wrong there.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Timer

from everwise.config.mailboxes import RepliesAt

# For each answer of the server, and for the whole conversation.
SECONDS = 10.0
MOST_SECONDS = 60.0
# So many UIDs are asked about at once, of which any number may be gone; of a gap twice as many each time.
WINDOW = 2_000
# In any order, and with whatever else the server tells of an e-mail.
UID = re.compile(rb"[( ]UID (\d+)")
SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d+)")


class MailboxUnreachable(Exception):
    """Nothing could be read. Its text is a code, for the log and for staff."""


@contextmanager
def opened(place: RepliesAt) -> Iterator["OpenMailbox"]:
    """The mailbox, until the block ends or the conversation has taken too long. Raises MailboxUnreachable."""
    client, stage = None, "connect"
    timer = None
    try:
        client = _connected(place)
        timer = Timer(MOST_SECONDS, _cut_off, [client.sock])
        timer.daemon = True
        timer.start()
        stage = "sign-in"
        client.login(place.user, place.password)
        stage = "folder"
        if client.select(f'"{place.folder}"')[0] != "OK":
            raise MailboxUnreachable("folder")
        stage = "reading"
        yield OpenMailbox(client)
    except (imaplib.IMAP4.error, OSError, EOFError, ValueError, OverflowError, MemoryError) as error:
        # What a server says may repeat what it was told.
        raise MailboxUnreachable(f"{stage} {type(error).__name__}") from None
    finally:
        if timer:
            timer.cancel()
        if client:
            with suppress(Exception):
                client.logout()
            # Which the farewell does by itself only where it is answered.
            with suppress(Exception):
                client.shutdown()


def _connected(place: RepliesAt) -> imaplib.IMAP4:
    if place.tls:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=SECONDS)
    client = imaplib.IMAP4(place.host, place.port, timeout=SECONDS)
    if place.needs_tls and "STARTTLS" not in client.capabilities:
        client.shutdown()
        raise MailboxUnreachable("no-tls")
    if place.needs_tls:
        client.starttls(ssl.create_default_context())
    return client


def _cut_off(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class OpenMailbox:
    def __init__(self, client: imaplib.IMAP4):
        self._client = client
        # With another one all UIDs mean something else.
        self.uid_validity = self._number("UIDVALIDITY")
        # Of the e-mail that comes next; 0 where the server does not say.
        self.next_uid = self._number("UIDNEXT")

    def _number(self, name: str) -> int:
        found = self._client.response(name)[1]
        return int(found[0]) if found and found[0] and found[0].isdigit() else 0

    def after(self, last: int, most: int) -> tuple[dict[int, int], int]:
        """The sizes of the next e-mails by UID, as many as asked for at most; and up to which UID there are no more.

        Gaps of any size are passed by, so that no answer of the server is long.
        """
        window, first = WINDOW, last + 1
        while not self.next_uid or first < self.next_uid:
            until = min(first + window - 1, self.next_uid - 1) if self.next_uid else None
            found = self._search(first, until)[:most]
            if found:
                return self._sizes(found), found[-1]
            if until is None:
                break
            first, window = until + 1, window * 2
        return {}, max(first - 1, last)

    def _search(self, first: int, until: int | None) -> list[int]:
        lines = self._asked("SEARCH", "UID", f"{first}:{until or '*'}")
        found = sorted({int(uid) for line in lines if line for uid in line.split() if uid.isdigit()})
        # 7:* has the last e-mail even where that is the sixth.
        return [uid for uid in found if uid >= first]

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        sizes = {}
        for line in self._asked("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)"):
            text = line[0] if isinstance(line, tuple) else line
            if text and (uid := UID.search(text)) and (size := SIZE.search(text)):
                sizes[int(uid[1])] = int(size[1])
        return sizes

    def fetch(self, uid: int, most: int) -> bytes:
        """Its first bytes, left unread as it was; empty if it is gone."""
        lines = self._asked("FETCH", str(uid), f"(BODY.PEEK[]<0.{most}>)")
        return next((line[1] for line in lines if isinstance(line, tuple)), b"")

    def _asked(self, *command: str) -> list:
        answer, lines = self._client.uid(*command)
        if answer != "OK":
            raise imaplib.IMAP4.error(command[0])
        return lines

    def mark_seen(self, uids: Sequence[int]) -> None:
        """For whoever looks into the mailbox. Where we may not, they stay as they are."""
        if uids:
            with suppress(imaplib.IMAP4.error):
                self._client.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", r"(\Seen)")
