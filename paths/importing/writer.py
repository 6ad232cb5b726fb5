"""The writer of imports: all that a file's lines would do, in one transaction, as it was shown.

It takes keywords only. Everybody's row is locked in id order, the plan is made again of what stands there then, and
nothing is written if that differs from what was shown. Whoever is new is made in the same few statements for all.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import UUIDField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise.accounts.models import User
from everwise.db.prepared import Param, Shared, columns, instance
from everwise.timefmt import find_zone
from experts.models import Expert
from paths import enrolment
from paths.enums import Happened, Role, Via
from paths.importing import world
from paths.importing.columns import Column
from paths.importing.plan import Act, ImportPlan, LineOutcome, address_of, plan
from paths.importing.reading import FileLine
from paths.models import ExtraSessions, Membership, Path, PathEvent
from paths.steps import STEP
from paths.telling import ToldCounts, tell_all

# Another admin may add one of the new people at the same moment.
TRIES = 3

# Called with how many people are written so far; raises to give up.
Progress = Callable[[int], None]


class ImportRefused(enrolment.EnrolmentError):
    """Nothing was written; the text says why."""


class ChangedMeanwhile(ImportRefused):
    """The lines would not do any more what was shown: so many of them, 0 where the lines themselves are others."""

    def __init__(self, number: int):
        text = ngettext("%(number)d person changed meanwhile.", "%(number)d people changed meanwhile.", number)
        super().__init__(text % {"number": number} if number else _("This import was changed in another window."))
        self.number = number


class HasProblems(ImportRefused):
    """So many lines have a problem and were not to be left out."""

    def __init__(self, number: int):
        text = ngettext(
            "%(number)d line has a problem. Mend it, or leave it out.",
            "%(number)d lines have a problem. Mend them, or leave them out.",
            number,
        )
        super().__init__(text % {"number": number})
        self.number = number


class Written(NamedTuple):
    total: int
    invited: int
    told: int


def made_plan(*, path: Path, lines: list[FileLine], taken: world.Taken, now: datetime) -> ImportPlan:
    """What the lines would do as things stand."""
    known = world.accounts([address_of(line) for line in lines])
    return plan(lines, world.people(path, known, taken, now), path.sessions_per_participant)


def write(
    *,
    path: Path,
    lines: list[FileLine],
    shown: list[str],
    leaves_out: bool,
    by: User,
    now: datetime,
    token: UUID,
    taken: world.Taken,
    progress: Progress = lambda written: None,
    finish: Callable[[Written], None] = lambda written: None,
) -> Written:
    """Do what the lines were shown to do: `shown` are the plan's signatures. Raises an EnrolmentError.

    `token` names the import in the path's history. `finish` is called at the end of the transaction.
    """
    left = TRIES
    while True:
        left -= 1
        try:
            with transaction.atomic():
                written = _write(path, lines, shown, leaves_out, by, now, token, taken, progress)
                finish(written)
            return written
        except IntegrityError:
            if not left:
                raise


def _write(path, lines, shown, leaves_out, by, now, token, taken, progress) -> Written:
    addresses = [address_of(line) for line in lines]
    enrolment.lock([user.pk for user in world.accounts(addresses).values()], by=by.pk)
    enrolment.check_right(by, path)
    [row] = _kept(path=path.pk)
    path = instance(Path, row)
    known = world.accounts(addresses)
    made = plan(lines, world.people(path, known, taken, now), path.sessions_per_participant)
    if made.signatures != shown:
        raise ChangedMeanwhile(_differing(made.signatures, shown))
    if not leaves_out and (bad := made.of(Act.PROBLEM)):
        raise HasProblems(len(bad))
    work = _once([*made.of(Act.ADD), *made.of(Act.CHANGE)], known)
    _make_new(path, work, known, now)
    progress(len(work) // 4)
    facts = {"import": str(token)}
    _describe(path, work, known, by, now, facts)
    told = _join(path, work, known, by, now, facts)
    progress(len(work) // 2)
    _give(path, work, known, by, now, token)
    progress(len(work))
    return Written(len(work), told.invited, told.added)


def _differing(now: list[str], shown: list[str]) -> int:
    return sum(new != old for new, old in zip(now, shown, strict=False)) + abs(len(now) - len(shown))


def _once(work: list[LineOutcome], known: dict[str, User]) -> list[LineOutcome]:
    """One line of each person: two addresses may be somebody's, which is theirs to tell."""
    first: dict[object, LineOutcome] = {}
    for each in work:
        user = known.get(address_of(each.line))
        first.setdefault(user.pk if user else address_of(each.line), each)
    return list(first.values())


def _make_new(path: Path, work: list[LineOutcome], known: dict[str, User], now: datetime) -> None:
    """People without a password or a verified address: nobody signs in as them until they accept."""
    new = [
        User(
            email=address_of(each.line),
            password=make_password(None),
            name=each.line.name,
            language=path.language,
            time_zone=find_zone(each.line.zone) or path.time_zone,
            date_joined=now,
        )
        for each in work
        if address_of(each.line) not in known
    ]
    User.objects.bulk_create(new)
    known |= {user.email: user for user in new}


def _join(path, work, known, by, now, facts) -> ToldCounts:
    """Those whose line gives them a role, and the e-mails about it."""
    joining = [(known[address_of(each.line)], each.role) for each in work if each.role]
    Expert.objects.bulk_create(
        [Expert(user=user, time_zone=user.time_zone) for user, role in joining if role == Role.EXPERT],
        ignore_conflicts=True,
    )
    memberships = [Membership(path=path, user=user, role=role, started_at=now) for user, role in joining]
    Membership.objects.bulk_create(memberships)
    return tell_all(path=path, memberships=memberships, by=by, now=now, via=Via.IMPORT, facts=facts)


def _describe(path, work, known, by, now, facts) -> None:
    """Names and zones of people who have not arrived yet."""
    users, events = [], []
    for each in work:
        fields = {change.column: change.new for change in each.changes}
        what = [column.value for column in (Column.NAME, Column.ZONE) if column in fields]
        if not what:
            continue
        user = known[address_of(each.line)]
        user.name = fields.get(Column.NAME, user.name)
        user.time_zone = find_zone(fields.get(Column.ZONE, "")) or user.time_zone
        users.append(user)
        told = {"what": what, **facts}
        events.append(
            PathEvent(path=path, what=Happened.DESCRIBED, by=by, about=user, at=now, via=Via.IMPORT, facts=told)
        )
    User.objects.bulk_update(users, ["name", "time_zone"], batch_size=STEP)
    PathEvent.objects.bulk_create(events)


def _give(path, work, known, by, now, token) -> None:
    """Extra sessions, with a line of the history for each person."""
    giving = [(known[address_of(each.line)], each) for each in work if each.extra]
    if not giving:
        return
    ExtraSessions.objects.bulk_create(
        ExtraSessions(path=path, user=user, number=each.extra, by=by, at=now, token=uuid5(token, str(user.pk)))
        for user, each in giving
    )
    PathEvent.objects.bulk_create(
        PathEvent(
            path=path,
            what=Happened.EXTRA_SESSIONS,
            by=by,
            about=user,
            at=now,
            via=Via.IMPORT,
            facts={"number": each.extra, "before": {"total": total}, "total": total + each.extra},
        )
        for user, each in giving
        for total in [path.sessions_with(each.person.extra if each.person else 0)]
    )


@Shared
def _kept():
    """The path's policy, as it stays until the transaction ends: sessions are given by it."""
    return (
        Path.objects.filter(pk=Param("path", UUIDField()))
        .order_by()
        .select_for_update(no_key=True)
        .values_list(*columns(Path))
    )
