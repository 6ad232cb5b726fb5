"""Reads experts' hours: one query, however many experts there are."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import CharField, DateField, F, Value

from everwise.db.prepared import Among, Many, Param, Prepared
from everwise.intervals import epoch
from experts.availability import Hours, Override, RecurringWindows, windows
from experts.models import AvailabilityRule, DateOverride, Expert

# Hours of a date in any zone, and of the dates around it that an expansion looks at, lie this near.
DATES_AROUND = timedelta(days=5)
# Who has given nothing for so long has no hours.
HOURS_AHEAD = timedelta(days=60)


@Prepared
def _rules_and_overrides():
    """An override is the row without a recurrence."""
    theirs = Among(F("expert"), Many("experts", Expert._meta.pk))
    near = {"date__gte": Param("first", DateField()), "date__lte": Param("last", DateField())}
    rules = AvailabilityRule.objects.filter(theirs).order_by()
    overrides = DateOverride.objects.filter(theirs, **near).order_by()
    return rules.values_list("expert", "rrule", "first_date", "windows").union(
        overrides.values_list("expert", Value("", CharField()), "date", "windows"), all=True
    )


def are_given(hours: Hours, *, since: datetime, until: datetime) -> bool:
    """Whether there is any time in the hours between the two instants."""
    return bool(windows(hours, epoch(since), epoch(until)))


def hours_of(zones: Mapping[int, str], *, since: datetime, until: datetime) -> dict[int, Hours]:
    """By expert id, as their zone is given: their rules, and what they have said of the dates around the range."""
    rules: dict[int, list[RecurringWindows]] = defaultdict(list)
    overrides: dict[int, list[Override]] = defaultdict(list)
    if zones:
        first, last = (since - DATES_AROUND).date(), (until + DATES_AROUND).date()
        for expert, rrule, day, windows in _rules_and_overrides(experts=zones, first=first, last=last):
            if rrule:
                rules[expert].append(RecurringWindows(rrule, day, windows))
            else:
                overrides[expert].append(Override(day, windows))
    # In one order, whatever that of the rows, since hours are what the engine finds its own by.
    return {
        expert: Hours(zone, tuple(sorted(rules[expert])), tuple(sorted(overrides[expert])))
        for expert, zone in zones.items()
    }
