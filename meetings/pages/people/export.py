"""A path's people as CSV, a few hundred at a time, however many there are.

The columns are called as an import reads them, so that the file can be imported again. What somebody has typed is never
a formula to the spreadsheet that opens it, and times are ISO 8601 with the offset of their reader's zone.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from defusedcsv import csv

from everwise.accounts.models import User
from everwise.plaintext import one_line
from everwise.timefmt import Reader
from meetings.booking.credits import Credits, credits_of_people
from meetings.pages.invited import Invited
from meetings.pages.people.directory import Directory
from meetings.pages.people.rows import memberships_on, met_on, roles_of
from paths.enums import Role
from paths.models import Membership

STEP = 500
# By which spreadsheets know that it is UTF-8.
BOM = "\ufeff"
COLUMNS = [
    "name",
    "email",
    "role",
    "other_role",
    "state",
    "invited_at",
    "joined_at",
    "ended_at",
    "sessions",
    "used",
    "booked",
    "left",
    "last_session",
    "next_session",
]


class _Line:
    """What csv writes to: gives back each line instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def written(directory: Directory, reader: Reader) -> Iterator[str]:
    """The file's text in pieces. Six queries for each STEP people; who they are is settled at its beginning."""
    writer = csv.writer(_Line())
    yield BOM + writer.writerow(COLUMNS)
    people = list(directory.everybody.values_list("pk", flat=True))
    for start in range(0, len(people), STEP):
        yield "".join(writer.writerow(row) for row in _rows(directory, people[start : start + STEP], reader))


def _rows(directory: Directory, ids: list[UUID], reader: Reader) -> Iterator[list[object]]:
    path, now = directory.path, directory.now
    users = User.objects.in_bulk(ids)
    memberships = memberships_on(path, ids)
    takers = [user for user in users.values() if Role.PARTICIPANT in roles_of(memberships[user.pk])]
    tallies = credits_of_people(takers, path, now=now)
    met, known = met_on(path, ids, now), Invited(path, ids)
    for pk in ids:
        if user := users.get(pk):
            theirs, waiting = memberships[pk], known.waiting(user)
            ends = [each.ended_at for each in theirs]
            ended = None if None in ends else max(end for end in ends if end)
            last, ahead = met[pk]
            yield [
                one_line(known.name(user)),
                user.email,
                *_two(roles_of(theirs)),
                _state(user, ended, waiting is not None),
                _at(waiting.sent_at if waiting else None, reader),
                _at(_joined(theirs), reader),
                _at(ended, reader),
                *_sessions(tallies.get(pk)),
                _at(last, reader),
                _at(ahead, reader),
            ]


def _two(roles: list[str]) -> list[str]:
    return [*roles, "", ""][:2]


def _state(user: User, ended: datetime | None, is_waiting: bool) -> str:
    if ended:
        return "ended"
    if not user.is_active:
        return "deactivated"
    return "invited" if is_waiting else "active"


def _joined(memberships: list[Membership]) -> datetime:
    """Since when they are on the path, or were when they last were."""
    live = [each for each in memberships if each.ended_at is None]
    return min(each.started_at for each in live or memberships)


def _sessions(tally: Credits | None) -> list[object]:
    """In all, used, booked and left; without a limit neither the first nor the last."""
    return [tally.total, tally.used, tally.booked, tally.left] if tally else [None] * 4


def _at(moment: datetime | None, reader: Reader) -> str:
    return moment.astimezone(reader.zone).isoformat(timespec="seconds") if moment else ""
