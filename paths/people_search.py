"""Finding people of a path by parts of their names and addresses, a few at a time: a path may have ten thousand."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from everwise import plaintext
from everwise.accounts.models import User
from paths.enums import Role
from paths.models import Membership, Path

PAGE = 6
# More than these are not counted, and not paged through: whoever gets so many looks for more of the name.
MOST = 1000
LONGEST, MOST_WORDS = 100, 5


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the people who match. `number` begins with 1; `total` is at most MOST + 1, which means more."""

    people: list[User]
    number: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.people) - 1

    @property
    def has_next(self) -> bool:
        return self.last < min(self.total, MOST)

    @property
    def uncounted(self) -> bool:
        return self.total > MOST


def is_member(path: Path, *roles: Role) -> Q:
    """Of people: live on the path in one of these roles, with an account that is switched on.

    Asked of one person at a time, so that a database which has people in order of name stops after a page of them.
    """
    live = Membership.objects.live().filter(path=path, role__in=roles, user=OuterRef("pk"))
    return Q(Exists(live.order_by()), is_active=True)


def members(path: Path, role: Role) -> QuerySet[User]:
    return User.objects.filter(is_member(path, role))


def clean(text: str) -> str:
    """What was typed, as it is looked for: one line, without what nobody sees."""
    return " ".join(plaintext.one_line(text)[:LONGEST].split())


def words(text: str) -> list[str]:
    """The parts of which each must be found."""
    return clean(text).split()[:MOST_WORDS]


def search(people: QuerySet[User], text: str, *, number: int = 1) -> Found:
    """A page of those among `people` who have every word in their name or address; all of them without any word.

    Two queries, however many people there are. A page that is not there is the last one.
    """
    people = matching(people, text)
    total = people.order_by()[: MOST + 1].count()
    pages = max(1, -(-min(total, MOST) // PAGE))
    number = min(max(number, 1), pages)
    start = (number - 1) * PAGE
    rows = people.select_related("expert").order_by("name", "pk")[start : min(start + PAGE, MOST)]
    return Found(list(rows), number, total)


def matching(people: QuerySet[User], text: str) -> QuerySet[User]:
    """Those among `people` who have every word in their name or address."""
    for word in words(text):
        people = people.filter(having(word, "name", "email"))
    return people


def having(word: str, *fields: str) -> Q:
    """That one of these fields has the word somewhere.

    SQLite folds the case of no letter beyond ASCII, so that the usual ways to write a word are asked for.
    """
    ways = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    found = Q()
    for way in ways:
        for field in fields:
            found |= Q(**{f"{field}__icontains": way})
    return found


def shared_names(path: Path, people: Iterable[User]) -> set[str]:
    """Those of these people's names that more than one person on the path has: they need more to be told apart."""
    names = {user.name for user in people}
    if not names:
        return set()
    live = Membership.objects.live().filter(path=path, user__name__in=names)
    rows = live.order_by().values("user__name").annotate(people=Count("user", distinct=True))
    return {row["user__name"] for row in rows if row["people"] > 1}


def left(path: Path, ids: Iterable[UUID]) -> list[User]:
    """Those who were on the path once and are not any more."""
    once = Membership.objects.filter(path=path, user__in=list(ids)).order_by()
    gone = once.exclude(user__in=once.live().values("user"))
    return list(User.objects.filter(pk__in=gone.values("user")).order_by("name", "pk"))
