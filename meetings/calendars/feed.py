"""All of a person's meetings as one calendar, for applications that subscribe to their secret address.

`/calendar/<secret>.ics` has all meetings of a person (`meetings/calendars/feed`). The secret has 256 bits;
`Subscription` keeps its SHA-256. It is shown in the answer to the very POST that makes it (`no-store`), and the form
carries a mark of the row it was made for, so that a reload finds itself stale. `SecretAddressMiddleware` comes first
and takes the secret out of the request (path, environ, cookies too): no log record, error report or access log of
gunicorn can hold it, and the view alone sees it. A proxy's log, and gunicorn's at level debug, are the administrator's
to mind (README). Whatever is no living address of an active person gets one answer after one query. Wrong guesses are
not counted: 256 bits are not guessed, and a limit would hit the servers that read the calendars of many. The ETag is a
digest of the facts, found without writing the text; who changes how they are written raises `FORM`.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from everwise import languages
from everwise.accounts.models import User
from meetings.calendars import ical, invitations
from meetings.models import Meeting, MeetingEvent, Subscription, digest_of

REACHES_BACK = timedelta(days=90)
# Of more, the oldest are left out.
MOST = 1000
# Raised when the same facts begin to be written otherwise, so that nobody keeps the old text.
FORM = 2


@sensitive_variables()
def owner(secret: str) -> User | None:
    """Whose address this is, in one query whatever the answer; None also for somebody who may not sign in, or whom
    their organisation no longer knows.
    """
    known = Subscription.objects.filter(user__is_active=True, user__disowned_at=None)
    found = known.filter(digest=digest_of(secret)).select_related("user").first()
    return found.user if found else None


def events(user: User, now: datetime) -> list[ical.Event]:
    """Their meetings of the last 90 days and all to come, in their own language, cancelled ones marked.

    Three queries, however many.
    """
    since = now - REACHES_BACK
    changes = MeetingEvent.objects.filter(meeting=OuterRef("pk")).order_by("-at", "-pk")
    found = (
        Meeting.objects.of(user, since=since)
        .filter(ends_at__gte=since)
        .annotate(changed_at=Subquery(changes.values("at")[:1]))
        .with_people()
        .order_by("-starts_at", "-pk")[:MOST]
    )
    with languages.reading(user.language):
        return [
            _marked(invitations.present(each, each.changed_at or each.created_at, user)) for each in reversed(found)
        ]


def _marked(event: ical.Event) -> ical.Event:
    """Many applications show a cancelled entry like any other."""
    if event.status != ical.CANCELLED:
        return event
    return replace(event, summary=_("Cancelled: %(title)s") % {"title": event.summary})


def name(user: User) -> str:
    """What applications call the calendar until its owner calls it something else."""
    with languages.reading(user.language):
        return _("Everwise meetings")


def etag(told: list[ical.Event], called: str) -> str:
    """Changes with any fact that is in the text; found without writing the text."""
    return f'"{hashlib.sha256(repr((FORM, called, ical.PRODID, told)).encode()).hexdigest()}"'


def text(told: list[ical.Event], called: str) -> bytes:
    return ical.calendar(told, name=called)
