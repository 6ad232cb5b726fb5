"""The writers that open a draft, close a path early, and open it again.

Each locks the people it concerns, then the path, which bookings share: those in flight are over before a path is
closed, and whoever comes later reads that it is. All take keywords only: the actor as `by`, the moment as `now`.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise.accounts.models import User
from everwise.errors import Refused
from paths import history, states, telling
from paths.enrolment import lock
from paths.enums import Happened, Role
from paths.models import Membership, Path, PathEvent

# So often people are read anew who are added just while the path is opened.
TRIES = 5
QUICKER = gettext_lazy("Somebody else was quicker. Please try again.")


class OpeningError(Exception):
    """Nothing was changed. Its text says why, for the person who asked."""


class OpeningRefused(OpeningError, Refused):
    """Only a live admin of the path opens and closes it."""


class OtherPeople(OpeningError):
    """Those who would hear of the path are not as many as the page has shown: `number` says how many."""

    def __init__(self, number: int):
        super().__init__(_("People were added or left meanwhile. Nothing was sent."))
        self.number = number


class NotReady(OpeningError):
    """Something that must be there before the participants hear of the path is missing. Its text says what."""


class NobodyToTell(OpeningError):
    """The path has no participant."""


class NotNow(OpeningError):
    """A draft is not closed, and what has closed by its dates is not closed early."""


class _Others(Exception):
    """Somebody was added who is not locked."""


def unheard(path: Path) -> QuerySet[Membership]:
    """The participants of a draft who hear of it when it is opened."""
    return Membership.objects.live().filter(path=path, role=Role.PARTICIPANT, user__is_active=True)


def open_draft(*, path: Path, by: User, now: datetime, shown: int, lacking: Callable[[Path], list[str]]) -> PathEvent:
    """Open the path, and tell each participant once. Its line of the history, by whoever was first.

    `shown` is how many of them, beside `by`, the page has named. `lacking` says in sentences what the path still needs;
    it is asked of the path as it is held, with its participants and experts: only meetings know of times that can be
    booked. Raises an OpeningError.
    """
    for _attempt in range(TRIES):
        try:
            return _open(path, by, now, shown, lacking)
        except _Others:
            continue
    raise OpeningError(str(QUICKER))


@transaction.atomic
def _open(path: Path, by: User, now: datetime, shown: int, lacking: Callable[[Path], list[str]]) -> PathEvent:
    people = set(unheard(path).values_list("user", flat=True))
    current = _hold(path, people | _experts(path), by)
    if current.opened_at:
        return current.events.filter(what=Happened.OPENED).latest("at", "pk")
    told = list(unheard(current).select_related("user").order_by("user"))
    if {each.user_id for each in told} - people - {by.pk}:
        raise _Others
    if missing := lacking(current):
        raise NotReady(" ".join([*missing, _("The path was not opened.")]))
    if not told:
        raise NobodyToTell(_("Nobody would hear of it: add a participant first."))
    number = sum(each.user_id != by.pk for each in told)
    if number != shown:
        raise OtherPeople(number)
    current.opened_at = now
    current.save(update_fields=["opened_at"])
    telling.announce_all(path=current, memberships=told, by=by, now=now)
    return history.write(path=current, what=Happened.OPENED, by=by, now=now, facts={"participants": number})


@transaction.atomic
def close(*, path: Path, by: User, now: datetime) -> PathEvent | None:
    """Close the path before its dates do: nothing more is booked, and what is booked takes place.

    Its line of the history; None where it was closed early already. Raises an OpeningError.
    """
    current = _hold(path, set(), by)
    if current.is_draft:
        raise NotNow(states.draft_words())
    if current.closed_at:
        return None
    if closed := states.closed_words(current, by.reader, now):
        raise NotNow(closed)
    current.closed_at = now
    current.save(update_fields=["closed_at"])
    return history.write(path=current, what=Happened.CLOSED, by=by, now=now)


@transaction.atomic
def open_again(*, path: Path, by: User, now: datetime) -> PathEvent | None:
    """Take back that the path was closed early. Its line of the history; None where it is open already.

    Raises an OpeningError.
    """
    current = _hold(path, set(), by)
    if not current.closed_at:
        return None
    before = {"closed_at": current.closed_at.isoformat()}
    current.closed_at = None
    current.save(update_fields=["closed_at"])
    return history.write(path=current, what=Happened.OPENED_AGAIN, by=by, now=now, facts={"before": before})


def _experts(path: Path) -> set[UUID]:
    """Held as well: the hours by which the path is ready stay as they are until it is open."""
    live = Membership.objects.live().filter(path=path, role=Role.EXPERT)
    return set(live.values_list("user", flat=True))


def _hold(path: Path, people: set[UUID], by: User) -> Path:
    """The path as it stands, held until the transaction ends, as the people are."""
    lock(people, by=by.pk)
    admins = Membership.objects.live().filter(path=path, user=by, user__is_active=True, role=Role.ADMIN)
    if not admins.exists():
        raise OpeningRefused(_("Only an admin of this path can open or close it."))
    return Path.objects.select_for_update(no_key=True).get(pk=path.pk)
