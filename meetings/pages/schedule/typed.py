"""What was typed at the last step of a booking, as it goes from page to page when a time is lost."""

import re
from dataclasses import dataclass, field
from typing import Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from meetings.models import Meeting
from paths.questions import Asking

ANSWER = re.compile(r"answer_([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class TypedAtConfirm:
    """`answers` by the keys of their questions, `brief` the keys of earlier texts."""

    note: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    brief: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: QueryDict) -> Self:
        found = {match[1]: str(data[name]) for name in data if (match := ANSWER.fullmatch(name))}
        return cls(data.get("note", ""), found, tuple(data.getlist("brief")))

    def __bool__(self) -> bool:
        return bool(self.note or any(self.answers.values()))

    @property
    def initial(self) -> dict[str, object]:
        """For a fresh form of the last step."""
        answers = {f"answer_{key}": text for key, text in self.answers.items()}
        return {"note": self.note, "brief": self.brief, **answers}

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """For the form that carries it on: names and values."""
        answers = [(f"answer_{key}", text) for key, text in self.answers.items()]
        return [("note", self.note), *answers, *(("brief", key) for key in self.brief)]

    @property
    def kept_words(self) -> str:
        """“your note and your answers are kept”."""
        if not any(self.answers.values()):
            return _("No session was used, and your note is kept.") if self.note else _("No session was used.")
        if self.note:
            return _("No session was used, and your note and answers are kept.")
        return _("No session was used, and your answers are kept.")

    def answered(self, asked: list[Asking]) -> list[tuple[str, str]]:
        """Questions with what was typed to them."""
        return [(each.text, self.answers[each.key]) for each in asked if self.answers.get(each.key)]

    def unasked(self, asked: list[Asking]) -> dict[str, str]:
        """What was typed to questions that the theme does not ask any more, by their names in the form."""
        known = {each.key for each in asked}
        return {f"answer_{key}": text for key, text in self.answers.items() if text and key not in known}

    def not_taken(self, meeting: Meeting) -> list[str]:
        """What is said of a session that was booked before, where something else was typed now."""
        said = []
        if self.note and self.note != meeting.note:
            kept = _("You had booked this session already; its note stays as it was. You typed: “%(note)s”")
            said.append(kept % {"note": self.note})
        if typed := [text for text in self.answers.values() if text]:
            stored = set(meeting.answers.values_list("text", flat=True))
            if other := [text for text in typed if text not in stored]:
                kept = _("You had booked this session already; its answers stay as they were. You typed: %(answers)s")
                said.append(kept % {"answers": " ".join(f"“{text}”" for text in other)})
        return said
