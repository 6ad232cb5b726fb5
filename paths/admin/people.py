"""Who is on a path, for staff: on the path's own page and in a list of all memberships."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia
from everwise.admin.forms import RowForm, RowFormSet, StaffForm
from everwise.admin.pages import StaffAdmin, StaffTable
from paths import enrolment
from paths.models import Membership, MembershipQuerySet

# On a path's page; a page with more of them is slow to load and too large to be sent back.
MOST_MEMBERS = 300


def _end(form) -> None:
    """Mark the form's membership as ended now, or put on the form why it can't be. Its person is locked."""
    membership, now = form.instance, timezone.now()
    if not Membership.objects.live().filter(pk=membership.pk).exists():
        form.add_error("end_now", gettext("This membership has just been ended."))
        return
    try:
        enrolment.check_meetings(membership, now)
    except enrolment.HasMeetings as error:
        form.add_error("end_now", str(error))
    else:
        membership.ended_at = now


class Ending(ModelForm):
    end_now = forms.BooleanField(
        label=_("End now"), required=False, help_text=_("The row stays as part of the person’s history.")
    )


class EndForm(Ending, RowForm):
    """On a path's page."""


class MembershipForm(Ending, StaffForm):
    """On a page of its own: a new one, or one that can only be ended."""

    def clean(self) -> dict[str, Any] | None:
        # What booking asks of the person is locked before it is checked: the admin saves in one transaction.
        if self.instance.pk:
            enrolment.lock([self.instance.user_id])
            if self.cleaned_data.get("end_now"):
                _end(self)
        elif user := self.cleaned_data.get("user"):
            enrolment.lock([user.pk])
        return super().clean()


class MemberFormSet(RowFormSet):
    def get_queryset(self) -> QuerySet[Membership]:
        if not hasattr(self, "_queryset"):
            rows = super().get_queryset()
            assert isinstance(rows, MembershipQuerySet)
            # What comes back is looked up among all rows: others may have been added or ended meanwhile.
            self._queryset = rows if self.is_bound else rows.live()[:MOST_MEMBERS]
        return self._queryset

    def clean(self) -> None:
        super().clean()
        ending = [form for form in self.initial_forms if form.is_valid() and form.cleaned_data.get("end_now")]
        enrolment.lock(form.instance.user_id for form in ending)
        for form in ending:
            _end(form)


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
    form = EndForm
    formset = MemberFormSet
    verbose_name_plural = _("people on the path")
    readonly_fields = ["user", "role", "started_at"]
    show_change_link = True

    def get_queryset(self, request) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user")

    def get_fields(self, request, obj=None) -> list[Any]:
        ending = ["end_now"] if self.has_change_permission(request, obj) else []
        return [*self.readonly_fields, *ending]

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
        return ["user", "path", "role", "started_at", "ended_at", *(["end_now"] if ending else [])]

    def lock(self, pk) -> None:
        # The person first, as everybody does who changes a membership.
        enrolment.lock(Membership.objects.filter(pk=pk).values_list("user", flat=True))
        super().lock(pk)

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """A row is somebody's history: once made it can only be ended, and once ended it stays as it is."""
        return ["user", "path", "role", "started_at", "ended_at"] if obj else []

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
