"""Filters for Django's admin beside those it brings."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AutocompleteFilter(admin.FieldListFilter):
    """Choose one of thousands by typing, where Django would list a link for each."""

    template = "admin/autocomplete_filter.html"
    field: ForeignKey
    used_parameters: dict[str, Any]

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.name = f"{field_path}__{field.target_field.name}__exact"
        if self.name in params:
            # The form sends an empty choice, too.
            params[self.name] = [value for value in params[self.name] if value]
            if not params[self.name]:
                del params[self.name]
        super().__init__(field, request, params, model, model_admin, field_path)
        self.site = model_admin.admin_site
        # Whoever may not see the others can't choose one.
        self.offered = self.site.get_model_admin(field.related_model).has_view_permission(request)

    def expected_parameters(self) -> list[str | None]:
        return [self.name]

    def has_output(self) -> bool:
        return self.offered

    def choices(self, changelist) -> Iterator[Any]:
        widget = AutocompleteSelect(
            self.field, self.site, attrs={"data-width": "100%", "id": f"filter_{self.name}", "aria-label": self.title}
        )
        choice = forms.ModelChoiceField(self.field.related_model._default_manager.all(), required=False, widget=widget)
        chosen = self.used_parameters.get(self.name, [None])[-1]
        others = {name: values for name, values in changelist.filter_params.items() if name != self.name}
        yield {
            "all": changelist.get_query_string(remove=[self.name]),
            "chosen": chosen,
            "select": choice.widget.render(self.name, chosen),
            "others": [(name, value) for name, values in others.items() for value in values],
        }


class AutocompleteFilterMedia(admin.ModelAdmin):
    """For a changelist with such a filter, which brings its scripts only to forms by itself."""

    @property
    def media(self) -> forms.Media:
        return super().media + AutocompleteSelect(None, self.admin_site).media


class DateFilter(admin.DateFieldListFilter):
    """Django's, and the days that come."""

    def __init__(self, field, request, params, model, model_admin, field_path):
        super().__init__(field, request, params, model, model_admin, field_path)
        tomorrow = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        since, until = self.lookup_kwarg_since, self.lookup_kwarg_until
        self.links = (
            *self.links,
            (_("Tomorrow"), {since: tomorrow, until: tomorrow + timedelta(days=1)}),
            (_("Next 7 days"), {since: tomorrow, until: tomorrow + timedelta(days=7)}),
        )
