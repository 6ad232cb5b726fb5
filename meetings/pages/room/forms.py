"""What the page of a path's video room asks for. Shape only: forms never save."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from experts.addresses import BadAddress, clean_address
from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED
from paths.enums import RoomKind
from paths.models.room_servers import ADDRESS_LENGTH, APP_ID_LENGTH
from paths.rooms import PLACEHOLDER, RoomPlan

# RFC 7518, 3.2. A token that somebody has clicked on can be tried against any number of shorter ones at home.
SHORTEST_KEY = 32
LONGEST_SECRET = 200
NO_ADDRESS = _("This is not a web address. It looks like https://meet.example.com/.")
NOT_ENCRYPTED = _("The address must begin with https://, so that nobody reads along.")
FILL_IN = {"required": _("Fill this in.")}
# Only what belongs to the choice is read.
FIELDS: dict[RoomKind, tuple[str, ...]] = {
    RoomKind.OWN: (),
    RoomKind.TEMPLATE: ("template",),
    RoomKind.JITSI: ("jitsi_address", "jitsi_app_id", "jitsi_secret"),
    RoomKind.BIGBLUEBUTTON: ("bigbluebutton_address", "bigbluebutton_secret"),
}


class ServerField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(
            label=_("Address of the server"),
            max_length=ADDRESS_LENGTH,
            error_messages=FILL_IN | TOO_LONG,
            widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
            **kwargs,
        )

    def clean(self, value) -> str:
        try:
            address = clean_address(super().clean(value))
        except BadAddress:
            raise forms.ValidationError(NO_ADDRESS) from None
        if urlsplit(address).query:
            raise forms.ValidationError(NO_ADDRESS)
        if not address.startswith("https://") and not settings.FEEDS_ALLOW_LOOPBACK:
            raise forms.ValidationError(NOT_ENCRYPTED)
        return address


class SecretField(forms.CharField):
    """Never shown again, not even to whoever has just typed it."""

    def __init__(self):
        super().__init__(
            label=_("Secret"),
            max_length=LONGEST_SECRET,
            error_messages={"required": _("Type the secret of this server."), **TOO_LONG},
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        )


class RoomForm(forms.Form):
    # Whether a field must be filled in depends on the choice, which browsers don't know.
    use_required_attribute = False
    version = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages=DAMAGED)
    kind = forms.ChoiceField(
        label=_("Meetings take place"),
        choices=RoomKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    template = forms.CharField(
        label=_("Address with {meeting} in it"),
        max_length=ADDRESS_LENGTH,
        help_text=_("Like https://meet.example.com/{meeting}"),
        error_messages=FILL_IN | TOO_LONG,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    jitsi_address = ServerField(help_text=_("Like https://meet.example.com/"))
    jitsi_app_id = forms.CharField(
        label=_("App ID"),
        max_length=APP_ID_LENGTH,
        error_messages=FILL_IN | TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    jitsi_secret = SecretField()
    bigbluebutton_address = ServerField(
        help_text=_("As bbb-conf --secret says it, like https://bbb.example.com/bigbluebutton/")
    )
    bigbluebutton_secret = SecretField()

    def __init__(self, *args, kept: str = "", **kwargs):
        """`kept` is the kind whose secret is kept, if any is."""
        super().__init__(*args, **kwargs)
        if kept:
            secret = self.fields[f"{kept}_secret"]
            secret.required, secret.help_text = False, _("It is kept. Leave this empty unless it has changed.")

    def clean_template(self) -> str:
        text = self.cleaned_data["template"]
        if PLACEHOLDER not in text:
            raise forms.ValidationError(_("Write {meeting} where the name of the meeting’s room goes."))
        filled = text.replace(PLACEHOLDER, "x")
        try:
            clean_address(filled)
            # In a name of a host, nobody would find it.
            in_host = PLACEHOLDER in urlsplit(text).netloc
        except (BadAddress, ValueError):
            raise forms.ValidationError(NO_ADDRESS) from None
        if in_host or not filled.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(NO_ADDRESS)
        return text

    def clean(self) -> dict[str, Any]:
        """What belongs to another choice is wrong in no way; the secret may be the one that is kept."""
        cleaned = super().clean() or self.cleaned_data
        asked = FIELDS[RoomKind(cleaned["kind"])] if "kind" in cleaned else ()
        for name in list(self.errors):
            if name not in {*asked, "kind", "version", "__all__"}:
                del self.errors[name]
        if cleaned.get("kind") == RoomKind.JITSI and 0 < len(cleaned.get("jitsi_secret", "")) < SHORTEST_KEY:
            text = _("The secret has %(least)d characters or more: a shorter one could be guessed from a link.")
            self.add_error("jitsi_secret", text % {"least": SHORTEST_KEY})
        return cleaned

    @property
    def secret_name(self) -> str:
        """The field of the secret that belongs to the choice of a valid form."""
        return f"{self.cleaned_data['kind']}_secret"

    def plan(self) -> RoomPlan:
        """What a valid form asks for."""
        kind, cleaned = RoomKind(self.cleaned_data["kind"]), self.cleaned_data
        if kind == RoomKind.OWN:
            return RoomPlan(kind)
        if kind == RoomKind.TEMPLATE:
            return RoomPlan(kind, cleaned["template"])
        app_id = cleaned["jitsi_app_id"] if kind == RoomKind.JITSI else ""
        return RoomPlan(kind, cleaned[f"{kind.value}_address"], app_id, cleaned[self.secret_name])


def initial_of(stored: RoomPlan) -> dict[str, str]:
    values = {"kind": stored.kind.value}
    if stored.kind == RoomKind.TEMPLATE:
        values["template"] = stored.address
    elif stored.kind != RoomKind.OWN:
        values |= {f"{stored.kind.value}_address": stored.address, "jitsi_app_id": stored.app_id}
    return values
