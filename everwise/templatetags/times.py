"""The formatter for templates: `reader` and `now` are in every context."""

from datetime import datetime

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from everwise import timefmt
from everwise.place_fields import PLACE_ATTRS, shown_place

register = template.Library()

register.filter("clock", timefmt.clock)
register.filter("short_day", timefmt.short_day)
register.filter("long_day", timefmt.long_day)
register.filter("tiny_day", timefmt.tiny_day)
register.filter("full_date", timefmt.full_date)
register.filter("short_date", timefmt.short_date)
register.filter("weekday", timefmt.weekday)
register.filter("short_weekday", timefmt.short_weekday)
register.filter("month", timefmt.month)
register.filter("short_month", timefmt.short_month)
register.filter("minutes", timefmt.minutes)
register.filter("city", timefmt.city)

register.simple_tag(timefmt.clock_range, name="clock_range")
register.simple_tag(timefmt.when, name="when")
register.simple_tag(timefmt.distance, name="distance")
register.simple_tag(timefmt.gap, name="gap")
register.simple_tag(timefmt.offset, name="offset")
register.simple_tag(timefmt.zone_label, name="zone_label")
register.simple_tag(timefmt.zone_time, name="zone_time_at")
register.simple_tag(timefmt.day_in_words, name="day_in_words")
# A filter takes one argument: with `now`, for the year, they have to be tags.
register.simple_tag(timefmt.short_day, name="short_day_at")
register.simple_tag(timefmt.long_day, name="long_day_at")


@register.simple_tag
def place_input(id: str, name: str, zone: object, now: datetime, **attrs: str) -> SafeString:
    """The text field that chooses a zone (`everwise/place_fields`); other attributes with "_" for "-"."""
    known = {"id": id, "name": name, "value": shown_place(zone, now), "type": "text", **PLACE_ATTRS}
    css = f"form-control {attrs.pop('css', '')}".strip()
    own = {key.replace("_", "-"): value for key, value in attrs.items()}
    return format_html("<input {}>", mark_safe(flatatt({"class": css, **known, **own}).strip()))
