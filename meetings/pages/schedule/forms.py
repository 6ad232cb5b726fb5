"""What the steps of booking and rescheduling ask for. Forms never save."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from meetings.booking import GivenAnswers
from meetings.booking.brief import EarlierText
from meetings.models import NOTE_LENGTH
from meetings.pages.answer_fields import AnswerTextField, BriefField
from meetings.pages.fields import TOO_LONG, ExpertField, StartField, ZoneField
from meetings.pages.form_tokens import TermsField, sending
from paths.questions import Asking


class TimeQuery(forms.Form):
    """How the reader wants to see the times: from which day, in which zone, of which expert, each or one per half hour.

    `start` is the time that is chosen, `at` one to be pointed at among all of them.
    """

    day = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("That is not a date, so the first days are shown.")},
    )
    every = forms.BooleanField(required=False)
    zone = ZoneField(required=False)
    expert = ExpertField(required=False)
    start = StartField(required=False)
    at = StartField(required=False)


class ConfirmForm(forms.Form):
    token = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"invalid": _("This form is damaged. Please confirm once more.")}
    )
    expert = ExpertField(required=False)
    note = forms.CharField(
        label=_("Note to your expert"),
        required=False,
        max_length=NOTE_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    shown = TermsField()
    # Which questions the page has shown; missing in a form that was opened before there were any.
    asked = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(
        self,
        data=None,
        *,
        asked: Sequence[Asking] = (),
        earlier: Sequence[EarlierText] = (),
        must_answer: bool = True,
        initial=None,
    ):
        super().__init__(data, initial=initial)
        self.asking = asked
        for each in asked:
            self.fields[f"answer_{each.key}"] = AnswerTextField(each.text, required=each.required and must_answer)
        self.fields["brief"] = BriefField(earlier)

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        return [self[f"answer_{each.key}"] for each in self.asking]

    @property
    def given(self) -> GivenAnswers:
        """Of a form that is valid."""
        texts = {each.key: self.cleaned_data[f"answer_{each.key}"] for each in self.asking}
        return GivenAnswers(self.cleaned_data["asked"] if "asked" in self.data else None, texts)


class MoveForm(forms.Form):
    token = forms.UUIDField(error_messages={"invalid": _("This form is damaged. Please save once more.")})
    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    start = StartField(error_messages={"required": _("Please choose one of the times.")})
    expert = ExpertField(required=False)
    shown = TermsField()

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))
