"""Imports a file of people into a path, as the page for it does: from cron, say, after an HR system has written it."""

from pathlib import Path as File
from uuid import UUID, uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from everwise.accounts.models import User
from everwise.languages import reading as reading_in
from meetings.booking.credits import taken_by
from paths.enrolment import EnrolmentError
from paths.importing import limits, reading, stored, words
from paths.importing.faults import UnreadableFile
from paths.importing.plan import Act
from paths.importing.writer import made_plan, write
from paths.models import Path


class Command(BaseCommand):
    help = "Import a CSV or Excel file of people into a path: all of it or, if any line has a problem, nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("path", help="the path's id, as in its address, or its name if no other path has it")
        parser.add_argument("file", type=File, help="the file")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="an admin of the path, who imports them")
        parser.add_argument("--leave-out", action="store_true", help="leave lines with a problem out")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")

    def handle(self, *args, path, file, by, leave_out=False, dry_run=False, **options) -> None:
        now = timezone.now()
        admin = User.objects.filter(email__iexact=by, is_active=True).first()
        if admin is None:
            raise CommandError(f"Nobody here has the address {by}.")
        with reading_in(admin.language):
            try:
                self._import(_path(path), file, admin, now, leave_out, dry_run)
            except UnreadableFile as error:
                raise CommandError(words.fault(error)) from error
            except EnrolmentError as error:
                raise CommandError(str(error)) from error
            except OSError as error:
                raise CommandError(str(error)) from error

    def _import(self, path, file, admin, now, leave_out, dry_run) -> None:
        with file.open("rb") as opened:
            # One byte more than may be shows that there are too many.
            table = reading.read(opened.read(limits.FILE_BYTES + 1), file.name)
        lines = stored.settled(table.lines)
        plan = made_plan(path=path, lines=lines, taken=taken_by, now=now)
        for outcome in plan.of(Act.PROBLEM):
            self.stderr.write(f"{outcome.line.number}: {words.problem(outcome)}")
        if dry_run:
            counts = ", ".join(f"{len(plan.of(act))} {name}" for act, name in NAMES.items())
            self.stdout.write(f"{counts}. Nothing was written.")
            return
        written = write(
            path=path,
            lines=lines,
            shown=plan.signatures,
            leaves_out=leave_out,
            by=admin,
            now=now,
            token=uuid4(),
            taken=taken_by,
        )
        self.stdout.write(f"{written.total} imported, {written.invited} invited, {written.told} told")


NAMES = {Act.ADD: "added", Act.CHANGE: "changed", Act.NONE: "unchanged", Act.PROBLEM: "with a problem"}


def _path(text: str) -> Path:
    try:
        found = list(Path.objects.filter(pk=UUID(text)))
    except ValueError:
        found = list(Path.objects.filter(name=text)[:2])
    if len(found) != 1:
        raise CommandError(f"{'More than one path has' if found else 'No path has'} this name or id: {text}")
    return found[0]
