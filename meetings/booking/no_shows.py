"""Which sessions of a path a participant has missed, as far as they count by the path's rule (`no_shows_allowed`).

Read from the meetings themselves, so that an outcome that is corrected takes its no-show back by itself, and a rule
that is switched off ends at once. What has started before an admin let the person book again (paths.FreshStart) counts
no more. Without a rule nothing is asked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.timefmt import Reader
from everwise.wording import listed
from meetings.enums import AccountMail, Kind, Status
from meetings.models import Attendee, Meeting, Notice
from paths import people_search
from paths.enums import Role
from paths.models import FreshStart, Path

Starts = tuple[datetime, ...]


def missed_on(participant: User, paths: Iterable[Path]) -> dict[UUID, Starts]:
    """By path id, the starts of what this person has missed, the first first; of paths without a rule nothing."""
    ruled = [path.pk for path in paths if path.no_shows_allowed is not None]
    return _grouped(_missed().filter(user=participant, meeting__path__in=ruled), "meeting__path") if ruled else {}


def missed_by(people: Collection[User], path: Path) -> dict[UUID, Starts]:
    """The same of many people on one path, by their ids."""
    if path.no_shows_allowed is None:
        return {}
    return _grouped(_missed().filter(user__in=people, meeting__path=path), "user")


def is_beyond(path: Path, number: int) -> bool:
    """Whether so many missed sessions are more than the path allows without an admin's yes."""
    return path.no_shows_allowed is not None and number > path.no_shows_allowed


def concerned(path: Path, allowed: int) -> tuple[int, int]:
    """How many participants a rule of so many would warn now, and how many it would keep from booking."""
    counts = [row["number"] for row in _counts(path, allowed)]
    return counts.count(allowed), sum(number > allowed for number in counts)


def needing_yes(path: Path) -> QuerySet[User]:
    """The participants of the path who book after an admin's yes alone."""
    here = people_search.members(path, Role.PARTICIPANT)
    if path.no_shows_allowed is None:
        return here.none()
    return here.filter(pk__in=_counts(path, path.no_shows_allowed + 1).values("user"))


def days(starts: Starts, reader: Reader, now: datetime) -> str:
    """“3 November and 10 November”."""
    return listed([timefmt.bare_day(start, reader, now) for start in starts])


def warning(starts: Starts, reader: Reader, now: datetime) -> str:
    """To the participant, before one more keeps them from booking."""
    text = ngettext(
        "You missed %(number)d session: %(days)s. If you miss another, an admin of the path has to let you book again.",
        "You missed %(number)d sessions: %(days)s."
        " If you miss another, an admin of the path has to let you book again.",
        len(starts),
    )
    return text % {"number": len(starts), "days": days(starts, reader, now)}


def tell(path: Path, marked: Collection[Meeting], now: datetime) -> None:
    """Write to whoever, by these meetings just marked as missed, has reached as many as the path allows.

    Takes part in the transaction that marks them, which holds their people. The e-mail belongs to the meeting that was
    one too many: marked once more after a correction, it brings no second one.
    """
    if path.no_shows_allowed is None or not marked:
        return
    latest: dict[User, list[Meeting]] = defaultdict(list)
    for meeting in sorted(marked, key=lambda each: each.starts_at):
        for person in meeting.participants:
            latest[person].append(meeting)
    missed = missed_by(list(latest), path)
    letters = []
    for person, meetings in latest.items():
        starts = missed.get(person.pk, ())
        fresh = sum(meeting.starts_at in starts for meeting in meetings)
        if len(starts) - fresh < path.no_shows_allowed <= len(starts):
            facts = {"path": str(path.pk), "meeting": str(meetings[-1].pk)}
            letters.append((AccountMail.SESSIONS_MISSED, person, facts))
    told = _told([facts["meeting"] for _, _, facts in letters])
    get_adapter().post_all([each for each in letters if each[2]["meeting"] not in told], now)


def _told(meetings: list[str]) -> set[str]:
    if not meetings:
        return set()
    found = Notice.objects.filter(kind=AccountMail.SESSIONS_MISSED, facts__meeting__in=meetings)
    return set(found.values_list("facts__meeting", flat=True))


def _missed() -> QuerySet[Attendee]:
    later = FreshStart.objects.filter(
        path=OuterRef("meeting__path"), user=OuterRef("user"), at__gte=OuterRef("starts_at"), taken_back_at=None
    )
    return Attendee.objects.filter(
        ~Exists(later.order_by()),
        role=Role.PARTICIPANT,
        meeting__kind=Kind.DROP_IN,
        meeting__status=Status.NO_SHOW_PARTICIPANT,
    )


def _counts(path: Path, least: int) -> QuerySet[Attendee, Any]:
    """A row for each participant of the path who has missed at least so many, with the number."""
    here = people_search.members(path, Role.PARTICIPANT).order_by().values("pk")
    found = _missed().filter(meeting__path=path, user__in=here)
    return found.order_by().values("user").annotate(number=Count("pk")).filter(number__gte=least)


def _grouped(missed: QuerySet[Attendee], by: str) -> dict[UUID, Starts]:
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for key, start in missed.order_by("starts_at", "pk").values_list(by, "starts_at"):
        found[key].append(start)
    return {key: tuple(starts) for key, starts in found.items()}
