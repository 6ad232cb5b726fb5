"""What the pages of a session's answers and of its brief ask for. Shape only: forms never save."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from meetings.booking.answers import seen_answers
from meetings.booking.brief import EarlierText, seen_brief
from meetings.models import MeetingAnswer
from meetings.pages.answer_fields import AnswerTextField, BriefField


class SeenForm(forms.Form):
    """`seen` names what the form was opened on. Without it nothing is saved: an empty form would wipe out all."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        if self.add_prefix("seen") not in self.data:
            self.add_error(None, gettext("This form is damaged. Please save once more."))
        return super().clean()


def newer(sent: QueryDict, seen: str) -> QueryDict:
    """What was sent, as if opened on what is saved now."""
    data = sent.copy()
    data["seen"] = seen
    return data


class AnswersForm(SeenForm):
    def __init__(self, data=None, *, rows: Sequence[MeetingAnswer]):
        stored: dict[str, Any] = {f"answer_{row.position}": row.text for row in rows}
        super().__init__(data, initial=stored | {"seen": seen_answers(rows)})
        self.places = [row.position for row in rows]
        for row in rows:
            self.fields[f"answer_{row.position}"] = AnswerTextField(row.question, required=row.required)

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        return [self[f"answer_{place}"] for place in self.places]

    @property
    def texts(self) -> dict[int, str]:
        """Of a form that is valid, by their places."""
        return {place: self.cleaned_data[f"answer_{place}"] for place in self.places}


class BriefForm(SeenForm):
    def __init__(self, data=None, *, offered: Sequence[EarlierText], chosen: Sequence[EarlierText]):
        shown = {"seen": seen_brief(chosen), "brief": [text.key for text in chosen]}
        super().__init__(data, initial=shown)
        self.fields["brief"] = BriefField(offered)
