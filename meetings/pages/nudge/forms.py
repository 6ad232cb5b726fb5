"""What the page asks for that writes to people with sessions left. Shape only: forms never save."""

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from meetings.enums import NudgeKind
from meetings.models import Nudge
from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED, sending

KINDS = (NudgeKind.NEVER_BOOKED, NudgeKind.SESSIONS_LEFT)
# The usual “lately”, and how far back it can be asked.
LATELY, LONGEST = timedelta(days=30), timedelta(days=730)


def mark(kind: NudgeKind, since: date | None, number: int) -> str:
    """What the button has named: to which people, and how many."""
    return f"{kind.value} {since or '-'} {number}"


class NudgeForm(forms.Form):
    """`today` is the path's. Cleaned it has `kind`, and `since` where that kind has one."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    shown = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    who = forms.ChoiceField(
        label=_("Who"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of the two.")},
    )
    since = forms.DateField(
        label=_("Nothing booked since"),
        required=False,
        error_messages={"invalid": _("That is not a date.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=Nudge._meta.get_field("subject").max_length,
        error_messages={"required": _("Type a subject."), **TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    words = forms.CharField(
        label=_("Your words"),
        help_text=_(
            "Two or three sentences. Their name, sessions left and next free times are put in for each person."
        ),
        required=False,
        max_length=Nudge._meta.get_field("words").max_length,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, since = cleaned.get("who"), cleaned.get("since")
        cleaned["kind"] = NudgeKind(kind) if kind else None
        if kind == NudgeKind.NEVER_BOOKED:
            # A date of the other choice, of which nobody asks now.
            self.errors.pop("since", None)
            cleaned["since"] = None
        elif kind and since is None and "since" not in self.errors:
            self.add_error("since", _("Type a date."))
        elif kind and since is not None and not self.today - LONGEST <= since <= self.today:
            self.add_error("since", _("Choose a day of the last two years, today at the latest."))
        return cleaned
