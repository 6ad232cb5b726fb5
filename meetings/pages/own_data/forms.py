"""What somebody may say who asks to be erased."""

from django import forms

from meetings.pages.fields import TOO_LONG
from paths.models.erasures import WORDS_LENGTH


class ErasureForm(forms.Form):
    words = forms.CharField(
        required=False, max_length=WORDS_LENGTH, error_messages=TOO_LONG, widget=forms.Textarea(attrs={"rows": 3})
    )
