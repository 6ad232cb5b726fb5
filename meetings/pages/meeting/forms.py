"""What a meeting's page asks for: the note to it, and the message with which it is cancelled. Forms never save."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from meetings.models import NOTE_LENGTH
from meetings.pages.fields import TOO_LONG, ClosingMessageForm


class NoteForm(forms.Form):
    # Names the note that the form was opened on.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note to your expert"),
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Only your expert and the path’s admins can read this."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # An emptied note is sent as such; a form without the field at all would wipe out what is written.
        if self.add_prefix("note") not in self.data:
            self.add_error("note", gettext("This form is damaged. Please save once more."))
        if self.add_prefix("seen") not in self.data:
            cleaned["seen"] = None
        return cleaned


class CancelForm(ClosingMessageForm):
    # Whether the page has said that the session counts as used.
    counts = forms.TypedChoiceField(
        required=False, choices=[("yes", ""), ("no", "")], coerce=lambda text: text == "yes", empty_value=None
    )
