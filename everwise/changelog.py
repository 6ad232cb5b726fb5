"""Who has changed which field of a row: Django's own log of its admin, to which changes on the site are added.

The log holds each change as the admin writes it, fields by their labels, so that its history page shows them all. As
the admin does, it writes them in English, whatever language the page is in, and history pages translate them.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import override


def note_change(
    row: Model, *, by, fields: Iterable[str] = (), added: Iterable[Model] = (), deleted: Iterable[Model] = ()
) -> None:
    """Write down that this person changed these fields of the row, and which rows of it they added and deleted."""
    with override(None):
        labels = [_label(row, name) for name in fields]
        said: list[dict[str, dict]] = [{"changed": {"fields": labels}}] if labels else []
        for word, rows in (("added", added), ("deleted", deleted)):
            said += [{word: {"name": str(each._meta.verbose_name), "object": str(each)}} for each in rows]
    if said:
        LogEntry.objects.log_actions(by.pk, [row], CHANGE, said)


def _label(row: Model, name: str) -> str:
    """What a form calls a field."""
    return str(capfirst(cast("Field", row._meta.get_field(name)).verbose_name))


def who_changed(rows: Sequence[Model], field: str | Promise, since: datetime) -> Model | None:
    """Who changed the field, by its label, of one of these rows last; None where nobody wrote it down."""
    label = _english(field)
    return _who(rows, since, lambda said: label in said.get("changed", {}).get("fields", ()))


def who_deleted(rows: Sequence[Model], kind: str | Promise, since: datetime) -> Model | None:
    """Who deleted a row of this kind, by the model's verbose name, that belonged to one of these rows."""
    name = _english(kind)
    return _who(rows, since, lambda said: said.get("deleted", {}).get("name") == name)


def _english(label: str | Promise) -> str:
    """A label as the log has it, where it comes as it was declared, lazily translated."""
    with override(None):
        return str(label)


def _who(rows, since, fits) -> Model | None:
    found = []
    for row in rows:
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(row), object_id=row.pk, action_time__gte=since
        ).select_related("user")
        found += [entry for entry in entries if any(map(fits, _said(entry)))]
    return max(found, key=lambda entry: entry.action_time).user if found else None


def _said(entry: LogEntry) -> list[dict]:
    try:
        said = json.loads(entry.change_message)
    except ValueError:
        return []
    return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
