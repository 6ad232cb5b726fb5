"""Renders the e-mail that a row of the outbox asks for. Sends nothing by itself; meetings/outbox.py does."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from everwise import timefmt
from everwise.accounts.models import User
from meetings.enums import Happening
from meetings.models import Notice

SUBJECTS = {
    Happening.BOOKED: "Booked: {title}, {when}",
    Happening.RESCHEDULED: "Moved: {title}, now {when}",
    Happening.CANCELLED: "Cancelled: {title}, {when}",
}


def render(notice: Notice) -> tuple[str, str]:
    """The subject and the text, as the facts were when it happened, in the reader's own zone."""
    event, meeting, reader = notice.event, notice.meeting, notice.user.reader
    facts = event.facts
    # Who is told of a cancellation by a move was replaced: her time and her people were those before.
    told = {**facts, **facts.get("before", {})} if notice.kind == Happening.CANCELLED else facts
    starts, ends = _instant(told["starts_at"]), _instant(told["ends_at"])
    before = facts.get("before", {})
    moved_from = before.get("starts_at")
    people = User.objects.in_bulk(told["experts"] + told["participants"])
    others = [user.name for user in sorted(people.values(), key=str) if user != notice.user]
    title = _one_line(meeting.title)
    subject = SUBJECTS[Happening(notice.kind)].format(
        title=title,
        when=f"{timefmt.short_day(starts, reader)}, {timefmt.clock(starts, reader)}",
    )
    body = render_to_string(
        f"emails/{notice.kind}.txt",
        {
            "reader": reader,
            "person": notice.user,
            "meeting": meeting,
            "title": title,
            "by": event.by,
            "own": event.by_id == notice.user_id,
            "by_attends": event.by_id in people,
            "replaced": notice.kind == Happening.CANCELLED and event.happening == Happening.RESCHEDULED,
            "message": event.message,
            "others": others,
            "new_experts": [user.name for pk, user in people.items() if str(pk) in facts["experts"]]
            if "experts" in before
            else [],
            "day": timefmt.long_day(starts, reader, event.at),
            "range": timefmt.clock_range(starts, ends, reader),
            "zone": timefmt.zone_label(starts, reader.zone),
            "moved_from": moved_from
            and f"{timefmt.long_day(_instant(moved_from), reader, event.at)}, "
            f"{timefmt.clock(_instant(moved_from), reader)}",
            # A mail that failed at first may come after the one about a later change.
            "outdated": notice.sequence < meeting.sequence,
            "link": settings.SITE_URL + meeting.get_absolute_url(),
            "join_link": meeting.video_link and settings.SITE_URL + reverse("meetings:join", args=[meeting.pk]),
        },
    )
    return _one_line(subject), body


def message(notice: Notice) -> EmailMessage:
    """The e-mail, with the same Message-ID at every attempt, so that a second copy can be told."""
    subject, body = render(notice)
    return EmailMessage(
        subject=subject,
        body=body,
        to=[notice.user.email],
        headers={"Message-ID": f"<{notice.message_id}@everwise>", "Auto-Submitted": "auto-generated"},
    )


def _one_line(text: str) -> str:
    """A header, and a line of facts, is one line whatever a title holds."""
    return " ".join(text.split())


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
