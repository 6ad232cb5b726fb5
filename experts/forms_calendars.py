"""What an expert gives of a foreign calendar. Shape only: forms never save."""

from django import forms

from everwise.plaintext import one_line, shortened
from experts.feeds.fetch import BadAddress, clean_address, masked
from experts.feeds.ics import MAX_BYTES, TOO_LARGE

LABEL_LENGTH = 80
LABEL_HELP = "Like “Work” or “Family”."


class AddressForm(forms.Form):
    address = forms.CharField(
        help_text="The calendar’s secret address in iCal format. It begins with https:// or webcal://.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(label="Name", max_length=LABEL_LENGTH, required=False, help_text=LABEL_HELP)

    def clean_address(self):
        try:
            return clean_address(self.cleaned_data["address"])
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("address"):
            host = masked(cleaned["address"]).partition("/")[0]
            cleaned["label"] = shortened(one_line(cleaned.get("label", "")) or host, LABEL_LENGTH)
        return cleaned


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Calendar file",
        help_text="An .ics file of at most 20 MB. Its busy times are kept, the file is not.",
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )
    label = forms.CharField(label="Name", max_length=LABEL_LENGTH, required=False, help_text=LABEL_HELP)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("file"):
            name = one_line(cleaned.get("label", "")) or one_line(cleaned["file"].name) or "Uploaded file"
            cleaned["label"] = shortened(name, LABEL_LENGTH)
        return cleaned
