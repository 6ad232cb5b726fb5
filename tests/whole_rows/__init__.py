"""Forbids, in all tests, to save an existing row whole: that undoes what somebody else has changed of it meanwhile.

An app of the test settings, so that it also holds in processes that tests start, and a folder of its own, since an
app's whole folder counts as its own. Tests and factories themselves may save whole rows.
"""

import sys
from functools import wraps
from pathlib import Path

from django.apps import AppConfig
from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = {"accounts", "experts", "paths", "meetings"}
# Between the code that wants a row saved and the method that saves it.
IN_BETWEEN = ("/django/db/", "/django/utils/", "/contextlib.py", "/factory/")


class WholeRow(AssertionError):
    """Name the columns: save(update_fields=[...])."""


class Guard(AppConfig):
    name = "tests.whole_rows"
    label = "whole_rows"

    def ready(self):
        Model.save = _guarded(Model.save)


def _guarded(save):
    @wraps(save)
    def guarded(row, *args, update_fields=None, force_insert=False, **kwargs):
        if update_fields is None and not force_insert and not row._state.adding:
            caller = _caller()
            own = caller.is_relative_to(ROOT) and "site-packages" not in caller.parts
            in_tests = own and caller.is_relative_to(ROOT / "tests")
            if not in_tests and (own or row._meta.app_label in OURS):
                raise WholeRow(f"{caller} saves all columns of {row._meta.label} {row.pk}. {WholeRow.__doc__}")
        return save(row, *args, update_fields=update_fields, force_insert=force_insert, **kwargs)

    return guarded


def _caller() -> Path:
    """The file whose code asked for the saving."""
    frame = sys._getframe(2)
    while frame.f_back and any(part in frame.f_code.co_filename for part in IN_BETWEEN):
        frame = frame.f_back
    return Path(frame.f_code.co_filename)
