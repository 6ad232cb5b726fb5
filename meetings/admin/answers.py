"""What participants were asked, for staff to look at. What they answered is for their meeting and its path's admins."""

from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.admin.pages import ViewOnly
from meetings.admin.search import MeetingRowAdmin, titled
from meetings.enums import Happening
from meetings.models import MeetingAnswer

# Of these the history keeps what the participant had written before.
WRITTEN = {Happening.NOTE_CHANGED, Happening.ANSWERS_CHANGED}


def withheld() -> str:
    """In place of what a participant wrote to the expert: the page on which they did so promises it."""
    return gettext("Only the people of the meeting and the admins of its path can read it.")


class WithoutTexts(ViewOnly):
    """Rows of answers without what they say, which is not even read: only whether they say anything."""

    def get_queryset(self, request) -> QuerySet[MeetingAnswer]:
        given = ExpressionWrapper(~Q(text=""), output_field=BooleanField())
        return super().get_queryset(request).defer("text").annotate(is_given=given)  # type: ignore[misc]  # a mixin

    @admin.display(description=pgettext_lazy("of a question", "answered"), boolean=True)
    def given(self, answer) -> bool:
        return answer.is_given


class AnswerInline(WithoutTexts, admin.TabularInline):
    model = MeetingAnswer
    fields = ["position", "question", "required", "given"]
    readonly_fields = ["given"]


@admin.register(MeetingAnswer)
class MeetingAnswerAdmin(WithoutTexts, MeetingRowAdmin):
    list_display = ["meeting", "position", "question", "required", "given"]
    list_select_related = ["meeting"]
    search_fields = ["meeting"]
    ordering = ["-id"]
    sortable_by = ()
    fields = ["meeting", "position", "question", "required", "says"]
    readonly_fields = ["says"]

    def lookup_allowed(self, lookup, value, request) -> bool:
        # Whether an address finds an answer would tell what it says.
        return lookup.split("__")[0] != "text" and super().lookup_allowed(lookup, value, request)

    def places(self, word) -> list[Q]:
        return [Q(meeting__in=titled(word))]

    @admin.display(description=_("answer"))
    def says(self, answer) -> str:
        return withheld() if answer.is_given else gettext("Not answered yet")
