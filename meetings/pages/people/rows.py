"""People in the words of the list: what they are, how they stand, what is left, and when they met."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.faces import Face
from everwise.timefmt import Reader
from meetings.booking.credits import Credits, credits_of_people
from meetings.models import Attendee
from meetings.pages.invited import Invited
from meetings.pages.people.directory import OFF, Directory
from paths.enums import Role
from paths.models import Invitation, Membership, Path


@dataclass(frozen=True, slots=True)
class PathStanding:
    """How somebody stands: an icon, a style and words."""

    icon: str
    css: str
    words: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    user: User
    name: str
    face: Face
    roles: list[str]  # keys of badges
    standing: PathStanding
    credits: Credits | None  # None: takes no sessions
    last: str
    next: str
    url: str

    @property
    def left(self) -> str:
        return left_words(self.credits) if self.credits else ""

    @property
    def meets(self) -> bool:
        """Whether they are somebody who meets others here."""
        return Role.EXPERT in self.roles or Role.PARTICIPANT in self.roles


def rows(directory: Directory, reader: Reader, now: datetime) -> list[PersonRow]:
    """Of the directory's page, in four queries."""
    path, people = directory.path, list(directory.page)
    ids = [user.pk for user in people]
    memberships = memberships_on(path, ids)
    participants = [user for user in people if Role.PARTICIPANT in roles_of(memberships[user.pk])]
    credits = credits_of_people(participants, path, now=now)
    met, known = met_on(path, ids, now), Invited(path, ids)
    return [
        PersonRow(
            user,
            name=known.name(user),
            face=known.face(user),
            roles=roles_of(memberships[user.pk]),
            standing=standing(path, user, memberships[user.pk], known.waiting(user), reader, now),
            credits=credits.get(user.pk),
            last=past(met[user.pk][0], reader, now),
            next=_ahead(met[user.pk][1], reader, now),
            url=reverse("paths:person", args=[path.pk, user.pk]),
        )
        for user in people
    ]


def roles_of(memberships: list[Membership]) -> list[str]:
    """What somebody is now, else what they were last, each once: the role that books or holds sessions first."""
    live = [each for each in memberships if each.ended_at is None]
    kept = live or memberships
    return sorted({each.role for each in kept}, reverse=True)


def standing(
    path: Path, user: User, memberships: list[Membership], waiting: Invitation | None, reader: Reader, now: datetime
) -> PathStanding:
    """`waiting` is their invitation that is not answered."""
    ends = [each.ended_at for each in memberships]
    if None not in ends:
        day = timefmt.bare_day(max(end for end in ends if end), reader, now)
        return PathStanding("x", "off", pgettext("a membership", "Ended %(day)s") % {"day": day})
    if not user.is_active:
        return PathStanding("x", "off", pgettext("a person", "Deactivated"))
    if waiting:
        day = timefmt.bare_day(waiting.sent_at, reader, now)
        return PathStanding("mail", "wait", pgettext("a person", "Invited %(day)s") % {"day": day})
    if path.is_draft and roles_of(memberships) == [Role.PARTICIPANT]:
        return PathStanding("clock", "wait", pgettext("a person", "Not told yet"))
    return PathStanding("check", "ok", pgettext("of a person", "Active"))


def left_words(tally: Credits) -> str:
    if tally.total is None:
        return _("No limit")
    if not tally.left:
        return pgettext("sessions", "None left")
    text = ngettext("%(left)d of %(total)d left", "%(left)d of %(total)d left", tally.total)
    return text % {"left": tally.left, "total": tally.total}


def memberships_on(path: Path, ids: list[UUID]) -> dict[UUID, list[Membership]]:
    found = defaultdict(list)
    for each in Membership.objects.filter(path=path, user__in=ids).order_by("pk"):
        found[each.user_id].append(each)
    return found


def met_on(path: Path, ids: list[UUID], now: datetime) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    """When each met somebody here last, and will next."""
    theirs = Attendee.objects.present().filter(user__in=ids, meeting__path=path).exclude(meeting__status__in=OFF)
    starts = (
        theirs.order_by()
        .values("user")
        .annotate(
            last=Max("starts_at", filter=Q(starts_at__lte=now)), next=Min("starts_at", filter=Q(starts_at__gt=now))
        )
    )
    found: dict[UUID, tuple[datetime | None, datetime | None]] = defaultdict(lambda: (None, None))
    found.update({row["user"]: (row["last"], row["next"]) for row in starts})
    return found


def past(start: datetime | None, reader: Reader, now: datetime) -> str:
    """“Yesterday”, “16 November”; empty for never."""
    if start is None:
        return ""
    days = (timefmt.local_day(now, reader) - timefmt.local_day(start, reader)).days
    if days in {0, 1}:
        return _("Yesterday") if days else _("Today")
    return timefmt.bare_day(start, reader, now)


def _ahead(start: datetime | None, reader: Reader, now: datetime) -> str:
    """“Today, 14:30”, “Fri 4 December, 10:00”; empty for none."""
    if start is None:
        return ""
    words = {"day": timefmt.day_in_words(start, reader, now), "time": timefmt.clock(start, reader)}
    return _("%(day)s, %(time)s") % words
