"""Reads experts' hours: two queries, however many experts there are."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from experts.availability import Hours, Override, Rule
from experts.fields import Windows
from experts.models import AvailabilityRule, DateOverride, Expert

# Hours of a date in any zone, and of the dates around it that an expansion looks at, lie this near.
DATES_AROUND = timedelta(days=5)


def hours_of(experts: Collection[Expert], *, since: datetime, until: datetime) -> dict[int, Hours]:
    """By expert id, her rules and what she has said of the dates around the range."""
    rules: dict[int, list[Rule]] = defaultdict(list)
    overrides: dict[int, list[Override]] = defaultdict(list)
    ids = [expert.pk for expert in experts]
    if ids:
        found = AvailabilityRule.objects.filter(expert__in=ids)
        for expert, rrule, first, windows in found.values_list("expert", "rrule", "first_date", "windows"):
            rules[expert].append(Rule(rrule, first, cast("Windows", windows)))
        dates = (since - DATES_AROUND).date(), (until + DATES_AROUND).date()
        exceptions = DateOverride.objects.filter(expert__in=ids, date__range=dates)
        for expert, date, windows in exceptions.values_list("expert", "date", "windows"):
            overrides[expert].append(Override(date, cast("Windows", windows)))
    return {
        expert.pk: Hours(str(expert.time_zone), tuple(rules[expert.pk]), tuple(overrides[expert.pk]))
        for expert in experts
    }
