"""Programs, paths and their themes, for staff. Who is on a path is in paths/admin/people.py."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import QuerySet
from django.forms import ModelMultipleChoiceField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.accounts.forms import LanguageField
from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia
from everwise.admin.forms import StaffForm
from everwise.admin.pages import DeletedUnused, StaffAdmin, StaffTable
from everwise.wording import isolated
from experts.models import Expert
from paths import policy, program_admins, questions, settings, themes_elsewhere
from paths.admin.people import MOST_MEMBERS, MemberInline, NewMemberInline, tell_added
from paths.enums import Role, Via
from paths.models import Membership, Path, Program, Theme, ThemeQuestion


@admin.register(Program)
class ProgramPage(DeletedUnused, StaffAdmin):
    list_display = ["name", "type"]
    search_fields = ["name"]
    kept_for = ["paths", "admins"]
    readonly_fields = ["people"]

    def get_fields(self, request, obj=None) -> list[Any]:
        return ["name", "type", "description", *(["people"] if obj else [])]

    @admin.display(description=_("admins of every path"))
    def people(self, program) -> SafeString:
        """Who they are, and the way to one more."""
        rows = program.admins.live().select_related("user").order_by("user__name", "pk")
        named = [(reverse("admin:paths_programadmin_change", args=[row.pk]), row.user) for row in rows]
        names = format_html_join(", ", '<a href="{}">{}</a>', named) or "–"
        add = reverse("admin:paths_programadmin_add", query={"program": program.pk})
        return format_html('{} <a href="{}">{}</a>', names, add, gettext("Add an admin of this program"))


class ThemeInline(StaffTable):
    model = Theme
    extra = 0
    fields = ["name", "description", "duration_minutes", "position"]
    show_change_link = True
    can_delete = False


class PathForm(StaffForm):
    class Meta:
        field_classes = {"language": LanguageField}

    def clean(self) -> dict[str, Any]:
        """The same nonsense is refused as on the path's own page."""
        cleaned = super().clean() or self.cleaned_data
        for name, text in policy.problems(cleaned).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, text)
        return cleaned


# Of a path, by what the address of the list has for it.
STATES = {
    "draft": pgettext_lazy("of a path", "Draft"),
    "open": pgettext_lazy("of a path", "Opened"),
    "closed": pgettext_lazy("of a path", "Closed early"),
}


class PathStateFilter(admin.SimpleListFilter):
    title = pgettext_lazy("of a path", "state")
    parameter_name = "state"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [(state, str(words)) for state, words in STATES.items()]

    def queryset(self, request, queryset) -> QuerySet[Path]:
        match self.value():
            case "draft":
                return queryset.filter(opened_at__isnull=True)
            case "open":
                return queryset.filter(opened_at__isnull=False, closed_at__isnull=True)
            case "closed":
                return queryset.filter(closed_at__isnull=False)
        return queryset


@admin.register(Path)
class PathAdmin(AutocompleteFilterMedia, DeletedUnused, StaffAdmin):
    form = PathForm
    list_display = ["name", "program", "time_zone", "opens_on", "closes_on", "opened_at", "closed_at"]
    list_filter = [PathStateFilter, ("program", AutocompleteFilter)]
    list_select_related = ["program"]
    search_fields = ["name"]
    sortable_by = ["name"]
    autocomplete_fields = ["program"]
    kept_for = ["themes", "memberships", "meetings", "events"]
    fieldsets = [
        (None, {"fields": ["program", "name", "description", "opened_at", "closed_at"]}),
        (
            _("Booking policy"),
            {
                "fields": [
                    "time_zone",
                    "language",
                    "opens_on",
                    "closes_on",
                    "start_interval_minutes",
                    "notice_minutes",
                    "horizon_days",
                    "change_until_minutes",
                    "sessions_per_participant",
                    "sessions_per_month",
                    "sessions_at_once",
                    "most_moves",
                    "no_shows_allowed",
                    "last_call_days",
                ]
            },
        ),
    ]
    # A path made here is a draft, too. Its admins open and close it on the site, which tells its participants.
    readonly_fields = ["opened_at", "closed_at", "people"]

    def get_fieldsets(self, request, obj=None) -> list[tuple[Any, Any]]:
        memberships = self.admin_site.get_model_admin(Membership)
        if obj is None or not memberships.has_view_permission(request):
            return self.fieldsets
        return [*self.fieldsets, (gettext("People"), {"fields": ["people"]})]

    def get_inlines(self, request, obj) -> list[type[InlineModelAdmin]]:
        return [ThemeInline, MemberInline, NewMemberInline] if obj else [ThemeInline, NewMemberInline]

    @admin.display(description=_("memberships"))
    def people(self, path) -> SafeString:
        """How many there are and were, and the way to all of them."""
        live, ever = path.memberships.live().count(), path.memberships.count()
        address = reverse("admin:paths_membership_changelist", query={"path__id__exact": path.pk})
        if live > MOST_MEMBERS:
            text = gettext('<a href="{url}">{live} now, {ended} ended</a>. The first {shown} are below.')
        else:
            text = gettext('<a href="{url}">{live} now, {ended} ended</a>.')
        return format_html(text, url=address, live=live, ended=ever - live, shown=MOST_MEMBERS)

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """A path stays in its program, whose admins are its admins."""
        return [*self.readonly_fields, *(["program"] if obj else [])]

    def save_model(self, request, obj, form, change) -> None:
        """What is changed of its settings stands in the path's history, as if it were changed on the site."""
        before = policy.values_of(Path.objects.select_for_update(no_key=True).get(pk=obj.pk)) if change else None
        super().save_model(request, obj, form, change)
        if before is not None:
            saved = Path.objects.get(pk=obj.pk)
            settings.write(path=saved, before=before, by=request.user, now=timezone.now(), via=Via.ADMIN)

    def save_related(self, request, form, formsets, change) -> None:
        """Themes added on this page have had no field for experts: they take the path's, the ones just added too."""
        before = themes_elsewhere.standings_of(form.instance)
        super().save_related(request, form, formsets, change)
        if not change:
            program_admins.join_program_admins(path=form.instance, by=request.user, now=timezone.now(), via=Via.ADMIN)
        for formset in formsets:
            if formset.model is Membership:
                for membership in formset.new_objects:
                    tell_added(membership, request.user)
            if formset.model is Theme:
                for theme in formset.new_objects:
                    _take_all_experts(request, theme)
        themes_elsewhere.write_changes(path=form.instance, before=before, by=request.user, now=timezone.now())


@admin.register(Theme)
class ThemeAdmin(AutocompleteFilterMedia, DeletedUnused, StaffAdmin):
    list_display = ["name", "path", "duration_minutes", "position"]
    list_filter = [("path", AutocompleteFilter)]
    list_select_related = ["path"]
    search_fields = ["name", "path__name"]
    ordering = ["name", "id"]
    sortable_by = ["name"]
    autocomplete_fields = ["path", "experts"]
    kept_for = ["meetings", "experts"]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """A theme stays on its path: its meetings are that path's."""
        return ["retired_at", *(["path", "asks"] if obj else [])]

    @admin.display(description=ThemeQuestion._meta.verbose_name_plural)
    def asks(self, theme) -> SafeString:
        """What it asks of whoever books it, in order."""
        asked = (
            gettext("%(question)s (required)") % {"question": each.text} if each.required else each.text
            for each in questions.of(theme)
        )
        return format_html_join("", "<div>{}</div>", ((text,) for text in asked)) or SafeString("–")

    def get_deleted_objects(self, objs, request) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Its questions go with it, which nobody deletes by themselves."""
        found, counts, missing, kept = super().get_deleted_objects(objs, request)
        return found, counts, missing - {ThemeQuestion._meta.verbose_name}, kept

    def formfield_for_manytomany(self, db_field, request=None, **kwargs) -> ModelMultipleChoiceField | None:
        # An expert is called by their person's name.
        kwargs["queryset"] = Expert.objects.select_related("user")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        form.before = themes_elsewhere.standings_of(obj.path)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        self._save_experts(request, form, formsets, change)
        path = form.instance.path
        themes_elsewhere.write_changes(path=path, before=form.before, by=request.user, now=timezone.now())

    def _save_experts(self, request, form, formsets, change):
        theme = form.instance
        # Who takes a theme stands in rows of another table: a booking that is just being made holds this one.
        Theme.objects.select_for_update(no_key=True).get(pk=theme.pk)
        super().save_related(request, form, formsets, change)
        if theme.experts.exists():
            return
        if change:
            _warn_of_no_experts(request, theme)
        else:
            _take_all_experts(request, theme)


def _take_all_experts(request, theme: Theme) -> None:
    """A new theme without experts takes all of the path's."""
    live = Membership.objects.live().filter(path=theme.path, role=Role.EXPERT, user__is_active=True)
    theme.experts.set(Expert.objects.filter(user__in=live.values("user")))
    if not theme.experts.exists():
        _warn_of_no_experts(request, theme)


def _warn_of_no_experts(request, theme: Theme) -> None:
    text = gettext("No expert takes the theme “%(theme)s”, so it offers no times.")
    messages.warning(request, text % {"theme": isolated(theme)})
