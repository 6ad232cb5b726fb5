"""Experts and their time, for staff."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.accounts.models import User
from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia, DateFilter
from everwise.admin.pages import StaffAdmin, StaffTable, ViewOnly
from everwise.wording import isolated
from experts.models import AvailabilityRule, BusyCalendar, BusyTime, DateOverride, Expert


class RuleInline(StaffTable):
    model = AvailabilityRule
    extra = 0


class OverrideInline(StaffTable):
    model = DateOverride
    extra = 0


@admin.register(Expert)
class ExpertAdmin(StaffAdmin):
    list_display = ["user", "title", "time_zone", "accepting"]
    list_filter = ["accepting"]
    search_fields = ["user__name", "user__email", "title"]
    ordering = ["-id"]
    sortable_by = ["title"]
    autocomplete_fields = ["user"]
    # Or Django warns that its default is about to change.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [RuleInline, OverrideInline]
    fieldsets = [
        (None, {"fields": ["user", "title", "bio", "languages", "video_link"]}),
        (
            pgettext_lazy("heading", "Time"),
            {"fields": ["time_zone", "accepting", "buffer_before_minutes", "buffer_after_minutes"]},
        ),
        (
            pgettext_lazy("heading", "Limits"),
            {"fields": ["notice_minutes", "horizon_days", "cap_per_day", "cap_per_week"]},
        ),
    ]

    def get_queryset(self, request) -> QuerySet[Expert]:
        # Here and not in list_select_related: an expert is called by their person's name in autocompletion, too.
        return super().get_queryset(request).select_related("user")

    def get_fieldsets(self, request, obj=None) -> list[tuple[Any, Any]]:
        busy = self.admin_site.get_model_admin(BusyTime)
        if obj is None or not busy.has_view_permission(request):
            return self.fieldsets
        return [*self.fieldsets, (gettext("Elsewhere"), {"fields": ["calendars", "busy_times"]})]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """A profile stays with its person, whose meetings hang on it."""
        return ["user", "calendars", "busy_times"] if obj else []

    @admin.display(description=_("other calendars"))
    def calendars(self, expert) -> str:
        """Only the expert adds and removes these. Of an address no more than its host is shown."""
        lines = ((_calendar_words(calendar), calendar.error_in_words) for calendar in expert.busy_calendars.all())
        return format_html_join(mark_safe("<br>"), "{} {}", lines) or pgettext("calendars", "None")

    @admin.display(description=_("busy times"))
    def busy_times(self, expert) -> SafeString:
        """Thousands may have been read from a calendar: they have a list of their own."""
        address = reverse("admin:experts_busytime_changelist", query={"expert__id__exact": expert.pk})
        count = expert.busy_times.count()
        text = ngettext(
            '<a href="{url}">{number} busy time read from elsewhere</a>',
            '<a href="{url}">{number} busy times read from elsewhere</a>',
            count,
        )
        return format_html(text, url=address, number=number_format(count, force_grouping=True))

    def lock(self, pk) -> None:
        # A booking that is just being made reads their hours before this change or after it, never half of each.
        # Their own page is saved under the same lock.
        people = User.objects.filter(pk__in=Expert.objects.filter(pk=pk).values("user"))
        list(people.select_for_update(no_key=True).values_list("pk"))

    def has_delete_permission(self, request, obj=None) -> bool:
        """The expert's paths and meetings need the profile. Switch “accepting sessions” off instead."""
        return False


@admin.register(BusyTime)
class BusyTimeAdmin(AutocompleteFilterMedia, ViewOnly, StaffAdmin):
    """What is read from elsewhere is not for writing here."""

    list_display = ["expert", "starts_at", "ends_at"]
    list_filter = [("expert", AutocompleteFilter), ("starts_at", DateFilter)]
    search_fields = ["expert__user__name", "expert__user__email"]
    ordering = ["-starts_at", "-id"]
    sortable_by = ["starts_at"]

    def get_queryset(self, request) -> QuerySet[BusyTime]:
        return super().get_queryset(request).select_related("expert__user")


def _calendar_words(calendar: BusyCalendar) -> str:
    """What it is, when it was read and when it will be; its last error stands behind this."""
    if calendar.last_read_at and calendar.next_read_at:
        text = gettext("%(name)s (%(address)s): last read %(last)s, next read %(next)s.")
    elif calendar.last_read_at:
        text = gettext("%(name)s (%(address)s): last read %(last)s.")
    elif calendar.next_read_at:
        text = gettext("%(name)s (%(address)s): not read yet, next read %(next)s.")
    else:
        text = gettext("%(name)s (%(address)s): not read yet.")
    return text % {
        "name": isolated(calendar.label),
        "address": calendar.masked or calendar.get_kind_display(),
        "last": f"{calendar.last_read_at:%F %R} UTC" if calendar.last_read_at else "",
        "next": f"{calendar.next_read_at:%F %R} UTC" if calendar.next_read_at else "",
    }
