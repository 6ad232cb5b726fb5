"""How staff find rows of meetings in long lists: by words, and by a meeting's UID."""

import re
from uuid import UUID

from django.db.models import Q, QuerySet

from everwise.accounts.models import User
from everwise.admin import StaffAdmin, ViewOnly, search_words

# A meeting's id, bare or as it stands in a calendar's UID or in a link.
UID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


class MeetingRowAdmin(ViewOnly, StaffAdmin):
    """Base of the lists with rows of meetings: long ones, in which each word may also be a meeting's UID."""

    # Counting every row as well as those found doubles the work on a large table.
    show_full_result_count = False
    search_help_text = f"{StaffAdmin.search_help_text} A meeting's UID is found as well."
    uid_field = "meeting"

    def get_search_results(self, request, queryset, search_term):
        for word in search_words(search_term):
            uid = UID.search(word)
            queryset = queryset.filter(Q(**{self.uid_field: UUID(uid[0])}) if uid else self.said_by(word))
        # Nothing here joins many rows to one, so none comes twice.
        return queryset, False

    def said_by(self, word) -> Q:
        """Whether a row has the word in its own texts, its path's name, or its people's names and addresses."""
        raise NotImplementedError


def people(word: str) -> QuerySet:
    """Keys of all whose name or address has the word."""
    return User.objects.filter(Q(name__icontains=word) | Q(email__icontains=word)).order_by().values("pk")
