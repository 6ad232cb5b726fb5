"""Notes and ratings for staff to look at. What a private note says is between its author and nobody."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia, DateFilter
from everwise.admin.pages import ViewOnly
from meetings.admin.search import MeetingRowAdmin, people, titled
from meetings.models import Note, Rating


class RatingInline(ViewOnly, admin.TabularInline):
    model = Rating
    fields = ["user", "stars", "comment", "rated_at"]

    def get_queryset(self, request) -> QuerySet[Rating]:
        return super().get_queryset(request).select_related("user")


@admin.register(Rating)
class RatingAdmin(AutocompleteFilterMedia, MeetingRowAdmin):
    list_display = ["meeting", "user", "stars", "comment", "rated_at"]
    list_filter = ["stars", ("user", AutocompleteFilter), ("rated_at", DateFilter)]
    list_select_related = ["meeting", "user"]
    search_fields = ["meeting", "user", "comment"]
    ordering = ["-rated_at", "-id"]
    sortable_by = ["rated_at"]

    def places(self, word) -> list[Q]:
        # The index has no empty comments.
        return [Q(meeting__in=titled(word)), Q(user__in=people(word)), Q(comment__icontains=word) & ~Q(comment="")]


@admin.register(Note)
class NoteAdmin(AutocompleteFilterMedia, MeetingRowAdmin):
    list_display = ["meeting", "author", "shared", "written_at"]
    list_filter = ["shared", ("author", AutocompleteFilter), ("written_at", DateFilter)]
    list_select_related = ["meeting", "author"]
    # Never the text: whether a search finds a note would tell what it says.
    search_fields = ["meeting", "author"]
    ordering = ["-written_at", "-id"]
    sortable_by = ["written_at"]
    fields = ["meeting", "author", "shared", "written_at", "says"]
    readonly_fields = ["says"]

    def get_queryset(self, request) -> QuerySet[Note]:
        return super().get_queryset(request).defer("text")

    def lookup_allowed(self, lookup, value, request) -> bool:
        # Nor may an address ask for it: Django allows any field of the row.
        return lookup.split("__")[0] != "text" and super().lookup_allowed(lookup, value, request)

    def places(self, word) -> list[Q]:
        return [Q(meeting__in=titled(word)), Q(author__in=people(word))]

    @admin.display(description=_("text"))
    def says(self, note) -> str:
        return note.text if note.shared else gettext("Private: only its author can read it.")
