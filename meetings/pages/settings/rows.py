"""The settings as rows of a form: a label, what the value means, its field with a unit, and what speaks against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from meetings.booking import no_shows
from meetings.booking.credits import taken_on
from meetings.pages import policy_words
from meetings.pages.settings.forms import LENGTHS, PathSettingsForm, unit_of
from paths import people_search, policy
from paths.enums import Role
from paths.models import Path

SECTIONS: list[tuple[str, Promise, tuple[str, ...]]] = [
    ("sessions", _("How many sessions"), ("sessions_per_participant", "sessions_per_month", "sessions_at_once")),
    ("booking", _("When they can be booked"), ("notice_minutes", "horizon_days", "start_interval_minutes")),
    ("plans", _("When plans change"), ("change_until_minutes", "most_moves", "no_shows_allowed")),
    ("dates", _("Dates"), ("opens_on", "closes_on", "last_call_days", "time_zone")),
]
_SESSIONS = pgettext_lazy("a unit behind a number", "sessions")
UNITS: dict[str, Promise] = {
    "sessions_per_participant": _SESSIONS,
    "sessions_per_month": _SESSIONS,
    "sessions_at_once": _SESSIONS,
    "horizon_days": pgettext_lazy("a unit behind a number", "days ahead"),
    "start_interval_minutes": pgettext_lazy("a unit behind a number", "minutes"),
    "most_moves": pgettext_lazy("a unit behind a number", "times"),
    "no_shows_allowed": _SESSIONS,
    "last_call_days": pgettext_lazy("a unit behind a number", "days before"),
}
# Below this, starts lie closer together than anybody needs.
NARROW_MINUTES = 15
DAY_MINUTES = policy.DAY_MINUTES


@dataclass(frozen=True, slots=True)
class PolicyRow:
    field: forms.BoundField
    meaning: str
    warning: str
    unit: Promise | None
    length: forms.BoundField | None  # the unit to choose

    @property
    def control(self) -> SafeString:
        described = [f"{self.field.name}-hint"]
        if self.unit:
            described.append(f"{self.field.name}-unit")
        if self.warning:
            described.append(f"{self.field.name}-warning")
        return self._widget(self.field, "form-control", described)

    @property
    def length_control(self) -> SafeString | str:
        if self.length is None:
            return ""
        name = f"{self.field.label}: {self.length.label}"
        return self._widget(self.length, "form-select", [f"{self.field.name}-hint"], **{"aria-label": name})

    def _widget(self, field, css, described, **attrs) -> SafeString:
        if self.field.errors or field.errors:
            css, described = f"{css} is-invalid", [*described, f"{self.field.name}-error"]
            attrs["aria-invalid"] = "true"
        return field.as_widget(attrs={"class": css, "aria-describedby": " ".join(described), **attrs})


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: Promise
    rows: list[PolicyRow]


def sections(form: PathSettingsForm, path: Path, warnings: Mapping[str, str]) -> list[Section]:
    """What stands in the form, or, where it can't be read, what is stored."""
    values = _values(form, path)
    return [
        Section(
            key,
            title,
            [
                PolicyRow(
                    form[name],
                    policy_words.meaning(name, values[name]),
                    warnings.get(name, ""),
                    UNITS.get(name),
                    form[unit_of(name)] if name in LENGTHS else None,
                )
                for name in names
            ],
        )
        for key, title, names in SECTIONS
    ]


def _values(form: PathSettingsForm, path: Path) -> dict[str, Any]:
    stored = policy.values_of(path)
    if not form.is_bound:
        return stored
    # A field with a problem has left cleaned_data: what was typed is restated if it is a value at all.
    return stored | {name: form.meant[name] for name in policy.FIELDS if name in form.meant}


def warnings(path: Path, values: policy.Values, shortest: int | None) -> dict[str, str]:
    """What may be saved, but should be known before, by field."""
    found = {}
    interval = values["start_interval_minutes"]
    if shortest is not None and interval < min(shortest, NARROW_MINUTES):
        found["start_interval_minutes"] = ngettext(
            "Shorter than the shortest theme: %(interval)d minutes would make %(number)d start a day.",
            "Shorter than the shortest theme: %(interval)d minutes would make %(number)d starts a day.",
            DAY_MINUTES // interval,
        ) % {"interval": interval, "number": DAY_MINUTES // interval}
    total, before = values["sessions_per_participant"], path.sessions_per_participant
    if total is not None and (before is None or total < before) and (text := _none_left(path, total)):
        found["sessions_per_participant"] = text
    if text := missed_words(path, values["no_shows_allowed"]):
        found["no_shows_allowed"] = text
    return found


def missed_words(path: Path, allowed: int | None) -> str:
    """Whom a rule of so many missed sessions concerns now: “2 people would be warned, 1 would need a yes.”"""
    if allowed is None:
        return ""
    warned, kept = no_shows.concerned(path, allowed)
    first = ngettext("%(number)d person would be warned,", "%(number)d people would be warned,", warned)
    second = ngettext("%(number)d would need a yes to book.", "%(number)d would need a yes to book.", kept)
    return f"{first % {'number': warned}} {second % {'number': kept}}"


def newly_kept(path: Path, values: policy.Values) -> int:
    """How many people these values would keep from booking, where the rule is another than now."""
    allowed = values["no_shows_allowed"]
    if allowed is None or allowed == path.no_shows_allowed:
        return 0
    return no_shows.concerned(path, allowed)[1]


def _none_left(path: Path, total: int) -> str:
    """Of whom a lower number leaves without a session."""
    people = people_search.members(path, Role.PARTICIPANT).alias(taken=taken_on(path))
    number = people.filter(taken__gte=total, taken__gt=0).count()
    if not number:
        return ""
    text = ngettext(
        "Nobody loses a session that is used or booked, but %(number)d person would have none left.",
        "Nobody loses a session that is used or booked, but %(number)d people would have none left.",
        number,
    )
    return text % {"number": number}
