"""What the page of giving a session away asks for. Shape only: forms never save."""

from django import forms
from django.utils.translation import gettext_lazy

from meetings.models import NOTE_LENGTH
from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import MarkedForm

CHOOSE = gettext_lazy("Choose who should take this session.")


class ReassignForm(MarkedForm):
    expert = forms.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        error_messages={"required": CHOOSE, "invalid": CHOOSE, "min_value": CHOOSE, "max_value": CHOOSE},
    )
    over_limit = forms.BooleanField(
        required=False, label=gettext_lazy("Give it although they have reached their limit of sessions")
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stands in their e-mail."),
    )
