"""Renders the e-mail that a row of the outbox asks for. Sends nothing by itself; meetings/outbox.py does."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from everwise import plaintext, timefmt
from everwise.accounts.models import User
from meetings import changes, reminder_facts, versions
from meetings.enums import Happening
from meetings.models import Meeting, Notice
from meetings.versions import Version

SUBJECTS = {
    Happening.BOOKED: "Booked: {title}, {when}",
    Happening.RESCHEDULED: "Moved: {title}, now {when}",
    Happening.CANCELLED: "Cancelled: {title}, {when}",
    Happening.SCHEDULED: "Scheduled: {title}, {when}",
    Happening.UPDATED: "Updated: {title}, {when}",
    Happening.HANDED_OVER: "Handed over: {title}, {when}",
    Happening.DELETED: "Deleted: {title}, {when}",
    Happening.REMOVED: "You are no longer in: {title}, {when}",
}
SUBJECT_LENGTH = 150
OVER = {Happening.CANCELLED, Happening.DELETED}


def render(notice: Notice) -> tuple[str, str]:
    """The subject and the text, as the facts were when it happened, in the reader's own zone."""
    if notice.starts_at:
        text = render_to_string(f"emails/{notice.kind}.txt", reminder_facts.context(notice))
        return reminder_facts.subject(notice), text
    event, kind, me = notice.event, Happening(notice.kind), str(notice.user_id)
    was, now = versions.before(event, notice.meeting), versions.after(event, notice.meeting)
    own = event.by_id == notice.user_id
    # Whom this change takes out is told of the meeting as she knew it, and of nobody whom she has not met there.
    farewell = me not in now.people and me != now.organizer
    told = was if farewell and not (own and kind == Happening.HANDED_OVER) else now
    # Asked now, not then: a mail that failed at first must not open a meeting to somebody taken out since.
    may_open = Meeting.objects.visible_to(notice.user).filter(pk=notice.meeting_id).exists()
    knows = own or may_open
    knows_people = knows or farewell or kind == Happening.DELETED
    people = versions.names({*was.people, *now.people, was.organizer, now.organizer})
    context = {
        "first_name": _first_name(notice.user),
        "own": own,
        "by": plaintext.one_line(str(event.by)),
        "by_first_name": _first_name(event.by),
        "by_attends": str(event.by_id) in told.people,
        "attends": me in told.people,
        "added": event.happening == Happening.UPDATED,
        "farewell": farewell,
        "overridden": me in event.facts.get("overridden", ()),
        "others": [name for pk, name in people.items() if pk in told.people and pk != me] if knows_people else [],
        "organizes": me == now.organizer,
        "organized": me == was.organizer != now.organizer,
        "organizer": people.get(now.organizer) if knows or (farewell and now.organizer in was.people) else "",
        "old_organizer": people.get(was.organizer) if str(event.by_id) != was.organizer else "",
        "new_experts": [people[pk] for pk in now.experts if pk in people] if was.experts != now.experts else [],
        "changes": changes.lines(was, now, notice.user, people, event.at) if knows else [],
        "moved_from": changes.moved_from(was, now, notice.user.reader, event.at),
        "agenda": plaintext.lines(now.agenda) if knows else [],
        "note": plaintext.lines(notice.meeting.note) if knows and not own else [],
        "message": plaintext.lines(event.message),
        # A mail that failed at first may come after the one about a later change.
        "outdated": notice.sequence < notice.meeting.sequence and (may_open or not farewell),
        **_when_and_where(notice, told),
        **_links(notice, may_open, joins=not farewell),
        "why": f"you {'are' if may_open and not farewell and kind not in OVER else 'were'}"
        f" {'in this meeting' if me in told.people else 'its organizer'}",
    }
    return _subject(notice, told, moved=was.times != now.times), render_to_string(f"emails/{kind}.txt", context)


def message(notice: Notice) -> EmailMessage:
    """The e-mail, with the same Message-ID at every attempt, so that a second copy can be told."""
    subject, body = render(notice)
    return EmailMessage(
        subject=subject,
        body=body,
        to=[notice.user.email],
        headers={"Message-ID": f"<{notice.message_id}@everwise>", "Auto-Submitted": "auto-generated"},
    )


def _subject(notice: Notice, told: Version, *, moved: bool) -> str:
    reader = notice.user.reader
    day, clock = timefmt.short_day(told.starts_at, reader, notice.event.at), timefmt.clock(told.starts_at, reader)
    when = f"{day}, {clock} {timefmt.zone_time(reader.zone)}"
    if moved and notice.kind == Happening.UPDATED:
        when = f"now {when}"
    words = SUBJECTS[Happening(notice.kind)]
    room = SUBJECT_LENGTH - len(words.format(title="", when=when))
    return words.format(title=plaintext.shortened(told.title, room), when=when)


def _when_and_where(notice: Notice, told: Version) -> dict[str, str]:
    reader = notice.user.reader
    return {
        "title": told.title,
        "day": timefmt.long_day(told.starts_at, reader, notice.event.at),
        "range": timefmt.clock_range(*told.times, reader),
        "zone": timefmt.zone_time(reader.zone, told.starts_at),
        "place": told.place,
    }


def _links(notice: Notice, may_open: bool, *, joins: bool) -> dict[str, str]:
    """The meeting's page and its room, for those who can open them."""
    meeting = notice.meeting
    return {
        "link": settings.SITE_URL + meeting.get_absolute_url() if may_open else "",
        "join_link": settings.SITE_URL + reverse("meetings:join", args=[meeting.pk])
        if may_open and joins and meeting.video_link
        else "",
    }


def _first_name(user: User) -> str:
    return plaintext.one_line(str(user)).split(" ")[0]
