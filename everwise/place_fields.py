"""A choice among four hundred time zones by a text field: a city is typed, and scripts offer a list of them.

A select of all zones weighed more on a page than all else of its form, and had to be scrolled through. What is typed is
understood without the list, too, by `timefmt.find_zone`.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from everwise.timefmt import find_zone, zone_name


def _list_address() -> str:
    """Of the list in the active language: browsers keep it by its address."""
    return f"{reverse('zones')}?language={get_language() or ''}"


# The list is asked for by static/js/zones.js when the field is entered.
PLACE_ATTRS = {
    "data-ew-zones": lazy(_list_address, str)(),
    "autocomplete": "off",
    "autocapitalize": "words",
    "spellcheck": "false",
}


class PlaceInput(forms.TextInput):
    """Shows a zone by its city; what is no zone stands as it was typed."""

    def __init__(self, attrs=None):
        super().__init__({**PLACE_ATTRS, **(attrs or {})})

    def format_value(self, value) -> str | None:
        return shown_place(value, timezone.now()) or None


class PlaceField(forms.CharField):
    """A time zone: "Stockholm", "Stockholm (GMT+1)" or "Europe/Stockholm". Cleaned it is a ZoneInfo, or None."""

    widget = PlaceInput
    default_error_messages = {
        "required": _("Choose a time zone: type a city in it, like Stockholm."),
        "invalid": _("That is not a time zone we know. Type a city in it, like Stockholm."),
    }

    def to_python(self, value) -> Any:
        text = super().to_python(None if value is None else str(value))
        if not text:
            return None
        if zone := find_zone(text):
            return zone
        raise forms.ValidationError(self.error_messages["invalid"])

    def has_changed(self, initial, data) -> bool:
        return find_zone(str(initial or "")) != find_zone(data or "")


def shown_place(value: object, moment: datetime) -> str:
    """A zone as the field shows it, with its offset then."""
    text = "" if value is None else str(value)
    zone = find_zone(text)
    return zone_name(moment, zone) if zone else text
