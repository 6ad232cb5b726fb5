"""What the page asks for. Shape only."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from paths.enums import Role
from paths.seeing_as import ROLES


class SeeAsForm(forms.Form):
    """One choice: the value of a role that can be looked at, or somebody's id."""

    who = forms.CharField(
        label=gettext_lazy("As whom"), max_length=36, error_messages={"required": gettext_lazy("Choose one.")}
    )

    def clean_who(self) -> Role | UUID:
        text = self.cleaned_data["who"]
        try:
            return Role(text) if text in ROLES else UUID(text)
        except ValueError as error:
            raise ValidationError(_("Choose one.")) from error
