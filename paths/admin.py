"""Programs, paths, their themes and people, for staff."""

from django.contrib import admin, messages
from django.forms import BaseInlineFormSet, ModelForm
from django.utils import timezone

from experts.models import Expert
from paths import enrolment
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


class MembershipForm(ModelForm):
    """A row is somebody's history: once made it can only be ended, and once ended it stays as it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["user"].disabled = self.fields["role"].disabled = True
            self.fields["ended_at"].disabled = self.instance.ended_at is not None


class MembershipFormSet(BaseInlineFormSet):
    def clean(self):
        """Ask what the writer of memberships asks, with the same people locked: the admin saves in one transaction."""
        super().clean()
        changed = [form for form in self.forms if form.has_changed() and form.is_valid()]
        enrolment.lock(form.instance.user_id for form in changed)
        now, taken = timezone.now(), set()
        for form in changed:
            membership = form.instance
            if membership.ended_at is None:
                job = (membership.user_id, "either" if membership.role in enrolment.EITHER else membership.role)
                if job in taken:
                    form.add_error("user", "This person is on this page twice.")
                taken.add(job)
            elif membership.ended_at > now:
                form.add_error("ended_at", "A membership ends now, not later.")
            elif membership.pk:
                try:
                    enrolment.check_meetings(membership, now)
                except enrolment.HasMeetings as error:
                    form.add_error("ended_at", str(error))


class MembershipInline(admin.TabularInline):
    """Never deleted: a membership that is over has an ending date."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
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
