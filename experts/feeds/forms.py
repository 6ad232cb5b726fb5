"""What an expert gives of a foreign calendar. Shape only: forms never save."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.translation import gettext, gettext_lazy

from everwise.plaintext import one_line, shortened
from experts import faults
from experts.addresses import BadAddress, clean_address, masked
from experts.feeds.ics import TOO_LARGE
from experts.feeds.limits import MAX_BYTES

LABEL_LENGTH = 80
LABEL_HELP = gettext_lazy("Like “Work” or “Family”.")


class OwnAddresses(forms.Field):
    """Some e-mail addresses, as one text with commas."""

    MOST, LENGTH = 10, 500

    def __init__(self):
        super().__init__(
            label=gettext_lazy("My addresses in this calendar"),
            required=False,
            help_text=gettext_lazy(
                "E-mail addresses under which you are invited there, other than your account’s, with commas between"
                " them. What you have declined under one of them leaves you free."
            ),
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )

    def to_python(self, value) -> str:
        addresses = [each.strip() for each in re.split(r"[,;\s]+", value or "") if each.strip()]
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                words = gettext("“%(address)s” is not an e-mail address.")
                raise ValidationError(words % {"address": shortened(one_line(address), 80)}) from None
        addresses = list(dict.fromkeys(addresses))
        text = ", ".join(addresses)
        if len(addresses) > self.MOST or len(text) > self.LENGTH:
            words = gettext("Name at most %(number)s addresses, %(characters)s characters in all.")
            raise ValidationError(words % {"number": self.MOST, "characters": self.LENGTH})
        return text


class AddressesForm(forms.Form):
    addresses = OwnAddresses()


class AddressForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("The calendar’s secret address in iCal format. It begins with https:// or webcal://."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(label=gettext_lazy("Name"), max_length=LABEL_LENGTH, required=False, help_text=LABEL_HELP)
    addresses = OwnAddresses()

    def clean_address(self) -> str:
        try:
            return clean_address(self.cleaned_data["address"])
        except BadAddress as error:
            raise forms.ValidationError(faults.in_words(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("address"):
            host = masked(cleaned["address"]).partition("/")[0]
            cleaned["label"] = shortened(one_line(cleaned.get("label", "")) or host, LABEL_LENGTH)
        return cleaned


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Calendar file"),
        help_text=gettext_lazy("An .ics file of at most 20 MB. Its busy times are kept, the file is not."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )
    label = forms.CharField(label=gettext_lazy("Name"), max_length=LABEL_LENGTH, required=False, help_text=LABEL_HELP)
    addresses = OwnAddresses()

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(faults.in_words(TOO_LARGE))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("file"):
            name = one_line(cleaned.get("label", "")) or one_line(cleaned["file"].name) or gettext("Uploaded file")
            cleaned["label"] = shortened(name, LABEL_LENGTH)
        return cleaned
