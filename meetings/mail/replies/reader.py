"""Reads the mailbox of answers: any number of workers, one of them at a time, a few e-mails at each turn.

Where it got to is kept after the answers are. While the server is away it is asked less and less often, and what has
come meanwhile is read afterwards.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from everwise.config.mailboxes import RepliesAt
from everwise.seeing.logs import told
from meetings.calendars import reply_addresses
from meetings.mail.replies import mailbox, messages, writer
from meetings.mail.replies.mailbox import MailboxUnreachable, OpenMailbox
from meetings.mail.replies.writer import Judged
from meetings.models import ReplyMailbox

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
# After each failure in a row; the last again and again.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15)]
# Longer than a conversation may last.
LEASE = timedelta(minutes=3)
# Of one turn.
MOST_MESSAGES = 50
MOST_SECONDS = 20.0


def read_due(clock: Callable[[], datetime], stopped: Callable[[], bool] = lambda: False) -> bool:
    """Read some of what has come, if it is time and nobody else does; whether more may lie there."""
    place = settings.REPLIES
    if place is None or (row := _claim(place, clock())) is None:
        return False
    try:
        with mailbox.opened(place) as opened:
            more = _read(row, opened, clock, stopped)
    except MailboxUnreachable as error:
        _note_failure(row, str(error), clock())
        return False
    now = clock()
    if row.failing_since:
        logger.info("The mailbox of answers is read again", extra=told(failing_since=row.failing_since.isoformat()))
    _held(row).update(
        last_read_at=now,
        next_read_at=now if more else now + EVERY,
        leased_until=None,
        failing_since=None,
        failures=0,
        error="",
    )
    return more


def _claim(place: RepliesAt, now: datetime) -> ReplyMailbox | None:
    """The row, for the length of the lease; None while another reads, or it is too early."""
    source = sha256(f"{place.user}\n{place.host}\n{place.port}\n{place.folder}".encode()).hexdigest()
    row, _made = ReplyMailbox.objects.get_or_create(pk=1, defaults={"source": source, "next_read_at": now})
    if row.source != source:
        # Another mailbox: read from its beginning, at once.
        fresh = {"source": source, "uid_validity": 0, "last_uid": 0, "next_read_at": now}
        ReplyMailbox.objects.filter(pk=row.pk, source=row.source).update(**fresh)
    due = ReplyMailbox.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now), next_read_at__lte=now)
    # In one statement, so that of two workers one has it.
    if not due.filter(pk=row.pk).update(leased_until=now + LEASE):
        return None
    return ReplyMailbox.objects.get(pk=row.pk)


def _held(row: ReplyMailbox):
    """The row, only while the lease is ours: after it ran out, it is another worker's to write."""
    return ReplyMailbox.objects.filter(pk=row.pk, leased_until=row.leased_until)


def _read(row: ReplyMailbox, opened: OpenMailbox, clock: Callable[[], datetime], stopped: Callable[[], bool]) -> bool:
    if opened.uid_validity != row.uid_validity:
        # All are read anew; the answers that count twice are known by then.
        row.uid_validity, row.last_uid = opened.uid_validity, 0
    sizes, until = opened.after(row.last_uid, MOST_MESSAGES)
    began, done, counted, seen = time.monotonic(), 0, 0, []
    last = row.last_uid
    for uid in sorted(sizes):
        if stopped() or time.monotonic() - began > MOST_SECONDS:
            until = last
            break
        if sizes[uid] <= messages.MOST_BYTES:
            found = messages.read(opened.fetch(uid, messages.MOST_BYTES))
            counted += sum(_kept(found, clock()))
            if found.replies:
                seen.append(uid)
        last, done = uid, done + 1
    _held(row).update(
        uid_validity=row.uid_validity,
        last_uid=until,
        messages=F("messages") + done,
        counted=F("counted") + counted,
    )
    opened.mark_seen(seen)
    # A gap may follow the last, which the next turn finds out.
    return bool(sizes)


def _kept(found: messages.ReadMessage, now: datetime) -> list[bool]:
    """Of each answer whether it counted."""
    tokens = reply_addresses.tokens_in(found.addressed)
    return [_keep(reply, tokens, now) == Judged.COUNTED for reply in found.replies]


def _keep(reply: messages.CalendarReply, tokens: set[str], now: datetime) -> Judged | None:
    try:
        judged = writer.keep(reply=reply, tokens=tokens, now=now)
    except (OperationalError, InterfaceError):
        # Not the answer's: it is read again.
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the others are read
        logger.error("An answer to an invitation was not read", extra=told(why=type(error).__name__))
        return None
    if judged is not Judged.COUNTED:
        # Never who or what: everybody can write to the mailbox.
        logger.info("An answer to an invitation does not count", extra=told(why=judged.value))
    return judged


def _note_failure(row: ReplyMailbox, fault: str, now: datetime) -> None:
    logger.warning("The mailbox of answers can't be read", extra=told(why=fault))
    _held(row).update(
        failing_since=Coalesce("failing_since", Value(now)),
        failures=F("failures") + 1,
        error=fault[:100],
        next_read_at=now + WAITS[min(row.failures, len(WAITS) - 1)],
        leased_until=None,
    )
