"""The writer of reminders: what an admin sends to participants of a path is queued for each of them, once.

Locks first the people, then the path, as every writer does. Rows are written in bulk.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise.accounts.models import User
from everwise.errors import Refused
from meetings.enums import AccountMail, NudgeKind
from meetings.mail.nudges import audience, free_times
from meetings.models import Notice, Nudge, NudgeRecipient, Priority
from paths import history, states
from paths.enrolment import EnrolmentRefused, check_right, lock
from paths.enums import Happened
from paths.models import Path

# So often people are read anew who are concerned only since they were locked.
TRIES = 5
BATCH = 1_000
QUICKER = gettext_lazy("Somebody else was quicker. Please try again.")


class NudgeError(Exception):
    """Nothing was sent. Its text says why, for the person who asked."""


class NudgeRefused(NudgeError, Refused):
    """Only a live admin of the path writes to its participants."""


class OtherRecipients(NudgeError):
    """They are not as many any more as the page has shown."""


class NothingToBook(NudgeError):
    """The e-mail would lead nowhere."""


class _Unlocked(Exception):
    """Somebody is concerned who is not locked."""


def send(
    *,
    path: Path,
    kind: NudgeKind,
    since: date | None,
    subject: str,
    words: str,
    shown: int,
    token: UUID,
    by: User,
    now: datetime,
) -> Nudge:
    """Write to all whom it concerns, if they are as many as the page has `shown`. The same form twice is one reminder.

    Raises a NudgeError.
    """
    for _attempt in range(TRIES):
        try:
            with transaction.atomic():
                people = set(audience.recipients(path, kind, since, now).values_list("pk", flat=True))
                lock(people, by=by.pk)
                current = _held(path, by)
                if earlier := Nudge.objects.filter(by=by, token=token).first():
                    return earlier
                if reason := obstacle(current, by, now):
                    raise NothingToBook(reason)
                found = list(audience.recipients(current, kind, since, now))
                if len(found) != shown:
                    raise OtherRecipients(_("They are not as many any more. Nothing was sent."))
                if {each.pk for each in found} - people:
                    raise _Unlocked
                nudge = Nudge.objects.create(
                    path=current, kind=kind, since=since, subject=subject, words=words, token=token, by=by, at=now
                )
                queue(nudge, found, AccountMail.NUDGE, now)
                facts = {"kind": kind.value, "number": len(found)}
                history.write(path=current, what=Happened.NUDGED, by=by, now=now, facts=facts)
                return nudge
        except _Unlocked:
            continue
    raise NudgeError(str(QUICKER))


def obstacle(path: Path, reader: User, now: datetime) -> str:
    """Why nobody can be written to now, in words; empty where nothing speaks against it."""
    if path.is_draft:
        return states.draft_words()
    if closed := states.closed_words(path, reader.reader, now):
        return closed
    if not free_times.any_offered(path, now):
        return _("No time can be booked in the next two weeks.")
    return ""


def queue(nudge: Nudge, people: list[User], kind: AccountMail, now: datetime) -> None:
    """An e-mail for each of these people, who are locked. Nobody is twice among a reminder's."""
    rows = [NudgeRecipient(nudge=nudge, user=user, at=now) for user in people]
    NudgeRecipient.objects.bulk_create(rows, batch_size=BATCH)
    Notice.objects.bulk_create(
        [
            Notice(nudged=row, kind=kind, user=row.user, address=row.user.email, priority=Priority.BULK, due_at=now)
            for row in rows
        ],
        batch_size=BATCH,
    )


def _held(path: Path, by: User) -> Path:
    """The path as it stands, held until the transaction ends. Raises NudgeRefused."""
    try:
        check_right(by, path)
    except EnrolmentRefused as error:
        raise NudgeRefused(_("Only an admin of this path can write to its participants.")) from error
    return Path.objects.select_for_update(no_key=True).get(pk=path.pk)
