"""Cards of sessions: how they ended, who cancelled them, how far ahead they were booked."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt, wording
from meetings.insights.sessions import Canceller, SessionEnding
from meetings.pages.insights.report import InsightReport
from meetings.pages.insights.tables import InsightCard, InsightRow, WeekLine, WeekPart, bar, share

# In the order of the picture.
DRAWN = (
    ("held", (SessionEnding.HELD,)),
    ("cancelled", (SessionEnding.CANCELLED,)),
    ("missed", (SessionEnding.MISSED_BY_PARTICIPANT, SessionEnding.MISSED_BY_EXPERT)),
    ("due", (SessionEnding.DUE,)),
)


def figures(report: InsightReport) -> list[tuple[str, str, str]]:
    """The strip: what each number is of, the number, and a line below."""
    total, endings = report.endings.total, report.endings
    cancelled = endings.cancelled
    by_participants = cancelled[Canceller.PARTICIPANT].number + cancelled[Canceller.PARTICIPANT_LATE].number
    was_due = endings.booked - total[SessionEnding.DUE]
    missed = {
        "participants": total[SessionEnding.MISSED_BY_PARTICIPANT],
        "experts": total[SessionEnding.MISSED_BY_EXPERT],
    }
    lost = endings.lost
    held = _("%(percent)s of those that were due") % {
        "percent": wording.percent(total[SessionEnding.HELD], was_due or 1)
    }
    return [
        (pgettext("sessions", "Booked"), wording.count(endings.booked), _booked_by(report, total[SessionEnding.DUE])),
        (
            pgettext("sessions", "Held"),
            wording.count(total[SessionEnding.HELD]),
            held if was_due else _("None was due yet"),
        ),
        (
            pgettext("sessions", "Cancelled"),
            wording.count(total[SessionEnding.CANCELLED]),
            _("%(participants)s by participants, %(others)s by experts and admins")
            % {"participants": wording.count(by_participants), "others": wording.count(lost.number)},
        ),
        (
            _("No-shows"),
            wording.count(sum(missed.values())),
            _("%(participants)s of participants, %(experts)s of experts")
            % {name: wording.count(number) for name, number in missed.items()},
        ),
        (
            pgettext("sessions", "Rescued"),
            _("%(rescued)s of %(lost)s") % {"rescued": wording.count(lost.rescued), "lost": wording.count(lost.number)},
            _("Cancelled by an expert or admin, booked again at the same time")
            if lost.number
            else _("No expert or admin has cancelled"),
        ),
    ]


def _booked_by(report: InsightReport, due: int) -> str:
    people = report.sums.people
    if people <= report.participants:
        text = ngettext(
            "By %(people)s of %(all)s participant", "By %(people)s of %(all)s participants", report.participants
        )
    else:
        # Some have left since.
        text = ngettext("By %(people)s participant", "By %(people)s participants", people)
    said = text % {"people": wording.count(people), "all": wording.count(report.participants)}
    if not due:
        return said
    ahead = ngettext("%(number)s still to come", "%(number)s still to come", due) % {"number": wording.count(due)}
    return f"{said}. {ahead}"


def ended(report: InsightReport) -> InsightCard:
    by_month, periods = report.scope.by_month, report.endings.by_period
    most = max((ends.total() for ends in periods.values()), default=0)
    card = InsightCard(
        "endings",
        _("How sessions ended"),
        _("By month, and how many there were") if by_month else _("By week, and how many there were"),
        [
            _("Month") if by_month else _("Week of"),
            pgettext("sessions", "Booked"),
            pgettext("sessions", "Held"),
            pgettext("sessions", "Cancelled"),
            _("Participant did not come"),
            _("Expert did not come"),
            pgettext("sessions", "Still to come"),
        ],
    )
    for first, ends in periods.items():
        label = _period(first, by_month=by_month)
        card.rows.append(InsightRow(label, [ends.total(), *(ends[ending] for ending in _columns())], first.isoformat()))
        parts, begin = [], 0
        for css, endings in DRAWN:
            if number := sum(ends[ending] for ending in endings):
                parts.append(WeekPart(css, share(begin, most), share(number, most)))
                begin += number
        card.weeks.append(WeekLine(label, parts, wording.count(ends.total())))
    return card


def _columns() -> list[SessionEnding]:
    return [ending for _css, endings in DRAWN for ending in endings]


def _period(first: date, *, by_month: bool) -> str:
    return f"{timefmt.short_month(first)} {first.year}" if by_month else timefmt.bare_date(first)


def cancelled(report: InsightReport) -> InsightCard:
    found = report.endings.cancelled
    number = sum(each.number for each in found.values())
    lead = ngettext("%(number)s session", "%(number)s sessions", number) % {"number": wording.count(number)}
    card = InsightCard(
        "cancelled",
        _("Who cancelled, and how late"),
        lead,
        [_("Who cancelled"), _("Sessions"), _("Less than a day before the start"), pgettext("sessions", "Rescued")],
    )
    most = max(each.number for each in found.values())
    for who, label in (
        (Canceller.PARTICIPANT, _("Participant, in time")),
        (Canceller.PARTICIPANT_LATE, _("Participant, late")),
        (Canceller.EXPERT, _("Expert")),
        (Canceller.ADMIN, pgettext("of a path", "Admin")),
    ):
        each = found[who]
        by_participant = who in (Canceller.PARTICIPANT, Canceller.PARTICIPANT_LATE)
        card.rows.append(InsightRow(label, [each.number, each.short, None if by_participant else each.rescued]))
        if by_participant:
            note = _("counts as used") if who == Canceller.PARTICIPANT_LATE else _("they got it back")
        else:
            words = {"rescued": wording.count(each.rescued), "lost": wording.count(each.number)}
            note = _("%(rescued)s of %(lost)s rescued") % words if each.number else ""
        card.bars.append(bar(label, each.number, most, note=note))
    short = sum(each.short for each in found.values())
    if short:
        text = ngettext(
            "%(number)s of them was cancelled less than a day before its start.",
            "%(number)s of them were cancelled less than a day before their start.",
            short,
        )
        card.notes.append(text % {"number": wording.count(short)})
    return card


def lead_time(report: InsightReport) -> InsightCard:
    lead = report.sums.lead
    card = InsightCard(
        "lead-time", _("How far ahead people book"), _half(report), [_("Before the start"), _("Sessions")]
    )
    spans = (
        (_("Less than a day"), range(1)),
        (_("1 to 6 days"), range(1, 7)),
        (_("1 to 2 weeks"), range(7, 14)),
        (_("2 weeks or more"), range(14, max(lead, default=0) + 15)),
    )
    numbers = [(label, sum(lead[day] for day in days)) for label, days in spans]
    most = max(number for _label, number in numbers)
    card.rows = [InsightRow(label, [number]) for label, number in numbers]
    card.bars = [bar(label, number, most) for label, number in numbers]
    return card


def half_ahead(report: InsightReport) -> int:
    """The greatest number of whole days that at least half of the sessions were booked ahead."""
    lead, ahead = report.sums.lead, 0
    for days in sorted(lead, reverse=True):
        ahead += lead[days]
        if 2 * ahead >= lead.total():
            return days
    return 0


def _half(report: InsightReport) -> str:
    days = half_ahead(report)
    if not days:
        return _("Most of them less than a day ahead")
    text = ngettext("Half of them at least %(number)s day ahead", "Half of them at least %(number)s days ahead", days)
    return text % {"number": wording.count(days)}
