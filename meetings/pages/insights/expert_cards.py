"""Cards of experts: hours offered and used, how sessions are spread, ratings; and what was wanted and not found."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt, wording
from everwise.wording import isolated
from meetings.insights.ratings import RATERS, ShownRating
from meetings.insights.sessions import GivenSessions
from meetings.models import ANY_DAY, DayPart
from meetings.pages.insights.report import InsightReport
from meetings.pages.insights.tables import FULL, HeatCell, InsightCard, InsightRow, bar

STARS = 5
# From such a share of the greatest number on a cell is so dark.
LEVELS = ((3, 0.75), (2, 0.45), (1, 0.15))


def hours(report: InsightReport) -> InsightCard:
    offered, counted = report.sums.offered, report.sums.counted
    card = InsightCard(
        "hours",
        _("Hours offered and used"),
        _("Of the hours that could be booked, those that were"),
        [_("Expert"), _("Hours offered"), _("Hours used"), _("Used, in per cent")],
    )
    for pk in (pk for pk in report.experts if pk in offered):
        minutes, used = offered[pk], report.given.get(pk, GivenSessions()).minutes
        face, label = report.everybody[pk]
        percent = 100 * used / minutes if minutes else None
        row = [_hours(minutes), _hours(used), None if percent is None else round(percent)]
        card.rows.append(InsightRow(label, row))
        if minutes:
            words = {"used": wording.count(_hours(used)), "offered": wording.count(_hours(minutes))}
            note, figure = _("%(used)s h of %(offered)s h") % words, wording.percent(used, minutes)
        else:
            note, figure = _("No hours offered"), "–"
        card.bars.append(bar(label, min(percent or 0, FULL), FULL, note=note, figure=figure, face=face))
    if not counted:
        card.notes.append(_("Hours are noted day by day. Of these days none are."))
        return card
    text = ngettext(
        "Of %(number)s day on which hours were noted, as they stood when it began.",
        "Of %(number)s days on which hours were noted, as they stood when each began.",
        counted,
    )
    card.notes.append(text % {"number": wording.count(counted)})
    if report.scope.theme:
        card.notes.append(_("Offered are hours for all themes, used those of this theme."))
    return card


def _hours(minutes: int) -> float:
    return round(minutes / 60, 1)


def spread(report: InsightReport) -> InsightCard:
    kept = {pk: given.kept for pk, given in report.given.items() if pk in report.everybody}
    total, most = sum(kept.values()), max(kept.values(), default=0)
    card = InsightCard(
        "load",
        _("How sessions are spread"),
        _("Those that were not cancelled, by expert"),
        [_("Expert"), _("Sessions"), _("Share, in per cent")],
    )
    for pk in (pk for pk in report.experts if pk in kept or pk in report.sums.offered):
        number, (face, label) = kept.get(pk, 0), report.everybody[pk]
        card.rows.append(InsightRow(label, [number, round(100 * number / total) if total else None]))
        note = wording.percent(number, total) if total else ""
        card.bars.append(bar(label, number, most, note=note, face=face))
    return card


def rated(report: InsightReport) -> InsightCard:
    found, total = report.ratings, report.ratings.total
    card = InsightCard(
        "ratings",
        _("Ratings"),
        _rated_in_all(total) if total else _("None that can be shown"),
        [_("Expert"), _("Ratings"), _("Average"), _("First month"), _("Last month")],
    )
    for pk in (pk for pk in report.experts if pk in found.of_experts):
        theirs, (face, label) = found.of_experts[pk], report.everybody[pk]
        average = round(theirs.average, 1)
        months = [_month(theirs.first), _month(theirs.last)]
        card.rows.append(InsightRow(label, [theirs.number, average, *months]))
        note = ngettext("%(number)s rating", "%(number)s ratings", theirs.number)
        note %= {"number": wording.count(theirs.number)}
        card.bars.append(bar(label, average, STARS, note=note, face=face))
    if total:
        dates = timefmt.month_span(total.first, total.last)
        text = _(
            "Of whole months (%(months)s) and all themes: a difference of two numbers would tell what one person gave."
        )
        card.notes.append(text % {"months": dates})
    if names := [isolated(report.everybody[pk].label) for pk in report.experts if pk in found.hidden]:
        words = {"names": wording.listed(names), "number": RATERS}
        card.withheld = _("%(names)s: rated by fewer than %(number)s people, so not shown.") % words
    elif not total:
        card.withheld = _("Nobody has been rated in these days.")
    return card


def _rated_in_all(total: ShownRating) -> str:
    text = ngettext("%(average)s of 5, by %(number)s rating", "%(average)s of 5, by %(number)s ratings", total.number)
    return text % {"average": wording.count(round(total.average, 1)), "number": wording.count(total.number)}


def _month(first) -> str:
    return f"{timefmt.short_month(first)} {first.year}"


def wanted(report: InsightReport) -> InsightCard:
    unmet = report.sums.unmet
    total = unmet.total()
    text = ngettext(
        "%(number)s search found no time that could be booked. Nobody’s name is kept.",
        "%(number)s searches found no time that could be booked. Nobody’s name is kept.",
        total,
    )
    days = [(number + 1, name) for number, name in _weekdays()]
    if any(day == ANY_DAY for day, _part in unmet):
        days.append((ANY_DAY, pgettext("of the week", "Any")))
    card = InsightCard(
        "wanted",
        _("Wanted, but not found"),
        text % {"number": wording.count(total)} if total else _("No search without a time was counted."),
        [_("Part of the day"), *(name for _day, name in days)],
    )
    names = {
        DayPart.MORNING: _("Morning, before 12"),
        DayPart.AFTERNOON: _("Afternoon, 12 to 17"),
        DayPart.EVENING: _("Evening, from 17"),
        DayPart.ANY: _("Any time of day"),
    }
    if not any(part == DayPart.ANY for _day, part in unmet):
        del names[DayPart.ANY]
    most = max(unmet.values(), default=0)
    for row, name in names.items():
        numbers = [unmet[day, row] for day, _name in days]
        card.rows.append(InsightRow(name, numbers))
        card.heat.append((name, [HeatCell(wording.count(number), _level(number, most)) for number in numbers]))
    certain = {key: number for key, number in unmet.items() if ANY_DAY not in key and DayPart.ANY not in key}
    if certain:
        (day, part), number = max(certain.items(), key=lambda each: each[1])
        words = {"weekday": timefmt.weekday(day - 1), "part": names[DayPart(part)], "number": wording.count(number)}
        card.notes.append(_("Most often: %(weekday)s. %(part)s (%(number)s)") % words)
    card.notes.append(_("Counted on the date of the search: seven days, or the date or time asked for, had no time."))
    if report.scope.expert:
        card.notes.append(_("Searches are counted for all experts together."))
    return card


def _weekdays() -> list[tuple[int, str]]:
    return [(number, timefmt.short_weekday(number)) for number, _name in timefmt.weekdays()]


def _level(number: int, most: int) -> int:
    return next((level for level, share in LEVELS if number and number >= share * most), 0)
