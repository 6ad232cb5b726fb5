"""Sends what lies in the outbox: any number of workers, each row by one of them, none lost.

A worker takes a row by a lease. If it is killed, the lease runs out and the next worker takes the row, with the same
Message-ID. The mail itself is sent outside any transaction.
"""

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.errors import Refused
from meetings.booking import reminders
from meetings.calendars.invitations import MeetingNotice
from meetings.enums import QUICK, AccountMail
from meetings.mail import account_mails, render
from meetings.mail.delivery import DeliveryFault, SmtpLine
from meetings.mail.mime import Letter
from meetings.models import Notice, NoticeQuerySet, Priority

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
# How long to wait after each failure; a row that has used them all is parked for staff to look at.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720)]
# What a mail server says of a message may repeat the link in it, and what it says is kept for staff to read.
LINK = re.compile(r"\S*/\S*")


class ResendRefused(Refused):
    """Only staff who may change what lies in the outbox send it again."""


def post(*, kind: AccountMail, user_id: UUID | None, address: str, facts: dict, now: datetime) -> None:
    """Put an e-mail that is about no meeting into the outbox. `facts` are what it tells, and never open anything.

    `user_id` is None where nobody has an account by this address: then the language of the page is kept for it.
    """
    if user_id is None:
        facts = {**facts, "language": get_language()}
    Notice.objects.create(
        kind=kind, user_id=user_id, address=address, facts=facts, priority=_priority(kind), due_at=now
    )


def post_all(letters: list[tuple[AccountMail, User, dict]], now: datetime) -> None:
    """The same for many people at once: the kind of each e-mail, to whom it goes, and what it tells."""
    Notice.objects.bulk_create(
        Notice(kind=kind, user=user, address=user.email, facts=facts, priority=_priority(kind), due_at=now)
        for kind, user, facts in letters
    )


def _priority(kind: AccountMail) -> Priority:
    return Priority.QUICK if kind in QUICK else Priority.USUAL


def claim(now: datetime) -> Notice | None:
    """Take the longest waiting due row, for the length of the lease; before all others one that must be quick."""
    with transaction.atomic():
        # One priority at a time reads the index from where its first due row lies.
        notice = next(filter(None, (_first_due(priority, now) for priority in Priority)), None)
        if notice is None:
            return None
        # Asked again in the UPDATE, which is what keeps two workers apart on SQLite.
        taken = Notice.objects.due(now).filter(pk=notice.pk).update(leased_until=now + LEASE)
        if not taken:
            return None
    return Notice.objects.select_related("event__by", "meeting__path", "user").get(pk=notice.pk)


def _first_due(priority: Priority, now: datetime) -> Notice | None:
    due = Notice.objects.due(now).filter(priority=priority).order_by("due_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    return due.first()


def deliver(notice: Notice, clock: Callable[[], datetime], line: SmtpLine | None = None) -> bool:
    """Send a claimed row and say so in it; when that fails, note why and try again later.

    What nobody wants any more is dropped instead: a reminder, a link for an account that is closed. `line` is the
    worker's, kept for the next row; without it one is opened for this e-mail alone. `clock` gives the moment as it is.
    Says whether the e-mail was sent.
    """
    if line is None:
        line = SmtpLine()
        try:
            return deliver(notice, clock, line)
        finally:
            line.close()
    if _is_switched_off(notice):
        # Kept, for it says that a change was to be told.
        _held(notice).update(parked_at=clock(), leased_until=None, last_error=Notice.SWITCHED_OFF)
        return False
    try:
        line.open()
        # As late as can be: what is changed from here on, within the time of one message, finds the reminder sent.
        letter = _letter(notice, clock())
        if letter is None:
            _held(notice).delete()
            return False
        line.send(letter)
    except (OperationalError, InterfaceError):
        # Not the row's: the lease runs out, and the row is taken again.
        raise
    except Exception as error:
        # Whatever is wrong with this row, the others must go out.
        fault = line.failed(error)
        traced = fault is not DeliveryFault.NOT_ITS_OWN and not notice.address
        logger.warning("Notice %s was not sent", notice.pk, exc_info=traced)
        _put_back(notice, error, fault, clock())
        return False
    # Not by the lease: it was sent, whoever holds the row by now.
    Notice.objects.filter(pk=notice.pk).update(
        attempts=notice.attempts + 1, sent_at=clock(), leased_until=None, last_error=""
    )
    return True


def _is_switched_off(notice: Notice) -> bool:
    """Whether this is about a change of a meeting, to somebody who can't sign in any more."""
    told = notice.meeting_id is not None and notice.starts_at is None
    return told and not User.objects.filter(notices=notice.pk, is_active=True).exists()


def _letter(notice: Notice, now: datetime) -> Letter | None:
    if notice.address:
        return account_mails.message(notice, now)
    if notice.starts_at and not reminders.still_wanted(notice, now):
        return None
    return render.message(cast("MeetingNotice", notice))


def _put_back(notice: Notice, error: Exception, fault: DeliveryFault, now: datetime) -> None:
    attempts, due_at, parked_at = notice.attempts + 1, notice.due_at, None
    if fault is DeliveryFault.NOT_ITS_OWN:
        attempts = notice.attempts
    elif fault is DeliveryFault.REFUSED or attempts > len(WAITS):
        parked_at = now
    else:
        due_at = now + WAITS[attempts - 1]
    said = f"{type(error).__name__}: {error}"
    _held(notice).update(
        attempts=attempts,
        last_error=(LINK.sub("(a link)", said) if notice.address else said)[:300],
        leased_until=None,
        due_at=due_at,
        parked_at=parked_at,
    )


def _held(notice: Notice) -> NoticeQuerySet:
    """The row, only while the lease is ours: after it ran out, it is another worker's to write."""
    return Notice.objects.filter(pk=notice.pk, leased_until=notice.leased_until, sent_at__isnull=True)


def hold_back(*, now: datetime) -> int:
    """Park all that waits and should have gone out by now, and say how many: for a database restored from a backup.

    Most of it has been sent since the backup was made. Reminders of what is still to come stay as they are.
    """
    held = Notice.objects.waiting().filter(due_at__lte=now)
    return held.update(parked_at=now, leased_until=None, last_error=Notice.HELD_BACK)


def send_again(*, notices: NoticeQuerySet, by: User, now: datetime) -> list[Notice]:
    """Put the parked ones among `notices` back, as if they had never failed; return those. Raises NotAllowed.

    The rest are left alone: a row that waits or that a worker holds goes out by itself, and none is sent twice.
    """
    if not by.has_perm("meetings.change_notice"):
        raise ResendRefused(_("Only staff who may change what lies in the outbox can send it again."))
    with transaction.atomic():
        chosen = Notice.objects.parked().filter(pk__in=notices.order_by().values("pk"))
        rows = chosen.select_related("user").order_by("pk").select_for_update(of=("self",), no_key=True)
        parked = list(rows)
        for notice in parked:
            notice.parked_at = None
            notice.due_at = now
            notice.attempts = 0
            # The last error stays to be read until the row is sent.
        Notice.objects.bulk_update(parked, ["parked_at", "due_at", "attempts"], batch_size=500)
    logger.info("%s put %s parked notices back", by.pk, len(parked))
    return parked
