"""The formatter for templates: `reader` and `now` are in every context."""

from django import template

from everwise import timefmt

register = template.Library()

register.filter("clock", timefmt.clock)
register.filter("short_day", timefmt.short_day)
register.filter("long_day", timefmt.long_day)
register.filter("tiny_day", timefmt.tiny_day)
register.filter("minutes", timefmt.minutes)
register.filter("city", timefmt.city)

register.simple_tag(timefmt.clock_range, name="clock_range")
register.simple_tag(timefmt.when, name="when")
register.simple_tag(timefmt.distance, name="distance")
register.simple_tag(timefmt.gap, name="gap")
register.simple_tag(timefmt.offset, name="offset")
register.simple_tag(timefmt.zone_label, name="zone_label")
# A filter takes one argument: with `now`, for the year, it has to be a tag.
register.simple_tag(timefmt.short_day, name="short_day_at")
