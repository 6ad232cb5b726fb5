"""Meetings, who is in them and their history, for staff to look at: only the booking writer changes them."""

from django.contrib import admin
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia, DateFilter
from everwise.admin.pages import StaffAdmin, ViewOnly
from meetings.admin.answers import WRITTEN, AnswerInline, withheld
from meetings.admin.feedback import RatingInline
from meetings.admin.outbox import NoticeInline
from meetings.admin.search import MeetingRowAdmin, people, titled
from meetings.models import Attendee, Meeting, MeetingEvent, Subscription
from paths.models import Path


class AttendeeInline(ViewOnly, admin.TabularInline):
    model = Attendee
    fields = ["user", "role", "live", "added_at", "removed_at"]

    def get_queryset(self, request) -> QuerySet[Attendee]:
        return super().get_queryset(request).select_related("user")


class EventInline(ViewOnly, admin.TabularInline):
    model = MeetingEvent
    verbose_name_plural = _("history")
    fields = ["happening", "by", "at", "sequence", "said"]
    readonly_fields = ["said"]
    show_change_link = True

    def get_queryset(self, request) -> QuerySet[MeetingEvent]:
        return super().get_queryset(request).select_related("by")

    @admin.display(description=_("message"))
    def said(self, event) -> str:
        return message_of(event)


def message_of(event: MeetingEvent) -> str:
    """Not what a note or an answer said before, which is for as few as the note and the answer are."""
    return withheld() if event.message and event.happening in WRITTEN else event.message


@admin.register(Meeting)
class MeetingAdmin(AutocompleteFilterMedia, MeetingRowAdmin):
    list_display = ["title", "path", "kind", "status", "starts_at", "organizer", "who"]
    list_filter = ["kind", "status", ("path", AutocompleteFilter), ("starts_at", DateFilter)]
    list_select_related = ["path", "organizer"]
    # Shows the box; what is searched stands in `places`.
    search_fields = ["title", "path", "people"]
    uid_field = "pk"
    ordering = ["-starts_at", "-id"]
    sortable_by = ["starts_at"]
    # Or Django warns that its default is about to change, of a field nobody fills in here, too.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [AttendeeInline, AnswerInline, EventInline, RatingInline, NoticeInline]
    # Staff without a role on the path find nothing there.
    view_on_site = False
    exclude = ["note"]
    readonly_fields = ["noted", "uid"]

    def get_queryset(self, request) -> QuerySet[Meeting]:
        attendees = models.Prefetch("attendees", Attendee.objects.select_related("user"))
        return super().get_queryset(request).prefetch_related(attendees)

    def lookup_allowed(self, lookup, value, request) -> bool:
        # Whether an address finds a note would tell what it says.
        return lookup.split("__")[0] != "note" and super().lookup_allowed(lookup, value, request)

    def places(self, word) -> list[Q]:
        # Sets of keys, each found once, instead of a look into other tables for each meeting.
        return [
            Q(title__icontains=word),
            Q(path__in=Path.objects.filter(name__icontains=word).order_by().values("pk")),
            Q(organizer__in=people(word)),
            Q(pk__in=Attendee.objects.filter(user__in=people(word)).order_by().values("meeting")),
        ]

    @admin.display(description=_("note"))
    def noted(self, meeting) -> str:
        return withheld() if meeting.note else ""

    @admin.display(description=_("UID"))
    def uid(self, meeting) -> str:
        return str(meeting.pk)

    @admin.display(description=_("attendees"))
    def who(self, meeting) -> str:
        return ", ".join(str(attendee.user) for attendee in meeting.attendees.all() if attendee.removed_at is None)


@admin.register(Attendee)
class AttendeeAdmin(AutocompleteFilterMedia, MeetingRowAdmin):
    list_display = ["meeting", "user", "role", "starts_at", "ends_at", "live", "removed_at"]
    list_filter = ["role", "live", ("user", AutocompleteFilter), ("starts_at", DateFilter)]
    list_select_related = ["meeting", "user"]
    search_fields = ["meeting", "user"]
    ordering = ["-starts_at", "-id"]
    sortable_by = ["starts_at"]

    def places(self, word) -> list[Q]:
        return [Q(meeting__in=titled(word)), Q(user__in=people(word))]


@admin.register(MeetingEvent)
class MeetingEventAdmin(AutocompleteFilterMedia, MeetingRowAdmin):
    list_display = ["meeting", "happening", "by", "at", "sequence"]
    list_filter = ["happening", ("by", AutocompleteFilter), ("at", DateFilter)]
    list_select_related = ["meeting", "by"]
    search_fields = ["meeting", "by"]
    ordering = ["-at", "-id"]
    sortable_by = ["at"]
    exclude = ["message"]
    readonly_fields = ["said"]

    def lookup_allowed(self, lookup, value, request) -> bool:
        return lookup.split("__")[0] != "message" and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("message"))
    def said(self, event) -> str:
        return message_of(event)

    def places(self, word) -> list[Q]:
        return [Q(meeting__in=titled(word)), Q(by__in=people(word))]


@admin.register(Subscription)
class SubscriptionAdmin(StaffAdmin):
    """That a person has a calendar address, and since when. To remove it is to end it; it is nowhere to see."""

    list_display = ["user", "made_at"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    ordering = ["-made_at", "-id"]
    sortable_by = ["made_at"]
    fields = ["user", "made_at"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False
