"""What the pages of a path's themes ask for. Shape only: forms never save."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED, sending
from meetings.pages.themes import question_fields
from paths.models import Theme
from paths.themes import LONGEST_NAME, LONGEST_TEXT, ThemePlan

# What the database takes; what may be typed anew is the writer's to say, since old themes may stay as they are.
FEWEST, MOST = 5, 480


class ThemeForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    # Of the state that the form has shown; empty where a theme is added.
    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(
        label=pgettext_lazy("of a theme", "Name"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Type a name."), **TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label=pgettext_lazy("of a theme", "Text"), required=False, max_length=LONGEST_TEXT, error_messages=TOO_LONG
    )
    minutes = forms.IntegerField(
        label=pgettext_lazy("of a session", "Length"),
        min_value=FEWEST,
        max_value=MOST,
        error_messages={
            "required": _("Type how many minutes."),
            "invalid": _("Type a whole number of minutes."),
            "min_value": _("Type a number of minutes from 15 to 240."),
            "max_value": _("Type a number of minutes from 15 to 240."),
        },
    )
    experts = forms.TypedMultipleChoiceField(
        label=_("Experts who take it"),
        coerce=int,
        required=False,
        error_messages={"invalid_choice": _("One of the experts is no longer on this path. Look at the list again.")},
    )

    def __init__(self, data=None, *, experts: list[int], initial=None):
        super().__init__(data, initial=initial)
        self.fields |= question_fields.fields()
        self.known = set(experts)
        cast("forms.TypedMultipleChoiceField", self.fields["experts"]).choices = [(pk, pk) for pk in experts]

    @classmethod
    def of(cls, theme: Theme, plan: ThemePlan, *, experts: list[int], token: UUID) -> "ThemeForm":
        """The form as it opens for a theme that stands so."""
        shown = {"name": plan.name, "text": plan.text, "minutes": plan.minutes, "experts": sorted(plan.experts)}
        shown |= question_fields.initial(plan.questions)
        return cls(experts=experts, initial={**shown, "token": token, "version": plan.version})

    def clean_token(self) -> UUID | None:
        return sending(cast("QueryDict", self.data))

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for place in question_fields.PLACES:
            name = f"question_{place}"
            if cleaned.get(name):
                cleaned[name] = " ".join(cleaned[name].split())
        return cleaned

    @property
    def plan(self) -> ThemePlan:
        """Of a form that is valid."""
        asked = self.cleaned_data
        experts = frozenset(asked["experts"])
        return ThemePlan(asked["name"], asked["text"], asked["minutes"], experts, question_fields.typed(asked))

    @property
    def questions(self) -> list[question_fields.QuestionRow]:
        return question_fields.rows(self)

    @property
    def has_questions(self) -> bool:
        """Whether any stands in the form now, or was not taken."""
        return any(row.text.value() or row.text.errors for row in self.questions)

    @property
    def picked(self) -> set[int]:
        """The experts that are ticked now, of those that can be."""
        return {
            int(each) for each in self["experts"].value() or [] if str(each).isdecimal() and int(each) in self.known
        }

    @property
    def length(self) -> int | None:
        """The length that is typed now, if it is one."""
        text = str(self["minutes"].value() or "")
        minutes = int(text) if text.isdecimal() and len(text) < 5 else 0
        return minutes if FEWEST <= minutes <= MOST else None
