"""What an expert sets beside their hours. Shape only: forms never save."""

from datetime import datetime

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.place_fields import PlaceField
from experts.hours.writer import SETTINGS

HOUR, DAY = 60, 24 * 60
MOST_MINUTES = 525_600
BUFFERS = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120)
NOTICES = (0, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
HORIZONS = (7, 14, 21, 28, 42, 56, 84, 182)
PER_DAY = range(1, 13)
PER_WEEK = (*range(1, 13), 15, 20, 25, 30, 40)


def minutes_words(number: int) -> str:
    days, rest = divmod(number, DAY)
    if days and not rest:
        return ngettext("%(number)s day", "%(number)s days", days) % {"number": days}
    return timefmt.minutes(number)


def days_words(number: int) -> str:
    weeks, rest = divmod(number, 7)
    if rest or not weeks:
        return ngettext("%(number)s day", "%(number)s days", number) % {"number": number}
    return ngettext("%(number)s week", "%(number)s weeks", weeks) % {"number": weeks}


def sessions_words(number: int) -> str:
    return ngettext("%(number)s session", "%(number)s sessions", number) % {"number": number}


class NumberChoice(forms.IntegerField):
    """A number from a list, or any other within bounds: one that staff set stays as it is."""

    def __init__(self, *, numbers, words, empty=None, **kwargs):
        self.numbers, self.words, self.empty = numbers, words, empty
        bounds = {"low": kwargs["min_value"], "high": kwargs["max_value"]}
        message = format_lazy(_("Please choose a number from {low} to {high}."), **bounds)
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), message)
        super().__init__(widget=forms.Select, required=empty is None, error_messages=messages, **kwargs)

    def offer(self, value) -> None:
        """List the choices, and among them the value that is set."""
        try:
            own = {self.clean(value)} - {None}
        except forms.ValidationError:
            own = set()
        choices = [(number, self.words(number)) for number in sorted({*self.numbers, *own})]
        self.widget.choices = choices if self.empty is None else [("", self.empty), *choices]


class HoursSettingsForm(forms.Form):
    """Named as the fields of an expert's profile that they set themselves, see hours.SETTINGS."""

    time_zone = PlaceField(label=_("Hours are in"))
    accepting = forms.BooleanField(label=_("Accepting sessions"), required=False)
    video_link = forms.URLField(
        label=_("Default video link"),
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text=_(
            "Goes into every session that is booked with you from now on, where its path has no rooms of its own. With"
            " {meeting} in it, each session has a room of its own."
        ),
        error_messages={"invalid": _("This is not a web address. It looks like https://meet.example.com/your-room.")},
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    buffer_before_minutes = NumberChoice(
        label=_("Break before"), numbers=BUFFERS, words=minutes_words, min_value=0, max_value=1440
    )
    buffer_after_minutes = NumberChoice(
        label=_("Break after"), numbers=BUFFERS, words=minutes_words, min_value=0, max_value=1440
    )
    notice_minutes = NumberChoice(
        label=_("Minimum notice"), numbers=NOTICES, words=minutes_words, min_value=0, max_value=MOST_MINUTES
    )
    horizon_days = NumberChoice(
        label=_("Book ahead"),
        numbers=HORIZONS,
        words=days_words,
        empty=_("The path’s limit"),
        min_value=0,
        max_value=730,
    )
    cap_per_day = NumberChoice(
        label=_("Most sessions in a day"),
        numbers=PER_DAY,
        words=sessions_words,
        empty=_("No limit"),
        min_value=0,
        max_value=100,
    )
    cap_per_week = NumberChoice(
        label=_("Most sessions in a week"),
        numbers=PER_WEEK,
        words=sessions_words,
        empty=_("No limit"),
        min_value=0,
        max_value=500,
    )

    def __init__(self, data=None, *, stored, now: datetime):
        """`stored` holds the values by name; `now` says which offset a zone has."""
        initial = {name: stored[name] for name in SETTINGS} | {"time_zone": str(stored["time_zone"])}
        super().__init__(data, initial=initial)
        for name, field in self.fields.items():
            if isinstance(field, NumberChoice):
                field.offer(self[name].value())
