"""Who is on a path, for staff: on the path's own page and in a list of all memberships."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from everwise.accounts.models import User
from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia
from everwise.admin.forms import RowFormSet, StaffForm
from everwise.admin.pages import StaffAdmin, StaffTable
from paths import added, enrolment
from paths.enums import Via
from paths.models import Membership, MembershipQuerySet

# On a path's page; a page with more of them is slow to load and too large to be sent back.
MOST_MEMBERS = 300


class MembershipForm(StaffForm):
    """On a page of its own: a new one, or one that is only looked at."""

    def clean(self) -> dict[str, Any] | None:
        # What booking asks of the person is locked before it is checked: the admin saves in one transaction.
        if user := self.cleaned_data.get("user"):
            enrolment.lock([user.pk])
        return super().clean()


def _way_out(membership: Membership) -> SafeString | str:
    """The page that asks what becomes of the person's meetings: nothing else ends a membership."""
    # Without a key it is a row that was asked for and is not there.
    if membership.pk is None or membership.ended_at is not None:
        return ""
    address = reverse("staff:end-membership", args=[membership.pk])
    words = {"url": address, "name": membership.user}
    return format_html(gettext('<a href="{url}">End the membership of {name}</a>'), **words)


class MemberFormSet(RowFormSet):
    def get_queryset(self) -> QuerySet[Membership]:
        if not hasattr(self, "_queryset"):
            rows = super().get_queryset()
            assert isinstance(rows, MembershipQuerySet)
            # What comes back is looked up among all rows: others may have been added or ended meanwhile.
            self._queryset = rows if self.is_bound else rows.live()[:MOST_MEMBERS]
        return self._queryset


class NewMemberFormSet(RowFormSet):
    def clean(self) -> None:
        """Ask what the writer of memberships asks, with the same people locked."""
        super().clean()
        new = [form for form in self.forms if form.has_changed() and form.is_valid()]
        enrolment.lock(form.instance.user_id for form in new)
        taken = set()
        for form in new:
            membership = form.instance
            job = (membership.user_id, "either" if membership.role in enrolment.EITHER else membership.role)
            if job in taken:
                form.add_error("user", gettext("This person is on this page twice."))
            taken.add(job)
            try:
                # Again, now that nobody else can join them to this path.
                membership.validate_constraints()
            except ValidationError as error:
                form.add_error(None, error.messages)


class MemberInline(StaffTable):
    """Never deleted: a membership that is over has an ending date."""

    model = Membership
    formset = MemberFormSet
    verbose_name_plural = _("people on the path")
    readonly_fields = ["user", "role", "started_at", "way_out"]
    show_change_link = True

    def get_queryset(self, request) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user")

    def get_fields(self, request, obj=None) -> list[Any]:
        may_end = super().has_change_permission(request, obj)
        return [name for name in self.readonly_fields if may_end or name != "way_out"]

    @admin.display(description=_("End"))
    def way_out(self, membership) -> SafeString | str:
        return _way_out(membership)

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class NewMemberInline(StaffTable):
    """Apart from those there are: a field to type a name into asks the database for the one it shows."""

    model = Membership
    formset = NewMemberFormSet
    verbose_name = _("person")
    verbose_name_plural = _("people to add")
    extra = 0
    fields = ["user", "role"]
    autocomplete_fields = ["user"]

    def has_view_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


def tell_added(membership: Membership, by: User) -> None:
    """As whoever is added on the site: an invitation, or word of the path."""
    added.tell(membership=membership, by=by, now=membership.started_at, via=Via.ADMIN)


@admin.register(Membership)
class MembershipAdmin(AutocompleteFilterMedia, StaffAdmin):
    form = MembershipForm
    list_display = ["user", "path", "role", "started_at", "ended_at"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter), ("path", AutocompleteFilter)]
    list_select_related = ["user", "path"]
    search_fields = ["user__name", "user__email", "path__name"]
    autocomplete_fields = ["user", "path"]
    ordering = ["-id"]
    # No other order of all people's memberships has an index.
    sortable_by = ()

    def get_fields(self, request, obj=None) -> list[Any]:
        if obj is None:
            return ["user", "path", "role"]
        ending = obj.ended_at is None and self.has_change_permission(request, obj)
        return ["user", "path", "role", "started_at", "ended_at", *(["way_out"] if ending else [])]

    @admin.display(description=_("End"))
    def way_out(self, membership) -> SafeString | str:
        return _way_out(membership)

    def lock(self, pk) -> None:
        # The person first, as everybody does who changes a membership.
        enrolment.lock(Membership.objects.filter(pk=pk).values_list("user", flat=True))
        super().lock(pk)

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            tell_added(obj, request.user)

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """A row is somebody's history: once made it can only be ended, and once ended it stays as it is."""
        return ["user", "path", "role", "started_at", "ended_at", "way_out"] if obj else []

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
