"""What the settings of a path ask for. Shape, and whether the values make sense together; forms never save."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everwise.accounts.forms import LanguageField
from everwise.place_fields import PlaceField
from meetings.pages.fields import TOO_LONG
from meetings.pages.form_tokens import DAMAGED
from paths import policy
from paths.models import Path

HOUR, DAY = 60, policy.DAY_MINUTES
UNITS = [
    ("1", pgettext_lazy("a unit behind a number", "minutes")),
    (str(HOUR), pgettext_lazy("a unit behind a number", "hours")),
    (str(DAY), pgettext_lazy("a unit behind a number", "days")),
]
# The fields that are a number and a unit.
LENGTHS = ("notice_minutes", "change_until_minutes")
YEAR = 365 * DAY
MOST_SESSIONS = 1000


def unit_of(name: str) -> str:
    """The name of the unit beside a length."""
    return f"{name}_unit"


class Number(forms.IntegerField):
    def __init__(self, *, label, least: int, most: int, required: bool = True):
        super().__init__(
            label=label,
            required=required,
            min_value=least,
            max_value=most,
            error_messages={"required": _("Type a number."), "invalid": _("Type a whole number.")},
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )


class Unit(forms.ChoiceField):
    def __init__(self):
        super().__init__(label=_("Unit"), choices=UNITS, error_messages=DAMAGED | {"invalid_choice": _("Choose one.")})


class DayField(forms.DateField):
    def __init__(self, *, label):
        super().__init__(
            label=label,
            required=False,
            error_messages={"invalid": _("That is not a date.")},
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d"],
        )


class PathSettingsForm(forms.Form):
    """Cleaned, it has `policy.Values` and the marks: the version that was shown, and `anyway`."""

    version = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages=DAMAGED)
    sessions_per_participant = Number(label=_("In all"), least=0, most=MOST_SESSIONS, required=False)
    sessions_per_month = Number(label=_("In one month"), least=1, most=MOST_SESSIONS, required=False)
    sessions_at_once = Number(label=_("Booked at the same time"), least=1, most=MOST_SESSIONS, required=False)
    notice_minutes = Number(label=_("At the latest"), least=0, most=YEAR)
    notice_minutes_unit = Unit()
    horizon_days = Number(label=_("At the earliest"), least=0, most=730)
    start_interval_minutes = Number(label=_("Sessions start every"), least=5, most=DAY)
    change_until_minutes = Number(label=_("Move or cancel until"), least=0, most=YEAR)
    change_until_minutes_unit = Unit()
    most_moves = Number(label=_("Moves of one session"), least=0, most=MOST_SESSIONS, required=False)
    no_shows_allowed = Number(label=_("Missed sessions"), least=1, most=20, required=False)
    opens_on = DayField(label=_("First date"))
    closes_on = DayField(label=_("Last date"))
    last_call_days = Number(label=_("Last call"), least=1, most=60, required=False)
    time_zone = PlaceField(label=_("Time zone"))
    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=120,
        error_messages={"required": _("Type a name."), **TOO_LONG},
    )
    description = forms.CharField(
        label=_("Text (optional)"),
        max_length=2000,
        required=False,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = LanguageField(label=_("Language"))
    # How many the form has said its rule of missed sessions would keep from booking.
    kept_from_booking = forms.CharField(required=False, max_length=9, widget=forms.HiddenInput)
    anyway = forms.BooleanField(label=_("Save although nothing can be booked"), required=False)

    def clean(self) -> dict[str, Any]:
        """Lengths become minutes; nonsense is said at its field."""
        cleaned = super().clean() or self.cleaned_data
        for name in LENGTHS:
            number, unit = cleaned.get(name), cleaned.get(unit_of(name))
            if number is None or unit is None:
                continue
            cleaned[name] = number * int(unit)
            if cleaned[name] > YEAR:
                self.add_error(name, _("A year is the most."))
        # What was meant, also where it makes no sense and is taken out below.
        self.meant = dict(cleaned)
        for name, text in policy.problems(cleaned).items():
            if name not in self.errors:
                self.add_error(name, text)
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What is to be saved, of a form without errors."""
        return {name: self.cleaned_data[name] for name in policy.FIELDS}


def shown(path: Path) -> dict[str, Any]:
    """The path's settings as the form shows them: lengths in the largest unit that fits."""
    values: dict[str, Any] = policy.values_of(path) | {"version": policy.version(path)}
    for name in LENGTHS:
        minutes = values[name]
        unit = next(unit for unit in (DAY, HOUR, 1) if minutes % unit == 0 and (minutes or unit == HOUR))
        # A day is said as a day, half a day as hours.
        values |= {name: minutes // unit, unit_of(name): str(unit)}
    return values
