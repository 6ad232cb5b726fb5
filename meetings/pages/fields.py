"""What pages about meetings ask for. Shape only: forms never save."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from everwise.place_fields import PlaceField
from meetings.models import NOTE_LENGTH

ANY = "any"
TOO_LONG = {"max_length": gettext_lazy("Please keep it under %(limit_value)d characters: it has %(show_value)d now.")}


class StartField(forms.CharField):
    """An instant as the time page writes it, in UTC. Cleaned it is a datetime, or None."""

    def to_python(self, value) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            start = datetime.strptime(text, VALUE).replace(tzinfo=UTC)
        except ValueError:
            start = None
        # Near the ends of the calendar no range can be put around a time.
        if start is None or not 1970 < start.year < 9000:
            raise forms.ValidationError(gettext("That is not a time we know. Please choose one of the times shown."))
        return start


class ZoneField(PlaceField):
    """The zone in which somebody wants to see times."""

    default_error_messages = {"invalid": gettext_lazy("That is not a time zone we know, so times are shown in yours.")}


class ExpertField(forms.CharField):
    """The id of an expert, "any", or nothing. Cleaned it is a number or one of those texts."""

    def to_python(self, value) -> Any:
        text = super().to_python(value) or ""
        if text in {"", ANY}:
            return text
        if not text.isascii() or not text.isdecimal() or len(text) > 12:
            raise forms.ValidationError(gettext("We don’t know that expert, so everybody’s times are shown."))
        return int(text)


VALUE = "%Y-%m-%dT%H:%M:%SZ"


class ClosingMessageForm(forms.Form):
    """What goes with cancelling or deleting a meeting."""

    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
