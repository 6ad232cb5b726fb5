"""How Django's admin lists and searches tables that never stop growing: a page costs nothing for rows it doesn't show.

Lists are ordered by an index, counted only as far as anybody turns pages, and searched by one set of keys for each
column, since a condition with OR over several would have the database read every row.
"""

from contextlib import suppress
from itertools import islice
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.text import smart_split, unescape_string_literal

# More of either would only burden the database; SQLite refuses a thousand.
MOST_WORDS = 10
MOST_CHARACTERS = 200
# So many rows are counted from the shown page on.
COUNTED = 1000
MOST_PAGES = 10_000


def search_words(term: str) -> list[str]:
    """The words of a search, "quoted ones" as one: as many as are looked for."""
    words = islice(smart_split(term[:MOST_CHARACTERS]), MOST_WORDS)
    return [unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] else word for word in words]


class CappedPaginator(Paginator):
    """Counts no further than a thousand rows behind the page that is asked for; `more` says that there are more."""

    object_list: Any

    def __init__(self, *args, page=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.most = COUNTED + (page - 1) * self.per_page

    @cached_property
    def _found(self) -> int:
        return self.object_list.order_by()[: self.most + 1].count()

    @property
    def more(self) -> bool:
        return self._found > self.most

    @cached_property
    def count(self) -> int:
        return min(self._found, self.most)


class StaffChangeList(ChangeList):
    def get_filters(self, request) -> tuple[list[admin.ListFilter], bool, dict[str, bool | str], bool, bool]:
        try:
            return super().get_filters(request)
        except (OverflowError, ValueError) as error:
            # A date in the address that no calendar has, like the year after 9999.
            raise IncorrectLookupParameters(error) from error

    def get_results(self, request) -> None:
        try:
            super().get_results(request)
        except (OverflowError, ValueError) as error:
            # The same, where it is only the question to the database that can't be written.
            raise IncorrectLookupParameters(error) from error
        # Written out; where `paginator.more` says so, there are more than these.
        self.counted = number_format(self.result_count, force_grouping=True)


class LongLists(admin.ModelAdmin):
    """For every admin page of ours, of short tables as well."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request, **kwargs) -> type[StaffChangeList]:
        return StaffChangeList

    def get_paginator(self, request, queryset, per_page, orphans=0, allow_empty_first_page=True) -> CappedPaginator:
        page = 1
        # The list's own name for it, and that of the fields that complete.
        with suppress(ValueError):
            page = int(request.GET.get(PAGE_VAR) or request.GET.get("page") or 1)
        page = min(max(page, 1), MOST_PAGES)
        return CappedPaginator(queryset, per_page, orphans, allow_empty_first_page, page=page)

    def get_search_results(self, request, queryset, search_term) -> tuple[QuerySet, bool]:
        found = [self.having(word) for word in search_words(search_term)]
        if found:
            first, *rest = found
            # One set for all words: with a condition for each, PostgreSQL may join in an order that takes minutes.
            queryset = queryset.filter(pk__in=first.intersection(*rest) if rest else first)
        # Nothing here joins many rows to one, so none comes twice.
        return queryset, False

    def having(self, word) -> QuerySet:
        """Keys of the rows that have the word: one set for each place where it may stand."""
        first, *rest = (self.model._base_manager.filter(place).order_by().values("pk") for place in self.places(word))
        return first.union(*rest) if rest else first

    def places(self, word) -> list[Q]:
        return [Q(**{f"{name}__icontains": word}) for name in self.search_fields]
