"""Meetings, their history and their mail, for staff to look at: only the booking writer changes them."""

from django.contrib import admin
from django.db import models

from meetings.models import Attendee, Meeting, MeetingEvent, Notice


class ViewOnly:
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class AttendeeInline(ViewOnly, admin.TabularInline):
    model = Attendee
    fields = ["user", "role", "live", "added_at", "removed_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user")


class EventInline(ViewOnly, admin.TabularInline):
    model = MeetingEvent
    fields = ["happening", "by", "at", "sequence", "message"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


class NoticeInline(ViewOnly, admin.TabularInline):
    model = Notice
    fields = ["kind", "user", "due_at", "sent_at", "parked_at", "attempts", "last_error"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user")


@admin.register(Meeting)
class MeetingAdmin(ViewOnly, admin.ModelAdmin):
    list_display = ["title", "path", "kind", "status", "starts_at", "organizer"]
    list_filter = ["kind", "status", "path"]
    list_select_related = ["path", "organizer"]
    search_fields = ["title", "organizer__name", "attendees__user__name", "attendees__user__email"]
    date_hierarchy = "starts_at"
    # Or Django warns that its default is about to change, of a field nobody fills in here, too.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [AttendeeInline, EventInline, NoticeInline]
    # Staff without a role on the path find nothing there.
    view_on_site = False


@admin.register(Attendee)
class AttendeeAdmin(ViewOnly, admin.ModelAdmin):
    list_display = ["meeting", "user", "role", "starts_at", "ends_at", "live", "removed_at"]
    list_filter = ["role", "live"]
    list_select_related = ["meeting", "user"]
    search_fields = ["meeting__title", "user__name", "user__email"]
    date_hierarchy = "starts_at"


@admin.register(MeetingEvent)
class MeetingEventAdmin(ViewOnly, admin.ModelAdmin):
    list_display = ["meeting", "happening", "by", "at", "sequence"]
    list_filter = ["happening"]
    list_select_related = ["meeting", "by"]
    search_fields = ["meeting__title", "by__name", "by__email"]
    date_hierarchy = "at"


@admin.register(Notice)
class NoticeAdmin(ViewOnly, admin.ModelAdmin):
    list_display = ["meeting", "kind", "user", "due_at", "sent_at", "parked_at", "attempts"]
    list_filter = [
        "kind",
        ("sent_at", admin.EmptyFieldListFilter),
        ("parked_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["meeting", "user"]
    search_fields = ["meeting__title", "user__name", "user__email"]
    date_hierarchy = "due_at"
