"""The questions of a theme: what they are, and how a form says which of them it has shown."""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from paths.models import Theme, ThemeQuestion


class Asking(NamedTuple):
    text: str
    required: bool

    @property
    def key(self) -> str:
        """Names it in a form by its words: what was typed to one question never answers another."""
        return sha256(self.text.encode()).hexdigest()[:16]


def of(theme: Theme) -> list[Asking]:
    """In their order."""
    rows = ThemeQuestion.objects.filter(theme=theme)
    return [Asking(text, required) for text, required in rows.values_list("text", "required")]


def version(asked: Iterable[Asking]) -> str:
    """Names these very questions, for a form to carry. Empty where there are none."""
    rows = [tuple(each) for each in asked]
    return sha256(repr(rows).encode()).hexdigest()[:32] if rows else ""


def put(theme: Theme, asked: Iterable[Asking]) -> None:
    """In place of those it has. Takes part in the transaction of paths/themes, which holds the theme."""
    ThemeQuestion.objects.filter(theme=theme).delete()
    ThemeQuestion.objects.bulk_create(
        ThemeQuestion(theme=theme, position=place, text=each.text, required=each.required)
        for place, each in enumerate(asked, 1)
    )


def written(asked: Iterable[Asking]) -> str:
    """On one line, for the path's history; a required one ends with a star."""
    return " / ".join(f"{each.text} *" if each.required else each.text for each in asked)
