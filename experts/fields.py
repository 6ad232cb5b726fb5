"""A field for the windows of a day, kept as the text a person would write: "09:00-12:00, 13:00-17:00"."""

import re
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, gettext_lazy

from everwise.intervals import DAY_MINUTES

WINDOW = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$")

Windows = tuple[tuple[int, int], ...]


# Kept, as most rows say one of a few texts.
@lru_cache(maxsize=2048)
def parse_windows(text: str) -> Windows:
    """Return ((start, end), ...) in minutes of the local day; an end at or before its start is past midnight.

    Raises ValidationError in words.
    """
    windows = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        found = WINDOW.match(part)
        if not found:
            words = gettext("“%(text)s” is not a window. Write it like 09:00-12:00.")
            raise ValidationError(words % {"text": part})
        hours_from, minutes_from, hours_to, minutes_to = map(int, found.groups())
        start, end = hours_from * 60 + minutes_from, hours_to * 60 + minutes_to
        if minutes_from > 59 or minutes_to > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:
            words = gettext("“%(text)s” is not a window: a day runs from 00:00 to 24:00.")
            raise ValidationError(words % {"text": part})
        windows.append((start, end))
    return tuple(sorted(windows))


def format_windows(windows: Windows) -> str:
    return ", ".join(f"{s // 60:02}:{s % 60:02}-{e // 60:02}:{e % 60:02}" for s, e in windows)


class WindowsField(models.CharField):
    """Windows of one local day. In Python a tuple of minute pairs, in the database and in forms a text."""

    description = gettext_lazy("Windows of a day")

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        help_text = gettext_lazy("Like 09:00-12:00, 13:00-17:00. 22:00-02:00 runs past midnight.")
        kwargs.setdefault("help_text", help_text)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection) -> Windows:
        return parse_windows(value)

    def to_python(self, value) -> Windows:
        return parse_windows(value) if isinstance(value, str) else tuple(value or ())

    def get_prep_value(self, value) -> str:
        return format_windows(self.to_python(value))

    def value_to_string(self, obj) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def value_from_object(self, obj) -> Any:
        """Forms show the text, not the tuple."""
        return format_windows(self.to_python(super().value_from_object(obj)))

    def run_validators(self, value) -> None:
        super().run_validators(format_windows(value))

    def validate(self, value, model_instance) -> None:
        super().validate(format_windows(value), model_instance)

    def clean(self, value, model_instance) -> Windows:
        windows = self.to_python(value)
        self.validate(windows, model_instance)
        self.run_validators(windows)
        return windows
