"""Forms of a person's own account."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everwise.accounts.models import User
from everwise.place_fields import PlaceField
from everwise.shown_values import WatchedPage
from everwise.sso import providers

CALLED = forms.TextInput(attrs={"autocomplete": "given-name"})
CALLED_HINT = _("For greetings and short lines. If this is empty, we use your whole name.")
ZONE_HINT = _("Every time is shown in it. Type a city, like Stockholm.")


def languages() -> list[tuple[str, str]]:
    """The languages to choose from, by their names in themselves."""
    return settings.LANGUAGES


class LanguageField(forms.ChoiceField):
    widget = forms.Select

    def __init__(self, *, max_length=None, empty_value="", show_hidden_initial=False, **options):
        # What a column of text with a default asks of its field, and a choice has no use for.
        super().__init__(**{"choices": languages, **options})


class LoginForm(allauth_forms.LoginForm):
    def clean(self) -> dict[str, Any]:
        """Lead to the provider of the address: where its people use no password, or where none is typed.

        It looks at the domain alone, so it says nothing of whether there is an account.
        """
        provider = providers.of_address(self.cleaned_data.get("login", ""))
        if provider and not (provider.passwords and self.cleaned_data.get("password")):
            next_url = get_next_redirect_url(self.request) or ""
            raise ImmediateHttpResponse(redirect(providers.address(provider, next_url)))
        return super().clean()


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def clean_email(self) -> str:
        check_may_have_password(self.cleaned_data["email"])
        return super().clean_email()


def check_may_have_password(email: str) -> None:
    """Raise ValidationError for an address whose organisation signs its people in, and leaves them no password."""
    provider = providers.of_address(email)
    if provider and not provider.passwords:
        text = _("Your organisation signs in at %(provider)s, so there is no password here.")
        raise ValidationError(text, params={"provider": provider.name})


class SignupForm(allauth_forms.SignupForm):
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    called = forms.CharField(max_length=60, required=False, widget=CALLED, help_text=CALLED_HINT)
    time_zone = PlaceField(help_text=ZONE_HINT)
    field_order = ["name", "called", "email", "time_zone", "password1", "password2"]

    def clean(self) -> dict[str, Any]:
        """Look at the password with the name, too, which allauth's own check does not know."""
        cleaned = super().clean()
        password = cleaned.get("password1")
        if password and "password1" not in self.errors:
            person = User(name=cleaned.get("name", ""), email=cleaned.get("email", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def clean_email(self) -> str:
        check_may_have_password(self.cleaned_data["email"])
        return super().clean_email()

    def try_save(self, request) -> tuple[User | None, HttpResponse | None]:
        """Hash also where the address is taken, so that the time of the answer gives nothing away."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def save(self, request) -> User:
        user = super().save(request)
        user.name, user.called = self.cleaned_data["name"], self.cleaned_data["called"]
        user.time_zone, user.zone_asked = self.cleaned_data["time_zone"], True
        user.save(update_fields=["name", "called", "time_zone", "zone_asked"])
        return user


class ProfileForm(WatchedPage):
    time_zone = PlaceField(label=_("Time zone"), help_text=ZONE_HINT)

    class Meta:
        model = User
        fields = [
            "name",
            "called",
            "time_zone",
            "twelve_hour",
            "usual_from",
            "usual_until",
            "appearance",
            "remind_day_before",
            "remind_hour_before",
            "language",
        ]
        field_classes = {"language": LanguageField}
        help_texts = {
            "called": CALLED_HINT,
            "usual_from": _("Times outside these hours are folded away when you choose a time."),
            "usual_until": _("A time that starts at this hour or later is folded away, too."),
        }
        labels = {
            "called": _("What should we call you?"),
            "language": _("Language of pages and e-mails"),
            "remind_day_before": _("Remind me by e-mail a day before a meeting"),
            "remind_hour_before": _("Remind me by e-mail an hour before a meeting"),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "called": CALLED,
            "usual_from": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "usual_until": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked_by = self.instance
        # Its first choice says what an empty one means, so it is not marked as optional.
        self.fields["twelve_hour"].empty = dict(User.TWELVE_HOUR)[None]
        if len(languages()) < 2:
            del self.fields["language"]

    def clean(self) -> dict[str, Any] | None:
        # Whoever saves this page has seen their zone on it.
        self.instance.zone_asked = True
        return super().clean()
