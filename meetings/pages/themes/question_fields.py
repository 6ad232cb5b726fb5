"""The questions on a theme's page: so many rows of a text and a tick. Shape only: forms never save."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from meetings.pages.fields import TOO_LONG
from paths.models import MOST_QUESTIONS, QUESTION_LENGTH
from paths.questions import Asking

PLACES = range(1, MOST_QUESTIONS + 1)


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One place of the list, as its template shows it."""

    place: int
    text: forms.BoundField
    required: bool


def fields() -> dict[str, forms.Field]:
    """By their names in the form, in the order of the places."""
    made: dict[str, forms.Field] = {}
    for place in PLACES:
        made[f"question_{place}"] = forms.CharField(
            label=_("Question %(number)d") % {"number": place},
            required=False,
            max_length=QUESTION_LENGTH,
            error_messages=TOO_LONG,
        )
        made[f"required_{place}"] = forms.BooleanField(required=False)
    return made


def initial(asked: Sequence[Asking]) -> dict[str, Any]:
    """What the fields hold of a theme that asks this."""
    shown: dict[str, Any] = {}
    for place, each in zip(PLACES, asked, strict=False):
        shown |= {f"question_{place}": each.text, f"required_{place}": each.required}
    return shown


def typed(cleaned: Mapping[str, Any]) -> tuple[Asking, ...]:
    """What a valid form asks. A place that is left empty is no question."""
    places = [(cleaned[f"question_{place}"], cleaned[f"required_{place}"]) for place in PLACES]
    return tuple(Asking(text, required) for text, required in places if text)


def kept(data: Mapping[str, str]) -> dict[str, Any]:
    """What the fields hold as they were sent."""
    return {name: data.get(name, "") for name in fields()}


def moved_up(data: Mapping[str, str], place: int) -> dict[str, Any]:
    """What the fields hold when this place and the one above it have changed places."""
    shown = kept(data)
    for name in ("question", "required"):
        own, above = f"{name}_{place}", f"{name}_{place - 1}"
        shown[own], shown[above] = shown[above], shown[own]
    return shown


def rows(form: forms.Form) -> list[QuestionRow]:
    return [QuestionRow(place, form[f"question_{place}"], bool(form[f"required_{place}"].value())) for place in PLACES]
