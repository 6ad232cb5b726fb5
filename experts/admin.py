"""Experts and their time, for staff."""

from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html

from everwise.accounts.models import User
from everwise.admin import StaffAdmin, ViewOnly
from everwise.admin_filters import AutocompleteFilter, AutocompleteFilterMedia
from experts.models import AvailabilityRule, BusyTime, DateOverride, Expert


class RuleInline(admin.TabularInline):
    model = AvailabilityRule
    extra = 0


class OverrideInline(admin.TabularInline):
    model = DateOverride
    extra = 0


@admin.register(Expert)
class ExpertAdmin(StaffAdmin):
    list_display = ["user", "title", "time_zone", "accepting"]
    list_filter = ["accepting"]
    search_fields = ["user__name", "user__email", "title"]
    autocomplete_fields = ["user"]
    # Or Django warns that its default is about to change.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [RuleInline, OverrideInline]
    fieldsets = [
        (None, {"fields": ["user", "title", "bio", "languages", "video_link"]}),
        ("Time", {"fields": ["time_zone", "accepting", "buffer_before_minutes", "buffer_after_minutes"]}),
        ("Limits", {"fields": ["notice_minutes", "horizon_days", "cap_per_day", "cap_per_week"]}),
    ]

    def get_queryset(self, request):
        # Here and not in list_select_related: an expert is called by her person's name in autocompletion, too.
        return super().get_queryset(request).select_related("user")

    def get_fieldsets(self, request, obj=None):
        busy = self.admin_site.get_model_admin(BusyTime)
        if obj is None or not busy.has_view_permission(request):
            return self.fieldsets
        return [*self.fieldsets, ("Elsewhere", {"fields": ["busy_times"]})]

    def get_readonly_fields(self, request, obj=None):
        """A profile stays with its person, whose meetings hang on it."""
        return ["user", "busy_times"] if obj else []

    @admin.display(description="busy times")
    def busy_times(self, expert):
        """Thousands may have been read from a calendar: they have a list of their own."""
        address = reverse("admin:experts_busytime_changelist", query={"expert__id__exact": expert.pk})
        return format_html('<a href="{}">{} read from elsewhere</a>', address, f"{expert.busy_times.count():,}")

    def save_model(self, request, obj, form, change):
        # A booking that is just being made reads her hours before this change or after it, never half of each.
        User.objects.select_for_update(no_key=True).get(pk=obj.user_id)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        """Her paths and meetings need the profile. Switch “accepting sessions” off instead."""
        return False


@admin.register(BusyTime)
class BusyTimeAdmin(AutocompleteFilterMedia, ViewOnly, StaffAdmin):
    """What is read from elsewhere is not for writing here."""

    list_display = ["expert", "starts_at", "ends_at"]
    list_filter = [("expert", AutocompleteFilter)]
    search_fields = ["expert__user__name", "expert__user__email"]
    date_hierarchy = "starts_at"
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("expert__user")
