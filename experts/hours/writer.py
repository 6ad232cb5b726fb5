"""The writer of an expert's availability: hours, exceptions, limits and the themes they take, in one change.

Takes keywords only: the actor as `by`. Their row is locked as the booking writer locks it, so that a session is booked
by the hours before the change or by those after it, never by half of each.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.changelog import note_change
from everwise.errors import Stale
from experts.availability import Hours, Override, RecurringWindows
from experts.hours import patterns
from experts.hours.patterns import Pattern, Windows
from experts.models import AvailabilityRule, DateOverride, Expert

# What experts set of their own profile.
SETTINGS = (
    "time_zone",
    "accepting",
    "video_link",
    "buffer_before_minutes",
    "buffer_after_minutes",
    "notice_minutes",
    "horizon_days",
    "cap_per_day",
    "cap_per_week",
)


class HoursError(Exception):
    """Nothing was saved. Its text says why, for the person who asked."""


class NotTheirs(HoursError):
    """Only the expert changes their availability here."""


class StaleHours(HoursError, Stale):
    """Something of it was changed after the form was opened."""


class NotTheirTheme(HoursError):
    """A theme of a path on which they are no expert now."""


@dataclass(frozen=True, slots=True)
class Present:
    """An expert's availability as it is stored. `rules` are (id, rule)."""

    settings: Mapping[str, object]
    rules: tuple[tuple[int, RecurringWindows], ...]
    overrides: tuple[Override, ...]
    themes: frozenset[UUID]

    @property
    def patterns(self) -> list[Pattern]:
        return patterns.patterns(rule for _, rule in self.rules)

    @property
    def others(self) -> tuple[tuple[int, RecurringWindows], ...]:
        """The rules that no weekly pattern can say."""
        return tuple((pk, rule) for pk, rule in self.rules if not patterns.is_weekly(rule.rrule))

    @property
    def hours(self) -> Hours:
        return Hours(str(self.settings["time_zone"]), tuple(rule for _, rule in self.rules), self.overrides)

    @property
    def version(self) -> str:
        """The same for the same availability, another for any other."""
        facts = [
            {name: str(value) for name, value in self.settings.items()},
            sorted((pk, rule.rrule, str(rule.first_date), rule.windows) for pk, rule in self.rules),
            sorted((str(override.date), override.windows) for override in self.overrides),
            sorted(map(str, self.themes)),
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class HoursPlan:
    """What an expert wants their availability to be.

    patterns: all their weekly hours, each day's windows joined. dropped_rules: ids of other rules that go.
    cleared: dates that get their usual hours back. exceptions: windows by date, none is a day off.
    themes: those they take, of `offered`; themes not in `offered` stay as they are.
    """

    settings: Mapping[str, object]
    patterns: tuple[Pattern, ...] = ()
    dropped_rules: frozenset[int] = frozenset()
    cleared: frozenset[date] = frozenset()
    exceptions: Mapping[date, Windows] = field(default_factory=dict)
    themes: frozenset[UUID] = frozenset()
    offered: frozenset[UUID] = frozenset()

    def kept_rules(self, present: Present) -> list[RecurringWindows]:
        return [rule for pk, rule in present.others if pk not in self.dropped_rules]

    def overrides(self, present: Present) -> dict[date, Windows]:
        stored = {each.date: each.windows for each in present.overrides if each.date not in self.cleared}
        return {**stored, **self.exceptions}

    def themes_after(self, present: Present) -> frozenset[UUID]:
        return (present.themes - self.offered) | self.themes

    def hours(self, present: Present) -> Hours:
        """The expert's hours once this is saved."""
        weekly = [rule for pattern in self.patterns for rule in patterns.rules(pattern)]
        overrides = (Override(day, windows) for day, windows in sorted(self.overrides(present).items()))
        return Hours(str(self.settings["time_zone"]), (*weekly, *self.kept_rules(present)), tuple(overrides))

    def changes(self, present: Present) -> bool:
        """Whether saving it would make any difference."""
        return (
            {name: str(value) for name, value in self.settings.items()}
            != {name: str(value) for name, value in present.settings.items()}
            or not self.same_weeks(present)
            or len(self.kept_rules(present)) != len(present.others)
            or self.overrides(present) != {each.date: each.windows for each in present.overrides}
            or self.themes_after(present) != present.themes
        )

    def same_weeks(self, present: Present) -> bool:
        return sorted(filter(_has_hours, self.patterns), key=_order) == present.patterns


def _has_hours(pattern: Pattern) -> bool:
    return any(pattern.days)


def _order(pattern: Pattern) -> tuple:
    return pattern.every, pattern.first, str(pattern.last or "")


def read_hours(expert: Expert) -> Present:
    """Everything that the expert can change on their page."""
    return Present(
        settings={name: getattr(expert, name) for name in SETTINGS},
        rules=_rules(expert),
        overrides=_overrides(expert),
        # By the relation's name, because paths stand above experts.
        themes=frozenset(expert.themes.values_list("pk", flat=True)),
    )


def _rules(expert):
    rows = AvailabilityRule.objects.filter(expert=expert).values_list("pk", "rrule", "first_date", "windows")
    return tuple((pk, RecurringWindows(*fields)) for pk, *fields in rows)


def _overrides(expert):
    return tuple(Override(*row) for row in DateOverride.objects.filter(expert=expert).values_list("date", "windows"))


def save(*, expert: Expert, plan: HoursPlan, version: str, by: User) -> None:
    """Make the expert's availability what the plan says. Raises a HoursError.

    `version` is that of what the form showed; if anything was changed since, Stale is raised and nothing is written.
    """
    if by.pk != expert.user_id:
        raise NotTheirs(_("Only the expert can change these hours."))
    with transaction.atomic():
        # NO KEY, since plain FOR UPDATE deadlocks with rows that reference a person.
        User.objects.select_for_update(no_key=True).get(pk=expert.user_id)
        current = Expert.objects.get(pk=expert.pk)
        present = read_hours(current)
        if present.version != version:
            raise StaleHours(
                _("Your availability was changed elsewhere after you opened this page. Nothing was saved.")
            )
        _check_themes(current, plan)
        changed = [name for name in SETTINGS if str(plan.settings[name]) != str(present.settings[name])]
        for name in changed:
            setattr(current, name, plan.settings[name])
        current.save(update_fields=changed)
        rows = [_write_rules(current, plan, present), _write_exceptions(current, plan, present)]
        # Staff who have the page open at the same time see whose change it was.
        added, deleted = ([*rules, *overrides] for rules, overrides in zip(*rows, strict=True))
        note_change(current, by=by, fields=changed, added=added, deleted=deleted)
        _write_themes(current, plan, present, by)


def _check_themes(expert: Expert, plan: HoursPlan) -> None:
    theirs = expert.themes.model.objects.filter(
        path__memberships__user=expert.user_id,
        path__memberships__role="expert",
        path__memberships__ended_at__isnull=True,
    )
    if not plan.offered | plan.themes <= set(theirs.values_list("pk", flat=True)):
        raise NotTheirTheme(_("You are no longer an expert of one of these paths. Nothing was saved."))


def _write_themes(expert, plan, present, by):
    after = plan.themes_after(present)
    if after == present.themes:
        return
    # Held as Django's admin holds a theme whose experts it saves.
    changed = list(
        expert.themes.model.objects.filter(pk__in=after ^ present.themes).order_by("pk").select_for_update(no_key=True)
    )
    expert.themes.remove(*(theme for theme in changed if theme.pk not in after))
    expert.themes.add(*(theme for theme in changed if theme.pk in after))
    for theme in changed:
        note_change(theme, by=by, fields=["experts"])


def _write_rules(expert, plan, present):
    """The rules that came, and those that went."""
    gone, new = {pk for pk, _ in present.others if pk in plan.dropped_rules}, []
    # Rows that say what they should stay as they are, however they are spelt.
    if not plan.same_weeks(present):
        gone |= {pk for pk, rule in present.rules if patterns.is_weekly(rule.rrule)}
        new = AvailabilityRule.objects.bulk_create(
            AvailabilityRule(expert=expert, rrule=rule.rrule, first_date=rule.first_date, windows=rule.windows)
            for pattern in plan.patterns
            for rule in patterns.rules(pattern)
        )
    old = list(AvailabilityRule.objects.filter(expert=expert, pk__in=gone)) if gone else []
    AvailabilityRule.objects.filter(expert=expert, pk__in=gone).delete()
    return new, old


def _write_exceptions(expert, plan, present):
    """The exceptions that came, and those that went."""
    stored = {each.date: each.windows for each in present.overrides}
    wanted = plan.overrides(present)
    changed = {day: windows for day, windows in wanted.items() if stored.get(day) != windows}
    gone = DateOverride.objects.filter(expert=expert, date__in=[*changed, *(stored.keys() - wanted.keys())])
    old = list(gone)
    gone.delete()
    new = DateOverride.objects.bulk_create(
        DateOverride(expert=expert, date=day, windows=windows) for day, windows in changed.items()
    )
    return new, old


def dates(first: date, last: date) -> Collection[date]:
    """Every date from `first` to `last`, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
