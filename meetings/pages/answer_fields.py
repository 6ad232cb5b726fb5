"""The fields of answers and of earlier texts, wherever a form asks for them. Shape only: forms never save."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise import timefmt
from everwise.accounts.models import User
from meetings.booking import brief
from meetings.booking.brief import EarlierText
from meetings.models import ANSWER_LENGTH, Meeting
from meetings.pages.fields import TOO_LONG


class AnswerTextField(forms.CharField):
    """One answer; `required` of whoever has to give it."""

    def __init__(self, question: str, *, required: bool):
        super().__init__(
            label=question,
            required=required,
            max_length=ANSWER_LENGTH,
            error_messages={"required": _("Answer “%(question)s”.") % {"question": question}, **TOO_LONG},
            widget=forms.Textarea(attrs={"rows": 2}),
        )


class BriefField(forms.MultipleChoiceField):
    """Which earlier texts the expert is to see, by their keys."""

    def __init__(self, offered: Iterable[EarlierText]):
        super().__init__(
            label=gettext_lazy("Notes and answers of earlier sessions"),
            required=False,
            choices=[(text.key, text.key) for text in offered],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": gettext_lazy("One of the earlier texts has changed or is gone.")},
        )


@dataclass(frozen=True, slots=True)
class OfferedText:
    """One text with its tick box, as its template shows it."""

    key: str
    title: str
    text: str
    private: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class OfferedSession:
    session: Meeting
    day: str
    texts: list[OfferedText]


def sessions_of(
    texts: Sequence[EarlierText], user: User, now: datetime, chosen: Iterable[str] = ()
) -> list[OfferedSession]:
    """Texts by the session that they are of, in their order."""
    ticked = set(chosen)
    found = []
    for session, its in groupby(texts, key=lambda text: text.session):
        rows = [
            OfferedText(
                text.key,
                _title(text),
                text.text,
                bool(text.note and not text.note.shared),
                text.key in ticked,
            )
            for text in its
        ]
        found.append(OfferedSession(session, timefmt.bare_day(session.starts_at, user.reader, now), rows))
    return found


def _title(text: EarlierText) -> str:
    if text.answer:
        return text.answer.question
    if text.note:
        return _("Shared note") if text.note.shared else _("Private note")
    return _("Note to the expert")


def most_words(offered: Sequence[EarlierText]) -> str:
    """What is said where older sessions may be left out."""
    sessions = {text.session.pk for text in offered}
    if len(sessions) < brief.MOST_SESSIONS:
        return ""
    return _("Of the latest %(number)d sessions.") % {"number": brief.MOST_SESSIONS}
