"""How staff find rows of meetings in long lists: by words, and by a meeting's UID."""

import re
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from everwise.accounts.models import User
from everwise.admin.lists import MOST_WORDS
from everwise.admin.pages import StaffAdmin, ViewOnly
from meetings.models import Meeting

# A meeting's id, bare or as it stands in a calendar's UID or in a link.
UID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


class MeetingRowAdmin(ViewOnly, StaffAdmin):
    """Base of the lists with rows of meetings: long ones, in which each word may also be a meeting's UID."""

    search_help_text = format_lazy(
        _("Up to {words} words, all of which must be found. A meeting’s UID is found as well."), words=MOST_WORDS
    )
    uid_field = "meeting"

    def having(self, word) -> QuerySet:
        uid = UID.search(word)
        if uid:
            return self.model.objects.filter(**{self.uid_field: UUID(uid[0])}).order_by().values("pk")
        return super().having(word)

    def places(self, word) -> list[Q]:
        """Its own texts, its meeting's title, its path's name, its people's names and addresses."""
        raise NotImplementedError


def people(word: str) -> QuerySet:
    """Keys of all whose name or address has the word."""
    users = User.objects.order_by().values("pk")
    return users.filter(name__icontains=word).union(users.filter(email__icontains=word))


def titled(word: str) -> QuerySet:
    """Keys of the meetings whose title has the word."""
    return Meeting.objects.filter(title__icontains=word).order_by().values("pk")
