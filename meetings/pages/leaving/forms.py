"""What the page about somebody who leaves sends: a choice for each meeting, and words for those who lose theirs."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from meetings.booking.settling import Decision, Way
from meetings.models import NOTE_LENGTH
from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED

WAY, ORGANIZER, SEEN = "do-", "organizer-", "seen-"
# Longer ids than any number that a sequence can have.
LONGEST = 10


class LeavingForm(forms.Form):
    """All but the meetings. A form that has not even its page comes from no page of ours."""

    page = forms.CharField(max_length=10, widget=forms.HiddenInput, error_messages=DAMAGED)
    message = forms.CharField(
        required=False, max_length=NOTE_LENGTH, error_messages=TOO_LONG, widget=forms.Textarea(attrs={"rows": 3})
    )
    successor = forms.UUIDField(
        required=False, error_messages={"invalid": gettext_lazy("Choose who becomes admin in your place.")}
    )
    without_admin = forms.BooleanField(required=False)
    number = forms.IntegerField(required=False, min_value=0, max_value=10**6)


class EraseForm(LeavingForm):
    """The address is typed, since nothing brings back what is erased."""

    email = forms.CharField(max_length=254, error_messages={"required": gettext_lazy("Type their e-mail address.")})

    def __init__(self, *args, address: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.address = address

    def clean_email(self) -> Any:
        typed = self.cleaned_data["email"].strip().lower()
        if typed != self.address.lower():
            raise forms.ValidationError(gettext_lazy("That is not their e-mail address."))
        return typed


def decisions_of(data: QueryDict) -> dict[UUID, Decision]:
    """What was chosen for each meeting, as far as it can be read: the rest counts as not chosen."""
    found = {}
    for name in data:
        if not name.startswith(WAY) or (pk := uuid_of(name.removeprefix(WAY))) is None:
            continue
        way, _colon, to = str(data[name]).partition(":")
        if way not in Way.__members__.values():
            continue
        seen = data.get(f"{SEEN}{pk}", "")
        # No version that there ever was: whoever sent this is shown how it stands.
        sequence = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= LONGEST else -1
        organizer = uuid_of(data.get(f"{ORGANIZER}{pk}", ""))
        found[pk] = Decision(Way(way), uuid_of(to), organizer, sequence)
    return found


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def value_of(decision: Decision) -> str:
    """As its option is sent."""
    return f"{decision.way.value}:{decision.to}" if decision.to else decision.way.value
