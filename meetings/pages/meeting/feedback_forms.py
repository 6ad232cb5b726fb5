"""What is asked after, or about, a meeting: how it went, a rating, notes. Shape only: forms never save."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy, ngettext

from meetings.enums import OUTCOMES, Status
from meetings.models.feedback import COMMENT_LENGTH, NOTE_LENGTH
from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED, sending

PRIVATE, SHARED = "private", "shared"


def stars() -> list[tuple[int, str]]:
    """Asked for by each form, in the language of its reader."""
    return [
        (number, ngettext("%(count)s star", "%(count)s stars", number) % {"count": number}) for number in range(1, 6)
    ]


class OutcomeForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    # Without it the form counts as opened before anything was known.
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    outcome = forms.TypedChoiceField(
        label=gettext_lazy("How did it go?"),
        choices=[(outcome.value, outcome.label) for outcome in OUTCOMES],
        coerce=Status,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Say how it went.")),
    )

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))


class RatingForm(forms.Form):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    stars = forms.TypedChoiceField(
        label=gettext_lazy("Stars"),
        choices=stars,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Choose from 1 to 5 stars.")),
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=COMMENT_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OwnNoteForm(forms.Form):
    """A note of one sort; both stand on the same page, so their fields have ids of their own."""

    sort = forms.ChoiceField(
        choices=[(PRIVATE, gettext_lazy("Private note")), (SHARED, gettext_lazy("Shared note"))],
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(["required", "invalid_choice"], DAMAGED["required"]),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        required=False, max_length=NOTE_LENGTH, error_messages=TOO_LONG, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data=None, *, sort: str, **kwargs):
        self.which = sort
        super().__init__(data, auto_id=f"id_{sort}_%s", **kwargs)
        self.fields["text"].label = gettext("Your private note") if sort == PRIVATE else gettext("Your shared note")

    def clean(self) -> dict[str, Any] | None:
        # An emptied note is sent as such; a form without the field at all would wipe out what is written.
        if self.add_prefix("text") not in self.data:
            self.add_error("text", DAMAGED["required"])
        return super().clean()
