"""The files about reminders of sessions left: those they got, those they wrote, and where they want no more."""

from collections.abc import Iterator

from meetings.models import Nudge, NudgeOptOut, NudgeRecipient
from meetings.pages.own_data.rows import STEP, File, Row, Whose


def got(whose: Whose) -> Iterator[Row]:
    """What one said was an e-mail to them, which is among the e-mails while it is kept."""
    found = NudgeRecipient.objects.filter(user=whose.user).select_related("nudge__path").order_by("at", "pk")
    for row in found.iterator(STEP):
        yield {
            "path": row.nudge.path.name,
            "at": whose.moment(row.at),
            "asked_for_no_more_at": whose.moment(row.opted_out_at),
        }


def written(whose: Whose) -> Iterator[Row]:
    found = Nudge.objects.filter(by=whose.user).select_related("path").order_by("at", "pk")
    for row in found.iterator(STEP):
        yield {
            "path": row.path.name,
            "at": whose.moment(row.at),
            "subject": row.subject,
            "your_words": row.words,
        }


def opted_out(whose: Whose) -> Iterator[Row]:
    for row in NudgeOptOut.objects.filter(user=whose.user).select_related("path").order_by("at", "pk").iterator(STEP):
        yield {"path": row.path.name, "since": whose.moment(row.at)}


FILES = [
    File("reminders", ("meetings.NudgeRecipient.user",), got),
    File("reminders_written", ("meetings.Nudge.by",), written),
    File("no_more_reminders", ("meetings.NudgeOptOut.user",), opted_out),
]
