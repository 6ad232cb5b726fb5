"""The forms of codes and passkeys. They refuse in words whatever is sent, and take each code of an app once."""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from everwise.sso import providers

# Of an app (6) or for recovery (8), with the spaces that people type between.
CODE_LENGTH = 20
NAME_LENGTH = 60
# What fido2 raises at an answer that no browser gives.
MALFORMED = (AttributeError, KeyError, IndexError, TypeError, ValueError, AssertionError)


def _code_field(label) -> forms.CharField:
    typed = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "off"})
    return forms.CharField(label=label, max_length=CODE_LENGTH, widget=typed)


def _take(user, code: str) -> None:
    """Take a code of an app, once while it is good: allauth forgets it after one period of the three."""
    used = f"everwise.mfa.used?user={user.pk}&code={normalize_user_code(code)}"
    if not cache.add(used, "y", timeout=app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)):
        raise get_adapter().validation_error("incorrect_code")


class OneUse(forms.Form):
    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code = super().clean_code()  # type: ignore[misc]  # of the form that comes after
        if self.authenticator.type == Authenticator.Type.TOTP:
            _take(self.user, code)
        return code


class CodeForm(OneUse, base_forms.AuthenticateForm):
    code = _code_field(_("Code"))


class CodeAgainForm(OneUse, base_forms.ReauthenticateForm):
    code = _code_field(_("Code"))


class ActivateForm(totp_forms.ActivateTOTPForm):
    code = _code_field(_("Code that the app shows"))

    def clean_code(self) -> str:
        code = super().clean_code()
        _take(self.user, code)
        return code


class AnswerField(forms.JSONField):
    """What a browser says for a passkey. It is of one moment, so no page shows it again."""

    widget = forms.HiddenInput

    def to_python(self, value) -> Any:
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def bound_data(self, data, initial) -> None:
        return None

    def prepare_value(self, value) -> str:
        return ""


class WellFormed(forms.Form):
    """Whatever stands in the answer of a passkey, it is refused as one that is not right."""

    credential = AnswerField()

    def _clean_fields(self) -> None:
        self._or_incorrect(super()._clean_fields)  # type: ignore[misc]  # Django's own, which calls clean_credential

    def _clean_form(self) -> None:
        self._or_incorrect(super()._clean_form)  # type: ignore[misc]

    def _or_incorrect(self, clean) -> None:
        try:
            clean()
        except MALFORMED:
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))


class AddPasskeyForm(WellFormed, webauthn_forms.AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("To tell it from others: “Work laptop”, “Phone”."),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        required=False,
        initial=True,
        help_text=_(
            "It then asks for your finger, your face or a PIN each time. A simple security key may not be able to."
        ),
    )
    field_order = ["name", "passwordless", "credential"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if providers.instead_of_password(self.user):
            # Theirs is a second step at most (everwise/accounts/adapter.py): nothing else is offered.
            del self.fields["passwordless"]


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)


class PasskeyForm(WellFormed, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(WellFormed, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


class PasskeySignInForm(WellFormed, webauthn_forms.LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        """Take it only after the device has asked who holds it.

        allauth leaves that to the browser's question, which could have been one for a second step.
        """
        answer = parse_authentication_response(self.cleaned_data["credential"])
        if not answer.response.authenticator_data.is_user_verified():
            raise get_adapter().validation_error("incorrect_code")
        return super().clean_credential()
