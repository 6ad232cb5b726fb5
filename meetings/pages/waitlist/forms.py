"""What somebody says who waits for a time. Shape only: forms never save."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everwise import timefmt
from everwise.timefmt import Reader
from meetings.booking.waitlist.windows import Window
from meetings.models import ANY_WEEKDAY, WEEKDAYS, WEEKEND, DayPart, WaitlistEntry
from meetings.models.insights import EVENING, NOON
from meetings.pages.form_tokens import DAMAGED, TermsField

# How long ahead somebody can wait, and what stands in the form at first.
LONGEST, USUAL = timedelta(days=365), timedelta(days=28)
DAYS = (
    ("any", _("Any day")),
    ("weekdays", _("Weekdays, Monday to Friday")),
    ("weekend", _("Weekends")),
    ("chosen", _("Only these days:")),
)
BITS = {"any": ANY_WEEKDAY, "weekdays": WEEKDAYS, "weekend": WEEKEND}
CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one.")}


class WindowForm(forms.Form):
    """Dates, days and part of the day, in the person's own zone, whose date is `today`. Cleaned it has `window`."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, error_messages=DAMAGED)
    first = forms.DateField(
        label=_("From"),
        error_messages={"required": _("Type a date."), "invalid": _("That is not a date.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    last = forms.DateField(
        label=_("Until"),
        error_messages={"required": _("Type a date."), "invalid": _("That is not a date.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    days = forms.ChoiceField(label=_("Days"), choices=DAYS, error_messages=CHOOSE)
    weekdays = forms.TypedMultipleChoiceField(coerce=int, choices=[(number, "") for number in range(7)], required=False)
    part = forms.ChoiceField(label=_("Time of day"), choices=DayPart.choices, error_messages=CHOOSE)

    def __init__(self, *args, today: date, reader: Reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.reader = today, reader

    @property
    def day_choices(self) -> list[dict[str, Any]]:
        chosen = self["days"].value()
        return [{"value": value, "label": label, "checked": value == chosen} for value, label in DAYS]

    @property
    def weekday_choices(self) -> list[dict[str, Any]]:
        """In the order of the reader's language."""
        chosen = {str(number) for number in self["weekdays"].value() or ()}
        return [
            {"value": number, "label": name, "checked": str(number) in chosen} for number, name in timefmt.weekdays()
        ]

    @property
    def part_choices(self) -> list[dict[str, Any]]:
        noon, evening = (timefmt.time_of_day(hour * 60, self.reader.twelve_hour) for hour in (NOON, EVENING))
        hints = {
            DayPart.MORNING: _("before %(noon)s") % {"noon": noon},
            DayPart.AFTERNOON: _("%(noon)s to %(evening)s") % {"noon": noon, "evening": evening},
            DayPart.EVENING: _("from %(evening)s") % {"evening": evening},
        }
        order = (DayPart.ANY, DayPart.MORNING, DayPart.AFTERNOON, DayPart.EVENING)
        chosen = self["part"].value()
        return [
            {"value": part.value, "label": part.label, "hint": hints.get(part, ""), "checked": part.value == chosen}
            for part in order
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last, days = (cleaned.get(name) for name in ("first", "last", "days"))
        bits = BITS.get(days or "") or sum(1 << number for number in set(cleaned.get("weekdays") or ()))
        if days == "chosen" and not bits:
            self.add_error("days", _("Choose at least one day."))
        if first and last and last < first:
            self.add_error("last", _("Choose a day that is not before the first one."))
        elif last and last < self.today:
            self.add_error("last", _("That day is over. Choose today or a later one."))
        elif last and last > self.today + LONGEST:
            self.add_error("last", _("Choose a day within a year."))
        if not self.errors and first and last:
            cleaned["window"] = Window(first, last, bits, cleaned["part"], self.reader.zone.key)
        return cleaned


def initial(entry: WaitlistEntry | None, today: date, latest: date | None) -> dict[str, Any]:
    """What they wait for, or what most would; `latest` is the last date that makes sense."""
    if entry is None:
        last = today + USUAL
        return {
            "version": 0,
            "first": today,
            "last": min(last, latest) if latest else last,
            "days": "any",
            "part": DayPart.ANY.value,
        }
    known = next((name for name, bits in BITS.items() if bits == entry.weekdays), "chosen")
    return {
        "version": entry.version,
        "first": max(entry.first_date, today),
        "last": entry.last_date,
        "days": known,
        "weekdays": [number for number in range(7) if entry.weekdays >> number & 1] if known == "chosen" else [],
        "part": entry.part,
    }


class TakeForm(forms.Form):
    """What is sent to take a held time: which sending it is, and what the page has shown."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=DAMAGED)
    sequence = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    shown = TermsField()
