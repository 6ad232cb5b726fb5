"""What a form showed of a row: kept in the form, so that saving it changes only what was changed in it.

A row that exists is saved by naming its columns; in tests anything else is an error (`tests/whole_rows`). What other
packages save whole is narrowed: people to the columns that differ from what was read
(`accounts.models.ChangedColumns`), allauth's addresses to a view that has locked their person.

The forms of Django's admin and the profile carry a signed mark: a digest of each field as it was shown, of the rows in
tables too (`everwise/shown_values`, `everwise/admin/forms`). The row is locked before it is read. A field that was left
alone keeps what others have made of it; one that both changed is refused, by name and with who it was, and keeps what
was typed. Who it was is read from Django's log of its admin, into which the profile and `experts/hours/writer` write
too (`everwise/changelog`). A row of a table that was deleted meanwhile is left out, or, changed here, stands as a new
one. Where PostgreSQL breaks a tie between the admin and another writer, the page is tried again. Elsewhere on the site
a form carries the version it was opened on, and the staler one shows both.
"""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.core import signing
from django.db.models import Field, Model
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext

from everwise import changelog, timefmt, wording

NAME = "shown"
SALT = "everwise.shown"
LOST = gettext_lazy(
    "This page has lost its note of what it showed you. Nothing was saved: look through it and save once more."
)
LONGEST = 60

Digests = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShownMark:
    """What a page showed, and when: digests by field, those of rows in its tables by their model and key."""

    at: datetime
    fields: Digests = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, Digests]] = field(default_factory=dict)

    def written(self, row: Model) -> str:
        facts = [row._meta.label, str(row.pk), self.at.timestamp(), self.fields, self.rows]
        return signing.dumps(facts, salt=SALT, compress=True)


@lru_cache(maxsize=8)
def read_mark(text: str) -> tuple[str, ShownMark] | None:
    """The row, by label and key, that a mark belongs to, and the mark; None if it is damaged or missing."""
    try:
        label, key, at, fields, rows = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return f"{label} {key}", ShownMark(datetime.fromtimestamp(at, UTC), fields, rows)


def mark_in(data: Mapping, row: Model) -> ShownMark | None:
    """The mark that came back with a form of this row."""
    found = read_mark(data.get(NAME) or "")
    return found[1] if found and found[0] == f"{row._meta.label} {row.pk}" else None


def plain(value: object) -> str:
    """The same for the same value, whether it comes from a row or from a form."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "\0".join(sorted(map(plain, value)))
    return str(value).replace("\r\n", "\n").strip()


def digest(value: object, field: Field) -> str:
    """Names a value of a field: as a row holds it, or as a form has it."""
    if not field.is_relation:
        value = field.to_python(value)
    return hashlib.sha256(plain(value).encode()).hexdigest()[:16]


def words(value: object, choices: Any = ()) -> str:
    """A value as an error names it: where the field has choices, as these are called."""
    labels = {chosen: label for chosen, label in choices if not isinstance(label, list | tuple)}
    if isinstance(value, Hashable) and value in labels:
        value = str(labels[value])
    if value is None or value == "":
        return pgettext("what a field was changed to", "nothing")
    if isinstance(value, bool):
        on, off = pgettext("what a field was changed to", "on"), pgettext("what a field was changed to", "off")
        return on if value else off
    if isinstance(value, time):
        value = timefmt.time_of_day(value.hour * 60 + value.minute)
    if isinstance(value, Iterable) and not isinstance(value, str) and not hasattr(value, "key"):
        value = ", ".join(map(str, value)) or pgettext("what a field was changed to", "nothing")
    text = str(value)
    # Translators: the quotation marks of the language.
    return gettext("“%(text)s”") % {"text": text if len(text) <= LONGEST else f"{text[:LONGEST]}…"}


class MarkField(forms.CharField):
    """The hidden mark itself: never a change."""

    def __init__(self):
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial, data) -> bool:
        return False


class Watched(forms.ModelForm):
    """A form of a row that saves by columns, and knows what it showed.

    Its row must be read under the lock that its transaction holds when it is sent.
    """

    # Who sends it, where the form can know.
    asked_by: Model | None = None
    # Django's own, of which its types know nothing.
    _save_m2m: Callable[[], None]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._as_read = {field.name: field.value_from_object(self.instance) for field in self._columns()}
        # What the fields hold now; what others changed since the form was shown; and of these, what it changes too.
        self.now = {} if self.instance._state.adding else {name: self.initial[name] for name in self.watched}
        self.moved: set[str] = set()
        self.conflicts: set[str] = set()
        self._left: set[str] = set()

    @property
    def watched(self) -> list[str]:
        """The fields that are columns, or many-to-many relations, of the row."""
        known = {each.name for each in [*self.instance._meta.concrete_fields, *self.instance._meta.many_to_many]}
        known &= self.initial.keys()
        return [name for name, each in self.fields.items() if name in known and not each.disabled]

    @property
    def shown(self) -> Digests | None:
        """What it showed, as it was sent along; None where that is not known."""
        raise NotImplementedError

    @property
    def opened_at(self) -> datetime:
        raise NotImplementedError

    @property
    def logged_on(self) -> list[Model]:
        """The rows whose log tells who changed this one."""
        return [self.instance]

    @property
    def digests(self) -> dict[str, str]:
        """The mark of the form as it is shown now: what is left alone counts as shown when it was first opened."""
        shown = (self.shown or {}) if self.is_bound else {}
        fresh = {name for name in self.now if name in self.conflicts or name not in shown}
        return {name: self._digest(name, now) if name in fresh else shown[name] for name, now in self.now.items()}

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in self._left]

    def _post_clean(self):
        if not self.instance._state.adding:
            self._keep_what_others_changed()
        super()._post_clean()

    def _keep_what_others_changed(self):
        shown = self.shown or {}
        many = {each.name for each in self.instance._meta.many_to_many}
        for name in self.now.keys() & self.cleaned_data.keys():
            now, typed = self._digest(name, self.now[name]), self._digest(name, self.cleaned_data[name])
            was = shown.get(name, now)
            if was != now:
                self.moved.add(name)
            if typed in {was, now}:
                self._left.add(name)
                if was != now or name in many:
                    # So the row keeps what it holds.
                    del self.cleaned_data[name]
            elif was != now:
                self.conflicts.add(name)
        for name in sorted(self.conflicts):
            self.add_error(name, self.told_of(name))

    def told_of(self, name: str) -> str:
        called = self.fields[name].label or name
        by = changelog.who_changed(self.logged_on, called, self.opened_at)
        if by and by == self.asked_by:
            text = gettext(
                "%(field)s was changed to %(value)s by you, since you opened this page. Nothing was saved. What you"
                " chose is still here: save again to put it in place of that."
            )
        elif by:
            text = gettext(
                "%(field)s was changed to %(value)s by %(name)s, since you opened this page. Nothing was saved. What"
                " you chose is still here: save again to put it in place of theirs."
            )
        else:
            text = gettext(
                "%(field)s was changed to %(value)s by somebody, since you opened this page. Nothing was saved. What"
                " you chose is still here: save again to put it in place of theirs."
            )
        field = self.fields[name]
        # Not those of rows, which would all be read; a row says its own name.
        rows = isinstance(field, forms.ModelChoiceField)
        value = words(self.now[name], field.choices if isinstance(field, forms.ChoiceField) and not rows else ())
        return text % {"field": called, "value": value, "name": wording.isolated(by)}

    def save(self, commit=True) -> Model:
        """Write the columns that differ, and the relations that were changed."""
        if not commit or self.instance._state.adding:
            return super().save(commit)
        if self.errors:
            raise ValueError("Nothing of a form with errors is saved.")
        self.save_columns()
        self._save_m2m()
        return self.instance

    def save_columns(self) -> None:
        if changed := self.changed_columns():
            self.instance.save(update_fields=changed)

    def changed_columns(self) -> list[str]:
        """Those of the row that differ from what was read."""
        columns = self._columns()
        return [each.name for each in columns if self._as_read[each.name] != each.value_from_object(self.instance)]

    def _digest(self, name, value):
        return digest(value, self.instance._meta.get_field(name))

    def _columns(self):
        deferred = self.instance.get_deferred_fields()
        return [field for field in self.instance._meta.concrete_fields if field.attname not in deferred]


class WatchedPage(Watched):
    """The form of a page, which carries the mark."""

    # Whether a form without a mark is refused; otherwise it counts as opened this moment.
    mark_needed = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.now:
            self.fields[NAME] = MarkField()
            self.initial[NAME] = ShownMark(timezone.now(), self.digests).written(self.instance)

    @property
    def mark(self) -> ShownMark | None:
        return mark_in(self.data, self.instance)

    @property
    def shown(self) -> Digests | None:
        return self.mark.fields if self.mark else None

    @property
    def opened_at(self) -> datetime:
        return self.mark.at if self.mark else timezone.now()

    @property
    def shown_mark(self) -> forms.BoundField | str:
        """The hidden mark, for a template that writes fields one by one."""
        return self[NAME] if NAME in self.fields else ""

    def _post_clean(self):
        if self.now and self.mark_needed and not self.mark:
            self.add_error(None, LOST)
        super()._post_clean()

    def renew_mark(self, rows: Mapping[str, Mapping[str, Digests]] | None = None) -> None:
        """Let the form that is shown again carry what it shows by now; `rows` are its tables', by model and key."""
        if NAME not in self.fields:
            return
        at = self.opened_at if self.is_bound else timezone.now()
        text = ShownMark(at, self.digests, rows or {}).written(self.instance)
        self.initial[NAME] = text
        if self.is_bound:
            data = cast("QueryDict", self.data).copy()
            data[NAME] = text
            self.data = data
