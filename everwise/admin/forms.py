"""The forms of Django's admin: they save what was changed in them, not what somebody else has changed meanwhile."""

from datetime import datetime
from typing import cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.forms import BaseInlineFormSet
from django.http import QueryDict
from django.utils.translation import gettext as _

from everwise import changelog, wording
from everwise.shown_values import Digests, ShownMark, Watched, WatchedPage, digest, mark_in


class StaffForm(WatchedPage):
    """The form of a page. Every form of a StaffAdmin is one."""

    mark_needed = True


class RowForm(Watched):
    """The form of a row in a table on another row's page, whose mark it goes by."""

    # Set by the formset: the row that the page is of.
    page: Model | None = None
    # Why a row that somebody has deleted stands here as a new one.
    brought_back = ""

    @property
    def mark(self) -> ShownMark | None:
        return mark_in(self.data, self.page) if self.page is not None else None

    @property
    def shown(self) -> Digests | None:
        mark = self.mark
        return mark.rows.get(self.instance._meta.label, {}).get(str(self.instance.pk)) if mark else None

    @property
    def opened_at(self) -> datetime:
        # Asked of rows alone that say something else than was shown.
        assert self.mark is not None
        return self.mark.at

    @property
    def logged_on(self) -> list[Model]:
        assert self.page is not None
        return [self.instance, self.page]

    def _post_clean(self):
        super()._post_clean()
        if self.brought_back:
            self.add_error(None, self.brought_back)


class RowFormSet(BaseInlineFormSet):
    """A table of rows that can be edited on another row's page."""

    model: type[Model]

    def __init__(self, data=None, files=None, instance=None, *args, **kwargs):
        super().__init__(data, files, instance, *args, **kwargs)
        # By their place: rows that were changed here and deleted elsewhere.
        self._brought_back: dict[int, str] = {}
        self._mark = mark_in(self.data, self.instance) if self.is_bound else None
        columns = {field.name for field in self.model._meta.concrete_fields}
        if self._mark and columns & self.form.base_fields.keys():
            self._lock()
            self._settle_deleted()

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        form.page = self.instance
        form.brought_back = self._brought_back.get(i, "")
        return form

    def clean(self) -> None:
        super().clean()
        deleted = [form for form in self.deleted_forms if isinstance(form, RowForm)]
        overtaken = [form for form in deleted if not form.instance._state.adding and form.moved]
        for form in overtaken:
            form.conflicts = set(form.moved)
        if overtaken:
            raise ValidationError([self._told_of(form) for form in overtaken])

    def _told_of(self, form) -> str:
        called = [form.fields[name].label or name for name in sorted(form.moved)]
        by = changelog.who_changed(form.logged_on, called[0], form.opened_at)
        if by:
            text = _(
                "“%(row)s” was changed (%(fields)s) by %(name)s, since you opened this page, and was not deleted. Save"
                " again to delete it all the same."
            )
        else:
            text = _(
                "“%(row)s” was changed (%(fields)s) by somebody, since you opened this page, and was not deleted. Save"
                " again to delete it all the same."
            )
        return text % {
            "row": wording.isolated(form.instance),
            "fields": ", ".join(map(str, called)),
            "name": wording.isolated(by),
        }

    def _lock(self) -> None:
        """Hold the rows that were shown until the transaction ends, in order of their keys."""
        shown = self._mark.rows.get(self.model._meta.label, {})
        rows = self.model._base_manager.filter(**{self.fk.name: self.instance}, pk__in=list(shown))
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def _settle_deleted(self) -> None:
        """Leave out rows that others have deleted; one that was changed here becomes a new one, for staff to judge."""
        shown = self._mark.rows.get(self.model._meta.label, {})
        stored = {str(row.pk) for row in self.get_queryset()}
        pk, management = self.model._meta.pk.name, self.management_form
        if not management.is_valid():
            return
        first_new, total = (int(management.cleaned_data[name] or 0) for name in ("INITIAL_FORMS", "TOTAL_FORMS"))
        kept, back = [], []
        for place in range(min(first_new, total, self.absolute_max)):
            key = self.data.get(f"{self.prefix}-{place}-{pk}")
            if key in stored or key not in shown:
                kept.append(place)
            elif f"{self.prefix}-{place}-DELETE" not in self.data and self._touched(place, shown[key]):
                back.append(place)
        if len(kept) == first_new:
            return
        places = [*kept, *back, *range(first_new, total)]
        self._renumber(places, initial=len(kept), total=total, blank={*back})
        by = changelog.who_deleted([self.instance], self.model._meta.verbose_name or "", self._mark.at)
        if by:
            text = _(
                "This row was deleted by %(name)s, since you opened this page. Save again to add it anew as it stands"
                " here."
            ) % {"name": wording.isolated(by)}
        else:
            text = _(
                "This row was deleted by somebody, since you opened this page. Save again to add it anew as it stands"
                " here."
            )
        self._brought_back = {places.index(place): text for place in back}

    def _touched(self, place: int, shown) -> bool:
        """Whether the row says something else than was shown."""
        for name, field in self.form.base_fields.items():
            if name not in shown:
                continue
            typed = field.widget.value_from_datadict(self.data, self.files, f"{self.prefix}-{place}-{name}")
            try:
                if digest(field.clean(typed), cast("Field", self.model._meta.get_field(name))) != shown[name]:
                    return True
            except ValidationError:
                return True
        return False

    def _renumber(self, places: list[int], *, initial: int, total: int, blank: set[int]) -> None:
        """Put these rows of what was sent in this order. Those in `blank` lose their key."""
        old = cast("QueryDict", self.data)
        data = old.copy()
        for name in list(data):
            if name.startswith(f"{self.prefix}-") and name.removeprefix(f"{self.prefix}-").split("-")[0].isdecimal():
                del data[name]
        for new, place in enumerate(places):
            start = f"{self.prefix}-{place}-"
            for name in old:
                if name.startswith(start):
                    data.setlist(f"{self.prefix}-{new}-{name.removeprefix(start)}", old.getlist(name))
            if place in blank:
                data[f"{self.prefix}-{new}-{self.model._meta.pk.name}"] = ""
        data[f"{self.prefix}-INITIAL_FORMS"], data[f"{self.prefix}-TOTAL_FORMS"] = str(initial), str(len(places))
        self.data = data
        # Read before the rows were in order.
        vars(self).pop("management_form", None)


def rows_shown(formsets) -> dict[str, dict[str, dict[str, str]]]:
    """What the tables of a page show, for its mark."""
    rows: dict[str, dict[str, dict[str, str]]] = {}
    for formset in formsets:
        for form in formset.forms:
            if isinstance(form, Watched) and form.now:
                rows.setdefault(form.instance._meta.label, {})[str(form.instance.pk)] = form.digests
    return rows
