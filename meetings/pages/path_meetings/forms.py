"""What the list of meetings without an outcome sends. Shape only: forms never save."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from meetings.enums import OUTCOMES, Status
from meetings.pages.form_tokens import DAMAGED, sending

OUTCOME, SHOWN = "outcome-", "shown"
# The button of the list, and the one of the page that asks once more.
LEFT, ALL = "left", "all"


class OutcomesForm(forms.Form):
    """Cleaned it has `answers`, an outcome by the meeting's id, and `shown`, the ids of all rows of the page."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    do = forms.ChoiceField(
        choices=[(LEFT, LEFT), (ALL, ALL)], required=False, error_messages={"invalid_choice": DAMAGED["invalid"]}
    )
    # Of the page that asks once more: how many it named, and until when a meeting had to be over to be one of them.
    number = forms.IntegerField(required=False, min_value=0, max_value=10**6, error_messages=DAMAGED)
    until = forms.DateTimeField(required=False, error_messages=DAMAGED)

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        data = cast("QueryDict", self.data)
        cleaned["answers"] = answers_of(data)
        cleaned["shown"] = [pk for text in data.getlist(SHOWN) if (pk := _uuid(text))]
        do = cleaned.get("do")
        if do == ALL and (cleaned.get("number") is None or cleaned.get("until") is None):
            raise forms.ValidationError(DAMAGED["invalid"])
        if not cleaned["answers"] and not (do == ALL or (do == LEFT and cleaned["shown"])):
            raise forms.ValidationError(gettext_lazy("Say how at least one meeting went."))
        return cleaned


def answers_of(data: QueryDict) -> dict[UUID, Status]:
    """What was chosen, as far as it can be read: the rest counts as not answered."""
    names = (name for name in data if name.startswith(OUTCOME))
    chosen = {name.removeprefix(OUTCOME): data[name] for name in names}
    return {
        pk: Status(str(value))
        for text, value in chosen.items()
        if (pk := _uuid(text)) is not None and value in OUTCOMES
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
