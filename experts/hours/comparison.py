"""Two versions of an expert's availability side by side: as it is stored, and as somebody would have it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from everwise.timefmt import Reader
from experts.availability import Override, RecurringWindows
from experts.hours import patterns, words
from experts.hours.forms import HoursSettingsForm, NumberChoice
from experts.hours.patterns import Stretch
from experts.hours.writer import SETTINGS, HoursPlan, Present


def side_by_side(
    present: Present, plan: HoursPlan, themes: Mapping[UUID, object], reader: Reader
) -> list[dict[str, str | bool]]:
    """A row for whatever differs: its name and both texts. `themes` names those that can be taken."""
    stored, planned = _rules(rule for _, rule in present.rules), _rules(_rules_after(present, plan))
    overrides = [Override(day, windows) for day, windows in sorted(plan.overrides(present).items())]
    rows = [
        *(
            (_called(name), _value(name, present.settings[name]), _value(name, plan.settings[name]))
            for name in SETTINGS
        ),
        (_("Hours"), _lines(stored, reader), _lines(planned, reader)),
        (_("Other dates"), _dates(present.overrides, reader), _dates(overrides, reader)),
        (_("Themes"), _themes(present.themes, themes), _themes(plan.themes_after(present), themes)),
    ]
    return [{"name": name, "now": now, "yours": yours, "differs": True} for name, now, yours in rows if now != yours]


def _rules_after(present: Present, plan: HoursPlan) -> list[RecurringWindows]:
    return [*(rule for pattern in plan.patterns for rule in patterns.rules(pattern)), *plan.kept_rules(present)]


def _rules(rules: Iterable[RecurringWindows]) -> list[RecurringWindows]:
    return sorted(rules, key=lambda rule: (rule.first_date, rule.rrule, rule.windows))


def _lines(rules: list[RecurringWindows], reader: Reader) -> str:
    return "\n".join(dict.fromkeys(words.rule_words(rule, reader.twelve_hour) for rule in rules))


def _dates(overrides: Iterable[Override], reader: Reader) -> str:
    return "\n".join(_stretch(stretch, reader) for stretch in patterns.stretches(overrides))


def _stretch(stretch: Stretch, reader: Reader) -> str:
    days = words.dates_words(stretch.first, stretch.last, reader)
    if not stretch.windows:
        return _("%(days)s: off") % {"days": days}
    return _("%(days)s: %(hours)s") % {"days": days, "hours": words.windows_words(stretch.windows, reader.twelve_hour)}


def _themes(taken: Iterable[UUID], themes: Mapping[UUID, object]) -> str:
    return ", ".join(sorted(str(themes[pk]) for pk in taken if pk in themes))


def _field(name: str) -> forms.Field:
    return HoursSettingsForm.base_fields[name]


def _called(name: str) -> str:
    return str(_field(name).label)


def _value(name: str, value) -> str:
    field = _field(name)
    if isinstance(field, NumberChoice):
        return str(field.empty) if value is None else field.words(value)
    if isinstance(value, bool):
        return pgettext("a switch", "On") if value else pgettext("a switch", "Off")
    return str(value)
