"""Which groups of an organisation are which roles, for staff."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia
from everwise.admin.forms import StaffForm
from everwise.admin.pages import StaffAdmin
from paths.models import RoleMapping


class RoleMappingForm(StaffForm):
    provider = forms.ChoiceField(label=_("Provider"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = {each.id: each.name for each in settings.SSO_PROVIDERS.values()}
        # One that the settings no longer name stays as it is.
        if self.instance.provider:
            choices.setdefault(self.instance.provider, self.instance.provider)
        self.fields["provider"].choices = list(choices.items())


@admin.register(RoleMapping)
class RoleMappingAdmin(AutocompleteFilterMedia, StaffAdmin):
    form = RoleMappingForm
    list_display = ["provider", "claim", "value", "path", "role"]
    list_filter = [("path", AutocompleteFilter)]
    list_select_related = ["path"]
    search_fields = ["provider", "value", "path__name"]
    autocomplete_fields = ["path"]
    ordering = ["-id"]
    sortable_by = ()
