"""Whether old code can run beside new tables: django-migration-linter on every migration since the last release.

An upgrade migrates first and then restarts one process after another, so a column is added with a `db_default`, left
empty for a release before it goes, and never renamed. A migration that is safe for another reason says so in EXCUSED.
"""

import logging
import os
import sys
from pathlib import Path

import django
from django.db import connection
from django_migration_linter import MigrationLinter

ROOT = Path(__file__).resolve().parent.parent
# The last migration of each app that stood before upgrades without a stop were promised.
LAST_BEFORE = {
    "accounts": "0010_erased",
    "experts": "0005_words",
    "meetings": "0017_account_mails_of_admins",
    "paths": "0008_imports",
}
# (app, migration): why nothing of the running version meets what the linter sees.
EXCUSED: dict[tuple[str, str], str] = {}


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    # It announces each migration that it asks Django about.
    logging.disable(logging.INFO)
    # SQLite makes a changed table anew, with its constraints, which then look as if they were added: PostgreSQL tells.
    beside_the_point = ["ADD_UNIQUE", "NOT_NULL"] if connection.vendor == "sqlite" else []
    failed = False
    for app, last in LAST_BEFORE.items():
        folder = ROOT / ("everwise/accounts" if app == "accounts" else app) / "migrations"
        names = sorted(path.stem for path in folder.glob("[0-9]*.py"))
        new = [name for name in names if name > last and (app, name) not in EXCUSED]
        if last not in names:
            sys.exit(f"{app} has no migration {last}: mend LAST_BEFORE.")
        # What is beside the point is printed all the same, so it says nothing until there is something to say.
        if new and lint(app, new, beside_the_point, no_output=True):
            lint(app, new, beside_the_point, no_output=False)
            failed = True
    return int(failed)


def lint(app: str, names: list[str], beside_the_point: list[str], *, no_output: bool) -> bool:
    """Whether any of these migrations has an error."""
    linter = MigrationLinter(
        str(ROOT),
        include_apps=[app],
        include_name=names,
        exclude_migration_tests=beside_the_point,
        no_cache=True,
        no_output=no_output,
        quiet=["ok", "ignore", "warning"],
    )
    linter.lint_all_migrations()
    return linter.has_errors


if __name__ == "__main__":
    sys.exit(main())
