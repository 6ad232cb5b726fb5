"""Who is admin of a program, for staff. A program's own page leads here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everwise.accounts.models import User
from everwise.admin.filters import AutocompleteFilter, AutocompleteFilterMedia
from everwise.admin.forms import StaffForm
from everwise.admin.pages import StaffAdmin
from paths import enrolment, program_admins
from paths.models import ProgramAdmin


class ProgramAdminForm(StaffForm):
    end_now = forms.BooleanField(
        label=_("End now"),
        required=False,
        help_text=_("They stay an admin of the paths that they were added to by themselves."),
    )
    # Who has the page open: set by the page.
    acting: User

    def clean(self) -> dict[str, Any] | None:
        """Ask the writer, and take it back: what it refuses stands beside its field."""
        cleaned = super().clean()
        field = "end_now" if self.instance.pk else "user"
        if self.instance.pk is None and not (self.cleaned_data.get("program") and self.cleaned_data.get("user")):
            return cleaned
        try:
            with transaction.atomic():
                self.write()
                transaction.set_rollback(True)
        except enrolment.EnrolmentError as error:
            self.add_error(field, str(error))
        return cleaned

    def write(self) -> ProgramAdmin | None:
        """What the form asks for, by the writer."""
        now = timezone.now()
        if self.instance.pk is None:
            chosen = self.cleaned_data
            return program_admins.appoint(program=chosen["program"], user=chosen["user"], by=self.acting, now=now)
        if self.cleaned_data.get("end_now"):
            held = self.instance
            return program_admins.dismiss(program=held.program, user=held.user, by=self.acting, now=now)
        return None


@admin.register(ProgramAdmin)
class ProgramAdminPage(AutocompleteFilterMedia, StaffAdmin):
    form = ProgramAdminForm
    list_display = ["user", "program", "started_at", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), ("program", AutocompleteFilter)]
    list_select_related = ["user", "program"]
    search_fields = ["user__name", "user__email", "program__name"]
    autocomplete_fields = ["user", "program"]
    ordering = ["-id"]
    sortable_by = ()

    def get_form(self, request, obj=None, change=False, **kwargs) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"acting": request.user})

    def get_fields(self, request, obj=None) -> list[Any]:
        if obj is None:
            return ["program", "user"]
        ending = obj.ended_at is None and self.has_change_permission(request, obj)
        return ["program", "user", "started_at", "ended_at", *(["end_now"] if ending else [])]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """A row is somebody's history: it can only be ended."""
        return ["program", "user", "started_at", "ended_at"] if obj else []

    def lock(self, pk) -> None:
        # The person first, as everybody does who changes what they are on a path.
        enrolment.lock(ProgramAdmin.objects.filter(pk=pk).values_list("user", flat=True))
        super().lock(pk)

    def save_model(self, request, obj, form, change) -> None:
        written = form.write()
        if written:
            obj.pk, obj.started_at, obj.ended_at = written.pk, written.started_at, written.ended_at
            obj._state.adding = False

    def has_add_permission(self, request) -> bool:
        return request.user.has_perm("paths.change_program")

    def has_change_permission(self, request, obj=None) -> bool:
        return request.user.has_perm("paths.change_program")

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
