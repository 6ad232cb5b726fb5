"""What pages about meetings ask for. Shape only: forms never save."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import forms

from meetings.forms_marks import TermsField, sending
from meetings.models import NOTE_LENGTH
from meetings.timetable import VALUE

ANY = "any"
TOO_LONG = {"max_length": "Please keep it under %(limit_value)d characters: it has %(show_value)d now."}


class StartField(forms.CharField):
    """An instant as the time page writes it, in UTC."""

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            start = datetime.strptime(text, VALUE).replace(tzinfo=UTC)
        except ValueError:
            start = None
        # Near the ends of the calendar no range can be put around a time.
        if start is None or not 1970 < start.year < 9000:
            raise forms.ValidationError("That is not a time we know. Please choose one of the times shown.")
        return start


class ZoneField(forms.CharField):
    default_error_messages = {"invalid": "That is not a time zone we know, so times are shown in yours."}

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            return ZoneInfo(text)
        except (ValueError, OSError, KeyError) as error:
            raise forms.ValidationError(self.error_messages["invalid"]) from error


class ExpertField(forms.CharField):
    """The id of an expert, "any", or nothing."""

    def to_python(self, value):
        text = super().to_python(value)
        if text in {"", ANY}:
            return text
        if not text.isascii() or not text.isdecimal() or len(text) > 12:
            raise forms.ValidationError("We don’t know that expert, so everybody’s times are shown.")
        return int(text)


class TimeQuery(forms.Form):
    """How the reader wants to see the times: which week, in which zone, of which expert, what is chosen so far."""

    week = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "That is not a date, so the first week is shown."},
    )
    zone = ZoneField(required=False)
    expert = ExpertField(required=False)
    start = StartField(required=False)


class ConfirmForm(forms.Form):
    token = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"invalid": "This form is damaged. Please confirm once more."}
    )
    expert = ExpertField(required=False)
    note = forms.CharField(
        label="Note to your expert",
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    shown = TermsField()

    def clean_token(self):
        return sending(self.data)


class NoteForm(forms.Form):
    # Names the note that the form was opened on.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Note to your expert",
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Only your expert and the path’s admins can read this.",
    )

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        # An emptied note is sent as such; a form without the field at all would wipe out what is written.
        if self.add_prefix("note") not in self.data:
            self.add_error("note", "This form is damaged. Please save once more.")
        if self.add_prefix("seen") not in self.data:
            cleaned["seen"] = None
        return cleaned


class MoveForm(forms.Form):
    token = forms.UUIDField(error_messages={"invalid": "This form is damaged. Please save once more."})
    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    expert = ExpertField(required=False)
    start = StartField(error_messages={"required": "Please choose one of the times."})
    shown = TermsField()

    def clean_token(self):
        return sending(self.data)


class FarewellForm(forms.Form):
    """What goes with calling a meeting off."""

    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    message = forms.CharField(
        label="Message",
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CancelForm(FarewellForm):
    # Whether the page has said that the session counts as used.
    counts = forms.TypedChoiceField(
        required=False, choices=[("yes", ""), ("no", "")], coerce=lambda text: text == "yes", empty_value=None
    )
