"""Experts and their time, for staff."""

from django.contrib import admin
from django.db import models

from everwise.accounts.models import User
from experts.models import AvailabilityRule, BusyTime, DateOverride, Expert


class RuleInline(admin.TabularInline):
    model = AvailabilityRule
    extra = 0


class OverrideInline(admin.TabularInline):
    model = DateOverride
    extra = 0


class BusyTimeInline(admin.TabularInline):
    """What is read from elsewhere is not for writing here."""

    model = BusyTime
    extra = 0
    can_delete = False
    verbose_name_plural = "busy times (UTC)"

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Expert)
class ExpertAdmin(admin.ModelAdmin):
    list_display = ["user", "title", "time_zone", "accepting"]
    list_filter = ["accepting"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email", "title"]
    autocomplete_fields = ["user"]
    # Or Django warns that its default is about to change.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [RuleInline, OverrideInline, BusyTimeInline]
    fieldsets = [
        (None, {"fields": ["user", "title", "bio", "languages", "video_link"]}),
        ("Time", {"fields": ["time_zone", "accepting", "buffer_before_minutes", "buffer_after_minutes"]}),
        ("Limits", {"fields": ["notice_minutes", "horizon_days", "cap_per_day", "cap_per_week"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        """A profile stays with its person, whose meetings hang on it."""
        return ["user"] if obj else []

    def save_model(self, request, obj, form, change):
        # A booking that is just being made reads her hours before this change or after it, never half of each.
        User.objects.select_for_update(no_key=True).get(pk=obj.user_id)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        """Her paths and meetings need the profile. Switch “accepting sessions” off instead."""
        return False
