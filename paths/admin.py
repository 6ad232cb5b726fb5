"""Programs, paths, their themes and people, for staff."""

from django.contrib import admin, messages

from experts.models import Expert
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme


@admin.register(Program)
class ProgramAdmin(admin.ModelAdmin):
    list_display = ["name", "type"]
    search_fields = ["name"]


class ThemeInline(admin.TabularInline):
    model = Theme
    extra = 0
    fields = ["name", "description", "duration_minutes", "position"]
    show_change_link = True
    can_delete = False


class MembershipInline(admin.TabularInline):
    """Never deleted: a membership that is over has an ending date."""

    model = Membership
    extra = 0
    autocomplete_fields = ["user"]
    fields = ["user", "role", "started_at", "ended_at"]
    readonly_fields = ["started_at"]
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user")


@admin.register(Path)
class PathAdmin(admin.ModelAdmin):
    list_display = ["name", "program", "time_zone", "opens_on", "closes_on"]
    list_filter = ["program"]
    list_select_related = ["program"]
    search_fields = ["name"]
    inlines = [ThemeInline, MembershipInline]
    fieldsets = [
        (None, {"fields": ["program", "name", "description"]}),
        (
            "Booking policy",
            {
                "fields": [
                    "time_zone",
                    "opens_on",
                    "closes_on",
                    "start_interval_minutes",
                    "notice_minutes",
                    "horizon_days",
                    "change_until_minutes",
                    "sessions_per_participant",
                ]
            },
        ),
    ]

    def save_related(self, request, form, formsets, change):
        """Themes added on this page have had no field for experts: they take the path's, the ones just added too."""
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if formset.model is Theme:
                for theme in formset.new_objects:
                    _take_all_experts(request, theme)


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ["name", "path", "duration_minutes", "position"]
    list_filter = ["path"]
    list_select_related = ["path"]
    search_fields = ["name", "path__name"]
    autocomplete_fields = ["path", "experts"]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        theme = form.instance
        if theme.experts.exists():
            return
        if change:
            _warn_of_no_experts(request, theme)
        else:
            _take_all_experts(request, theme)


def _take_all_experts(request, theme: Theme) -> None:
    """A new theme without experts takes all of the path's."""
    live = Membership.objects.live().filter(path=theme.path, role=Role.EXPERT)
    theme.experts.set(Expert.objects.filter(user__in=live.values("user")))
    if not theme.experts.exists():
        _warn_of_no_experts(request, theme)


def _warn_of_no_experts(request, theme: Theme) -> None:
    messages.warning(request, f"No expert takes the theme “{theme}”, so it offers no times.")
