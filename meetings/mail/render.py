"""Renders the e-mail that a row of the outbox asks for. Sends nothing by itself; meetings/mail/outbox.py does."""

from typing import NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse

from everwise import plaintext, timefmt
from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from meetings.booking import lost_sessions
from meetings.calendars import ical, invitations
from meetings.calendars.invitations import Invitation, MeetingNotice
from meetings.enums import Happening
from meetings.mail import changes, facts
from meetings.mail.mime import Letter
from meetings.models import Meeting, versions
from meetings.models.versions import Version
from meetings.permissions import standings

# Above the HTML, where the text greets.
HEADLINES = {
    Happening.BOOKED: "You’re booked, {first_name}",
    Happening.RESCHEDULED: "Your session has moved",
    Happening.CANCELLED: "Your session is cancelled",
    Happening.SCHEDULED: "You have a meeting, {first_name}",
    Happening.UPDATED: "Your meeting has changed",
    Happening.HANDED_OVER: "A new organizer",
    Happening.DELETED: "Your meeting is deleted",
    Happening.REMOVED: "You are no longer in this meeting",
    # Words like "tomorrow" could be untrue of a late e-mail.
    Happening.REMINDER_DAY: "Your meeting is coming up",
    Happening.REMINDER_HOUR: "Your meeting starts soon",
}
SUBJECT_LENGTH = 150
OVER = {Happening.CANCELLED, Happening.DELETED}
WITH_AGENDA = {Happening.SCHEDULED, Happening.UPDATED}
WITH_ORGANIZER = {*WITH_AGENDA, Happening.HANDED_OVER}
WITH_PLANS = {Happening.BOOKED, Happening.RESCHEDULED}


class Rendered(NamedTuple):
    subject: str
    text: str
    html: str
    invitation: Invitation | None
    reply_to: list[str]


def render(notice: MeetingNotice) -> Rendered:
    """What the e-mail says, as the facts were when it happened, in the reader's own zone; the HTML as the text."""
    if notice.starts_at:
        return _reminder(notice)
    event, kind, me = notice.event, Happening(notice.kind), str(notice.user_id)
    was, now = versions.before(event, notice.meeting), versions.after(event, notice.meeting)
    own = event.by_id == notice.user_id
    # Whom this change takes out is told of the meeting as she knew it, and of nobody whom she has not met there.
    farewell = me not in now.people and me != now.organizer
    told = was if farewell and not (own and kind == Happening.HANDED_OVER) else now
    # Asked now, not then: a mail that failed at first must not open a meeting to somebody taken out since.
    may_open = Meeting.objects.filter(pk=notice.meeting_id).visible_to(notice.user).exists()
    knows = own or may_open
    knows_people = knows or farewell or kind == Happening.DELETED
    users = versions.people({*was.people, *now.people, was.organizer, now.organizer})
    people = {pk: plaintext.phrase(str(user)) for pk, user in users.items()}
    # A mail that failed at first may come after the one about a later change.
    outdated = notice.sequence < notice.meeting.sequence and (may_open or not farewell)
    calendar = invitations.invitation(notice, was, now, users, may_open=may_open)
    subject = _subject(notice, told, moved=was.times != now.times)
    context = {
        "subject": subject,
        "kind": kind.value,
        "lead": f"emails/leads/{kind}.txt",
        "headline": HEADLINES[kind].format(first_name=_first_name(notice.user)),
        "over": kind in OVER,
        "shows_agenda": kind in WITH_AGENDA,
        "shows_organizer": kind in WITH_ORGANIZER,
        "shows_note": kind == Happening.BOOKED,
        "first_name": _first_name(notice.user),
        "own": own,
        "by": plaintext.phrase(str(event.by)),
        "by_first_name": _first_name(event.by),
        "by_attends": str(event.by_id) in told.people,
        "attends": me in told.people,
        "added": event.happening == Happening.UPDATED,
        "farewell": farewell,
        "overridden": me in event.facts.get("overridden", ()),
        "company": facts.others_of(told, notice.user, users) if knows_people else [],
        "elsewhere": facts.elsewhere(told, notice.user, users) if knows_people else [],
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
        "outdated": outdated,
        "invites": calendar is not None and calendar.method == ical.REQUEST,
        "plans": facts.plans(notice.meeting, told, notice.user, event.at)
        if kind in WITH_PLANS and may_open and not outdated
        else None,
        **_when_and_where(notice, told),
        **_links(notice, may_open, joins=not farewell),
        "rescuers": _rescuers(notice) if kind == Happening.CANCELLED else None,
        "why": f"you {'are' if may_open and not farewell and kind not in OVER else 'were'}"
        f" {'in this meeting' if me in told.people else 'its organizer'}",
    }
    text, html = (render_to_string(f"emails/{name}", context) for name in (f"{kind}.txt", "letter.html"))
    return Rendered(subject, text, html, calendar, facts.reply_to(told, notice.user, users))


def _reminder(notice: MeetingNotice) -> Rendered:
    """Tells no change, but the meeting as it stands at this moment."""
    meeting = notice.meeting = Meeting.objects.with_people().get(pk=notice.meeting_id)
    told, kind, user = versions.present(meeting), Happening(notice.kind), notice.user
    people = versions.people({*told.people, told.organizer})
    may_open = Meeting.objects.filter(pk=meeting.pk).visible_to(user).exists()
    before = "a day" if kind == Happening.REMINDER_DAY else "an hour"
    subject = _subject(notice, told, moved=False)
    context = {
        "subject": subject,
        "kind": kind.value,
        "lead": f"emails/leads/{kind}.txt",
        "headline": HEADLINES[kind],
        "is_dropin": meeting.is_dropin,
        "first_name": _first_name(user),
        "attends": True,
        "company": facts.others_of(told, user, people),
        "elsewhere": facts.elsewhere(told, user, people),
        "agenda": plaintext.lines(told.agenda),
        "shows_agenda": True,
        "note": plaintext.lines(meeting.note) if user in meeting.experts else [],
        "shows_note": True,
        "plans": facts.plans(meeting, told, user, notice.due_at) if may_open else None,
        **_when_and_where(notice, told),
        **_links(notice, may_open, joins=True),
        "why": f"your profile asks for a reminder {before} before, and you are in this meeting",
    }
    text, html = (render_to_string(f"emails/{name}", context) for name in (f"{kind}.txt", "letter.html"))
    return Rendered(subject, text, html, None, facts.reply_to(told, user, people))


def message(notice: MeetingNotice) -> Letter:
    """The e-mail, with the same Message-ID at every attempt, so that a second copy can be told."""
    rendered = render(notice)
    return Letter(
        subject=rendered.subject,
        body=rendered.text,
        html=rendered.html,
        invitation=rendered.invitation,
        to=[notice.user.email],
        reply_to=rendered.reply_to,
        headers={"Message-ID": f"<{notice.message_id}@everwise>", "Auto-Submitted": "auto-generated"},
    )


def _subject(notice: MeetingNotice, told: Version, *, moved: bool) -> str:
    reader = notice.user.reader
    day, clock = timefmt.short_day(told.starts_at, reader, notice.event.at), timefmt.clock(told.starts_at, reader)
    when = f"{day}, {clock} {timefmt.zone_time(reader.zone)}"
    if moved and notice.kind == Happening.UPDATED:
        when = f"now {when}"

    def said(title: str) -> str:
        return render_to_string(f"emails/{notice.kind}_subject.txt", {"title": title, "when": when}).strip()

    return said(plaintext.shortened(told.title, SUBJECT_LENGTH - len(said(""))))


def _when_and_where(notice: MeetingNotice, told: Version) -> dict[str, object]:
    reader = notice.user.reader
    return {
        "title": told.title,
        "day": timefmt.long_day(told.starts_at, reader, notice.event.at),
        "range": timefmt.clock_range(*told.times, reader),
        "leaf": facts.leaf(told, reader),
        "zone": timefmt.zone_time(reader.zone, told.starts_at),
        "city": timefmt.city(reader.zone),
        "place": told.place,
    }


def _links(notice: MeetingNotice, may_open: bool, *, joins: bool) -> dict[str, str]:
    """The meeting's page and its room, for those who can open them."""
    meeting = notice.meeting
    return {
        "link": absolute(meeting.get_absolute_url()) if may_open else "",
        "join_link": absolute(reverse("meetings:join", args=[meeting.pk]))
        if may_open and joins and meeting.video_link
        else "",
        "settings_link": absolute(reverse("profile")),
        "path": plaintext.phrase(meeting.path.name),
    }


def _rescuers(notice: MeetingNotice) -> list[str] | None:
    """Who could hold the session at the same time; None where it is not the reader's to take.

    Read when the mail is made. The moment is the one at which it is due, before which it is never sent.
    """
    meeting, user, now = notice.meeting, notice.user, notice.due_at
    if lost_sessions.refusal(meeting, user, standings.meeting_standings(user, meeting), now) or lost_sessions.rescuer(
        meeting
    ):
        return None
    if lost_sessions.exhausted(meeting, user, now):
        return None
    free = lost_sessions.free(lost_sessions.openings(meeting, user, now), meeting)
    return [plaintext.phrase(str(expert.user)) for expert in free]


def _first_name(user: User) -> str:
    return plaintext.phrase(user.first_name)
