"""What themes ask of whoever books them, for staff to look at: the path's admins write it on the site."""

from django.contrib import admin

from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia
from everwise.admin.pages import StaffAdmin, ViewOnly
from paths.models import Path, ThemeQuestion


@admin.register(ThemeQuestion)
class ThemeQuestionAdmin(ViewOnly, AutocompleteFilterMedia, StaffAdmin):
    list_display = ["text", "theme", "path", "position", "required"]
    list_filter = [("theme", AutocompleteFilter)]
    list_select_related = ["theme__path"]
    search_fields = ["text", "theme__name", "theme__path__name"]
    # By the index of places.
    ordering = ["theme_id", "position"]
    sortable_by = ()
    fields = ["theme", "position", "text", "required"]

    @admin.display(description=Path._meta.verbose_name)
    def path(self, question) -> Path:
        return question.theme.path
