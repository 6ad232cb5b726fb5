"""What the pages of an import ask for. Shape only: forms never save."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise.wording import count
from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED
from paths.importing import limits, words
from paths.importing.faults import FileFault, UnreadableFile

CHECK, IMPORT = "check", "import"


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Choose a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Lines of a table"),
        required=False,
        max_length=limits.PASTED_CHARACTERS,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        strip=False,
    )

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data["file"]
        if file and file.size > limits.FILE_BYTES:
            # Nothing of it is read.
            raise forms.ValidationError(
                words.fault(UnreadableFile(FileFault.TOO_LARGE, most=limits.FILE_BYTES // 1_000_000))
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            self.add_error("file", _("Choose a file, or paste it."))
        return cleaned


class ImportForm(forms.Form):
    """`digest` is of what the page showed."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages=DAMAGED)
    do = forms.ChoiceField(choices=[(CHECK, CHECK), (IMPORT, IMPORT)], error_messages=DAMAGED)
    leave = forms.BooleanField(required=False)


def most_lines() -> str:
    """How many lines a file may have, as its reader writes numbers."""
    return count(limits.LINES)
