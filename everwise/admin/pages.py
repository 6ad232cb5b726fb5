"""What every page of Django's admin shares: its name, searching, saving, viewing, deleting what is unused."""

from contextlib import suppress
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from everwise.admin import history
from everwise.admin.forms import RowForm, RowFormSet, StaffForm, rows_shown
from everwise.admin.lists import MOST_WORDS, LongLists

# A page that is saved is tried so often where PostgreSQL ends a tie with somebody else's writing.
TRIES = 3
DEADLOCK = "40P01"

admin.site.site_header = _("Everwise admin · all times in UTC")
admin.site.site_title = _("Everwise admin")
# Staff sign in where everybody does: one page that counts failures and asks for a second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# What can be deleted at all goes one by one, after a page that says what hangs on it.
admin.site.disable_action("delete_selected")


def possible_keys(field, values) -> list:
    """Those of `values` that could be keys of rows: looking for another is an error of the database."""
    keys = []
    for value in values:
        with suppress(ValidationError):
            field.run_validators(field.to_python(value))
            keys.append(value)
    return keys


class PossibleOnly(AutocompleteMixin):
    """Shows a form again whatever its fields that complete were sent: Django looks for it in the database."""

    def optgroups(self, name, value, attr=None) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        return super().optgroups(name, possible_keys(self.field.related_model._meta.pk, filter(None, value)), attr)


class Autocomplete(PossibleOnly, AutocompleteSelect):
    pass


class AutocompleteMany(PossibleOnly, AutocompleteSelectMultiple):
    pass


class Autocompleting(BaseModelAdmin):
    """For pages and inlines alike."""

    def formfield_for_foreignkey(self, db_field, request=None, **kwargs) -> ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Autocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request=None, **kwargs) -> ModelMultipleChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = AutocompleteMany(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class StaffTable(Autocompleting, admin.TabularInline):
    """Base of every table of rows that can be changed on another row's page."""

    form = RowForm
    formset = RowFormSet


class StaffAdmin(LongLists, Autocompleting, admin.ModelAdmin):
    """Base of every admin page of ours: whatever is searched or filtered for, it is answered in words.

    It writes the columns that were changed on it. Where somebody else has changed the same meanwhile, it is refused.
    """

    form = StaffForm
    change_form_template = "admin/marked_change_form.html"
    search_help_text = format_lazy(_("Up to {words} words, all of which must be found."), words=MOST_WORDS)

    def response_action(self, request, queryset, *args, **kwargs) -> HttpResponse | None:
        # Not the page's own checkboxes: ids that no row can have.
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if possible_keys(self.opts.pk, chosen) != chosen:
            messages.error(request, gettext("These rows are not there."))
            return None
        return super().response_action(request, queryset, *args, **kwargs)

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        answer = super().history_view(request, object_id, extra_context)
        for entry in (answer.context_data or {}).get("action_list", ()) if isinstance(answer, TemplateResponse) else ():
            entry.change_message = history.translated(entry.change_message, self.model)
        return answer

    def lock(self, pk) -> None:
        """Hold a row that is about to be read and saved until the transaction ends."""
        list(self.model._base_manager.filter(pk=pk).select_for_update(no_key=True).values_list("pk"))

    def save_model(self, request, obj, form, change) -> None:
        if change:
            form.save_columns()
        else:
            super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, *args, **kwargs) -> HttpResponse:
        form = context["adminform"].form
        if isinstance(form, StaffForm):
            form.renew_mark(rows_shown(inline.formset for inline in context["inline_admin_formsets"]))
        return super().render_change_form(request, context, *args, **kwargs)

    def _changeform_view(self, request, object_id, form_url, extra_context):
        # Inside the transaction, before anything is read.
        if request.method == "POST" and object_id is not None and "_saveasnew" not in request.POST:
            for pk in possible_keys(self.opts.pk, [unquote(object_id)]):
                self.lock(pk)
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        left = TRIES
        while True:
            left -= 1
            try:
                return self._answer(request, object_id, form_url, extra_context)
            except OperationalError as error:
                if not left or getattr(error.__cause__, "sqlstate", None) != DEADLOCK:
                    raise

    def _answer(self, request, object_id, form_url, extra_context):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            messages.error(request, gettext("Somebody else has just saved the same. Nothing was saved; try again."))
        except OverflowError:
            # SQLite's, for the key of a row that can't be there.
            messages.error(request, gettext("A number on this page is too large. Nothing was saved."))
        return HttpResponseRedirect(request.get_full_path())


class ViewOnly:
    """Rows to look at, in a list of their own or inline, whatever rights the staff member has."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class DeletedUnused(admin.ModelAdmin):
    """Refuses in words to delete a row that others hang on: `kept_for` are the names of its relations to them."""

    kept_for: list[str]

    def get_deleted_objects(self, objs, request) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        # Counted: Django would list each of ten thousand meetings.
        kept = [words for obj in objs for name in self.kept_for if (words := _counted(getattr(obj, name)))]
        if kept:
            return [], {}, set(), kept
        return super().get_deleted_objects(objs, request)

    def delete_view(self, request, object_id, extra_context=None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, IntegrityError):
            # Somebody has just begun to use it.
            messages.error(request, gettext("This is in use by now and was not deleted."))
            opts = self.opts
            return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[object_id]))


def _counted(related) -> str:
    count, opts = related.count(), related.model._meta
    if not count:
        return ""
    things = opts.verbose_name if count == 1 else opts.verbose_name_plural
    # Translators: so many rows of a kind: “2 memberships”.
    return gettext("%(number)s %(things)s") % {"number": number_format(count, force_grouping=True), "things": things}
