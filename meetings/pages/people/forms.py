"""What the pages of a path's people ask for. Shape only: forms never save."""

from typing import cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED, sending
from paths.adding import LONGEST_ADDRESS, LONGEST_NAME, MOST_LINES
from paths.enums import Role
from paths.models.extra_sessions import FEWEST, MOST

# Of the longest list of the longest names and addresses.
LONGEST = MOST_LINES * (LONGEST_NAME + LONGEST_ADDRESS + 10)


class ExtraSessionsForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    number = forms.IntegerField(
        label=_("How many"),
        help_text=_("Below 0, so many are taken back."),
        min_value=FEWEST,
        max_value=MOST,
        error_messages={"required": _("Type how many."), "invalid": _("Type a whole number.")},
        widget=forms.NumberInput(attrs={"min": FEWEST, "max": MOST, "inputmode": "text"}),
    )
    why = forms.CharField(label=_("Why"), help_text=_("Only admins read it."), required=False, max_length=200)

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))


class FreshStartForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    # The version of what the page said was missed.
    shown = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages=DAMAGED)
    why = forms.CharField(label=_("Why"), help_text=_("Only admins read it."), required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        # Beside the form of extra sessions, whose fields have the same names.
        super().__init__(*args, auto_id="let_%s", **kwargs)

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))


class AddPeopleForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    lines = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One on each line, up to 50. A name may stand before it: Maya Lindqvist <maya@example.com>"),
        max_length=LONGEST,
        error_messages={"required": _("Type at least one e-mail address."), **TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        strip=False,
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("added as a participant", "As"),
        choices=[(role.value, role.label) for role in (Role.PARTICIPANT, Role.EXPERT, Role.ADMIN)],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of the three.")},
    )

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))
