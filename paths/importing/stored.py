"""What an admin looks at before anything is written: kept from the file to the word to import it, and mended meanwhile.

Takes keywords only. Everything is one row; who may do it, the pages ask before, and the writer again.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from everwise.accounts.models import User
from everwise.timefmt import find_zone
from paths.enums import ImportState
from paths.importing import limits, world
from paths.importing.columns import Column
from paths.importing.plan import Act, ImportPlan, digest_of
from paths.importing.reading import FileKind, FileLine, Table, one_line
from paths.importing.writer import ChangedMeanwhile, HasProblems, ImportRefused, Written, made_plan, write
from paths.models import Path, PeopleImport
from paths.models.imports import PREVIEW_LASTS

# Where in a line a column is.
_FIELDS = {
    Column.EMAIL: "email",
    Column.NAME: "name",
    Column.ROLE: "role",
    Column.ZONE: "zone",
    Column.SESSIONS: "sessions",
}


class ImportNotOpen(ImportRefused):
    """It is being written, or was, or has been discarded."""


def keep(
    *, path: Path, table: Table, file: str, by: User, now: datetime, taken: world.Taken
) -> tuple[PeopleImport, ImportPlan]:
    """Keep the lines of a file to be looked at."""
    lines = settled(table.lines)
    made = made_plan(path=path, lines=lines, taken=taken, now=now)
    kept = PeopleImport.objects.create(
        path=path,
        by=by,
        made_at=now,
        file=one_line(file)[:120],
        excel=table.kind == FileKind.EXCEL,
        lines=lines,
        shown=made.signatures,
    )
    return kept, made


def settled(lines: list[FileLine]) -> list[FileLine]:
    """With zones by their own names: what "Köln" means depends on the language of whoever reads it."""
    return [_settled(line) for line in lines]


def lines_of(kept: PeopleImport) -> list[FileLine]:
    return [FileLine(*line) for line in kept.lines]


def plan_of(kept: PeopleImport, *, taken: world.Taken, now: datetime) -> ImportPlan:
    """What its lines would do as things stand."""
    return made_plan(path=kept.path, lines=lines_of(kept), taken=taken, now=now)


def mend(
    *, kept: PeopleImport, mended: Mapping[int, tuple[Column, str]], taken: world.Taken, now: datetime
) -> ImportPlan:
    """Put other texts into lines, by their numbers, and keep what they do now. Raises NotOpen."""
    with transaction.atomic():
        current = _open(kept)
        lines = []
        for line in lines_of(current):
            if line.number in mended:
                column, text = mended[line.number]
                line = FileLine(**{**line._asdict(), _FIELDS[column]: one_line(text)[: limits.CELL_CHARACTERS]})
            lines.append(_settled(line))
        made = made_plan(path=current.path, lines=lines, taken=taken, now=now)
        current.lines, current.shown = lines, made.signatures
        current.save(update_fields=["lines", "shown"])
    return made


def text_of(line: FileLine, column: Column) -> str:
    return getattr(line, _FIELDS[column])


def begin(
    *, kept: PeopleImport, digest: str, leaves_out: bool, by: User, now: datetime, taken: world.Taken
) -> PeopleImport:
    """Write what was shown, or leave it to the worker where that takes a while. `digest` is of what was shown.

    A second press finds it done. Raises an EnrolmentError: ChangedMeanwhile, HasProblems.
    """
    with transaction.atomic():
        current = PeopleImport.objects.select_for_update(no_key=True).select_related("path").get(pk=kept.pk)
        if not current.is_open:
            return current
        made = plan_of(current, taken=taken, now=now)
        if digest != made.digest:
            raise ChangedMeanwhile(_number_of_changes(current, made, digest))
        work = len(made.of(Act.ADD)) + len(made.of(Act.CHANGE))
        current.by, current.leaves_out, current.total = by, leaves_out, work
        current.shown, current.started_at = made.signatures, now
        if (bad := len(made.of(Act.PROBLEM))) and not leaves_out:
            raise HasProblems(bad)
        if len(current.lines) > limits.AT_ONCE:
            current.state = ImportState.QUEUED
            current.save(update_fields=["by", "leaves_out", "total", "shown", "started_at", "state"])
            return current
        current.save(update_fields=["by", "leaves_out", "total", "shown", "started_at"])
        write(
            path=current.path,
            lines=lines_of(current),
            shown=current.shown,
            leaves_out=leaves_out,
            by=by,
            now=now,
            token=current.pk,
            taken=taken,
            finish=lambda written: _done_at_once(current, written),
        )
    current.refresh_from_db()
    return current


def show_again(*, kept: PeopleImport, taken: world.Taken, now: datetime) -> None:
    """Keep what the lines do now as what is shown, and how many of them differ."""
    with transaction.atomic():
        current = _open(kept)
        current.shown = plan_of(current, taken=taken, now=now).signatures
        current.save(update_fields=["shown"])


def done(kept: PeopleImport, written: Written, was: ImportState, **still: int) -> bool:
    """Say so in its row, whose lines nobody needs any more; False if it is not `was` (and `still`) now."""
    found = PeopleImport.objects.filter(pk=kept.pk, state=was, **still)
    return bool(
        found.update(
            state=ImportState.DONE,
            lines=[],
            shown=[],
            leased_until=None,
            total=written.total,
            written=written.total,
            invited=written.invited,
            told=written.told,
        )
    )


def stop(*, kept: PeopleImport) -> bool:
    """Write nothing of it; False if it is done already."""
    found = PeopleImport.objects.filter(pk=kept.pk, state__in=[ImportState.QUEUED, ImportState.RUNNING])
    return bool(found.update(state=ImportState.STOPPED, lines=[], shown=[], leased_until=None))


def discard(*, kept: PeopleImport) -> None:
    """Forget what was only looked at."""
    PeopleImport.objects.filter(pk=kept.pk, state=ImportState.PREVIEW).delete()


def forget(*, now: datetime) -> int:
    """Remove what nobody imported in a day; how many there were."""
    old = PeopleImport.objects.filter(state=ImportState.PREVIEW, made_at__lt=now - PREVIEW_LASTS)
    return old.delete()[0]


def find(path: Path, pk: UUID) -> PeopleImport | None:
    return PeopleImport.objects.select_related("path", "by").filter(path=path, pk=pk).first()


def _done_at_once(kept: PeopleImport, written: Written) -> None:
    done(kept, written, ImportState.PREVIEW)


def _open(kept: PeopleImport) -> PeopleImport:
    current = PeopleImport.objects.select_for_update(no_key=True, of=("self",)).select_related("path").get(pk=kept.pk)
    if not current.is_open:
        raise ImportNotOpen
    return current


def _number_of_changes(current: PeopleImport, made: ImportPlan, digest: str) -> int:
    """How many lines do something else than was shown; 0 where another page has changed what is shown since."""
    if digest != digest_of(current.shown):
        return 0
    return sum(new != old for new, old in zip(made.signatures, current.shown, strict=True))


def _settled(line: FileLine) -> FileLine:
    zone = find_zone(line.zone) if line.zone else None
    return line._replace(zone=zone.key) if zone else line
