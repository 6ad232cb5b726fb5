"""What somebody says of themselves when they accept an invitation."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everwise.accounts.models import User
from everwise.place_fields import PlaceField


class AcceptForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("As experts and other people in your meetings see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        # A limit for the sake of hashing: nobody types so many.
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    time_zone = PlaceField(label=gettext_lazy("Time zone"))

    def __init__(self, *args, email: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].help_text = _password_hint()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        password = self.cleaned_data.get("password")
        if password:
            try:
                validate_password(password, User(name=self.cleaned_data.get("name", ""), email=self.email))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


def _password_hint() -> str:
    lengths = [getattr(validator, "min_length", 0) for validator in get_default_password_validators()]
    shortest = max(lengths, default=0)
    if not shortest:
        return _("A few words in a row are easy to remember.")
    return ngettext(
        "At least %(number)d character. A few words in a row are easy to remember.",
        "At least %(number)d characters. A few words in a row are easy to remember.",
        shortest,
    ) % {"number": shortest}
