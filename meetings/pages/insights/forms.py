"""Of which days, which theme and which expert insights are asked for. Shape only."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from meetings.insights.scope import DAY, InsightScope, period_of, zone_of
from paths.models import Path

# At once: more would be a table that nobody reads.
LONGEST = timedelta(days=3 * 366)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class InsightSpan(TextChoices):
    FOUR_WEEKS = "4-weeks", _("Last 4 weeks")
    EIGHT_WEEKS = "8-weeks", _("Last 8 weeks")
    SO_FAR = "so-far", _("This path so far")
    DATES = "dates", _("From … to …")


WEEKS = {InsightSpan.FOUR_WEEKS: 4, InsightSpan.EIGHT_WEEKS: 8}


class InsightsForm(forms.Form):
    """By GET. The dates count where the period says so."""

    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=InsightSpan.choices,
        error_messages={"invalid_choice": _("Choose one.")},
    )
    since = forms.DateField(label=pgettext_lazy("a date", "From"), required=False, input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=pgettext_lazy("a date", "To"), required=False, input_formats=["%Y-%m-%d"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("period") != InsightSpan.DATES:
            # Left over from another choice: nobody asks for them now.
            for name in ("since", "until"):
                self.errors.pop(name, None)
            return cleaned
        since, until = (self._year(name, cleaned.get(name)) for name in ("since", "until"))
        if since and until and since > until:
            self.add_error("until", gettext("The last date lies before the first."))
        elif since and until and until - since > LONGEST:
            self.add_error("since", gettext("Choose at most three years at once."))
        return cleaned

    def _year(self, name: str, day: date | None) -> date | None:
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            words = gettext("The date must lie between %(first)s and %(last)s.")
            self.add_error(name, words % {"first": FIRST_YEAR, "last": LAST_YEAR})
            return None
        if day is None and name not in self.errors:
            self.add_error(name, gettext("Choose a date."))
        return day


def span_of(form: InsightsForm, path: Path, now: datetime) -> InsightSpan:
    """What was asked for, or what says most of a path of this age."""
    asked = form.data.get("period") if form.is_bound else None
    if asked in InsightSpan.values and not form.errors:
        return InsightSpan(asked)
    return (
        InsightSpan.SO_FAR
        if _begin(path, now) > _weeks(path, now, InsightSpan.EIGHT_WEEKS)[0]
        else InsightSpan.EIGHT_WEEKS
    )


def scope_of(form: InsightsForm, path: Path, now: datetime, *, theme: UUID | None, expert: UUID | None) -> InsightScope:
    """What could not be read is not asked for: the page says so at its field."""
    span = span_of(form, path, now)
    match span:
        case InsightSpan.DATES:
            first, last = form.cleaned_data["since"], form.cleaned_data["until"]
        case InsightSpan.SO_FAR:
            last = _today(path, now)
            first = max(min(_begin(path, now), last), last - LONGEST)
        case _:
            first, last = _weeks(path, now, span)
    return InsightScope(path=path, now=now, first=first, last=last, theme=theme, expert=expert)


def _today(path: Path, now: datetime) -> date:
    return now.astimezone(zone_of(path)).date()


def _begin(path: Path, now: datetime) -> date:
    return path.opens_on or (path.opened_at or now).astimezone(zone_of(path)).date()


def _weeks(path: Path, now: datetime, span: InsightSpan) -> tuple[date, date]:
    """Whole weeks, the last of them over."""
    monday = period_of(_today(path, now), by_month=False)
    return monday - WEEKS[span] * 7 * DAY, monday - DAY
