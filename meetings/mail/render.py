"""Renders the e-mail that a row of the outbox asks for. Sends nothing by itself; meetings/mail/outbox.py does."""

from typing import NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise import languages, plaintext, timefmt, wording
from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from meetings.booking import lost_sessions
from meetings.calendars import ical, invitations
from meetings.calendars.invitations import CalendarInvitation, MeetingNotice
from meetings.enums import Happening
from meetings.mail import changes, facts
from meetings.mail.mime import Letter
from meetings.models import Meeting, versions
from meetings.models.versions import Version
from meetings.permissions import standings

# Above the HTML, where the text greets.
HEADLINES = {
    Happening.BOOKED: gettext_lazy("You’re booked, %(name)s"),
    Happening.RESCHEDULED: gettext_lazy("Your session has moved"),
    Happening.REASSIGNED: gettext_lazy("Your session has another expert"),
    Happening.CANCELLED: gettext_lazy("Your session is cancelled"),
    Happening.SCHEDULED: gettext_lazy("You have a meeting, %(name)s"),
    Happening.UPDATED: gettext_lazy("Your meeting has changed"),
    Happening.HANDED_OVER: gettext_lazy("A new organizer"),
    Happening.DELETED: gettext_lazy("Your meeting is deleted"),
    Happening.REMOVED: gettext_lazy("You are no longer in this meeting"),
    # Words like "tomorrow" could be untrue of a late e-mail.
    Happening.REMINDER_DAY: gettext_lazy("Your meeting is coming up"),
    Happening.REMINDER_HOUR: gettext_lazy("Your meeting starts soon"),
}
# Of a session that goes on without its reader, or comes to them from another expert.
HEADLINES_OF_GIVEN = {
    Happening.CANCELLED: gettext_lazy("Another expert has your session"),
    Happening.BOOKED: gettext_lazy("You have a session, %(name)s"),
}
SUBJECT_LENGTH = 150
OVER = {Happening.CANCELLED, Happening.DELETED}
WITH_AGENDA = {Happening.SCHEDULED, Happening.UPDATED}
WITH_ORGANIZER = {*WITH_AGENDA, Happening.HANDED_OVER}
WITH_PLANS = {Happening.BOOKED, Happening.RESCHEDULED, Happening.REASSIGNED}


class Rendered(NamedTuple):
    subject: str
    text: str
    html: str
    invitation: CalendarInvitation | None
    reply_to: list[str]


def render(notice: MeetingNotice) -> Rendered:
    """What the e-mail says, in the reader's own language and zone; the HTML says the same as the text."""
    with languages.reading(notice.user.language):
        return _reminder(notice) if notice.starts_at else _news(notice)


def _news(notice: MeetingNotice) -> Rendered:
    """Tells a change, by the facts as they were when it happened."""
    event, kind, me = notice.event, Happening(notice.kind), str(notice.user_id)
    was, now = versions.before(event, notice.meeting), versions.after(event, notice.meeting)
    own = event.by_id == notice.user_id
    # Whoever is taken out reads of the meeting as they knew it, and of nobody whom they have not met there.
    farewell = me not in now.people and me != now.organizer
    told = was if farewell and not (own and kind == Happening.HANDED_OVER) else now
    # Asked now, not then: a mail that failed at first must not open a meeting to somebody taken out since.
    may_open = Meeting.objects.filter(pk=notice.meeting_id).visible_to(notice.user).exists()
    knows = own or may_open
    knows_people = knows or farewell or kind == Happening.DELETED
    users = versions.people({*was.people, *now.people, was.organizer, now.organizer})
    people = {pk: wording.phrase(str(user)) for pk, user in users.items()}
    new_experts = [people[pk] for pk in now.experts if pk in people] if was.experts != now.experts else []
    # A mail that failed at first may come after the one about a later change.
    outdated = notice.sequence < notice.meeting.sequence and (may_open or not farewell)
    calendar = invitations.invitation(notice, was, now, users, may_open=may_open)
    given = event.happening == Happening.REASSIGNED
    new = kind == Happening.BOOKED
    headlines = HEADLINES | HEADLINES_OF_GIVEN if given else HEADLINES
    subject = _subject(notice, told, moved=was.times != now.times, given=given)
    context = {
        "subject": subject,
        "kind": kind.value,
        "lead": f"emails/leads/{kind}.txt",
        "headline": headlines[kind] % {"name": _first_name(notice.user)},
        "over": kind in OVER,
        "shows_agenda": kind in WITH_AGENDA,
        "shows_organizer": kind in WITH_ORGANIZER,
        "shows_note": new,
        "first_name": _first_name(notice.user),
        "own": own,
        "by": wording.phrase(str(event.by)),
        "by_first_name": _first_name(event.by),
        "by_attends": str(event.by_id) in told.people,
        "attends": me in told.people,
        "added": event.happening == Happening.UPDATED,
        "farewell": farewell,
        "overridden": me in event.facts.get("overridden", ()),
        **_company(facts.others_of(told, notice.user, users) if knows_people else []),
        "elsewhere": facts.elsewhere(told, notice.user, users) if knows_people else [],
        "organizes": me == now.organizer,
        "organized": me == was.organizer != now.organizer,
        "organizer": people.get(now.organizer) if knows or (farewell and now.organizer in was.people) else "",
        "old_organizer": people.get(was.organizer) if str(event.by_id) != was.organizer else "",
        "given": given,
        "new_experts": wording.listed(new_experts),
        "changes": changes.lines(was, now, notice.user, people, event.at) if knows else [],
        "moved_from": changes.moved_from(was, now, notice.user.reader, event.at),
        "agenda": plaintext.lines(now.agenda) if knows else [],
        "note": plaintext.lines(notice.meeting.note) if knows and not own else [],
        "answers": _answers(notice.meeting) if new and may_open and not own and me in now.experts else [],
        "message": plaintext.lines(event.message),
        "outdated": outdated,
        "invites": calendar is not None and calendar.method == ical.REQUEST,
        "plans": facts.plans(notice.meeting, told, notice.user, event.at)
        if kind in WITH_PLANS and may_open and not outdated
        else None,
        **_when_and_where(notice, told),
        **_links(notice, may_open, joins=not farewell),
        "rescuers": _rescuers(notice) if kind == Happening.CANCELLED else None,
        "why": _why(notice, attends=me in told.people, still=may_open and not farewell and kind not in OVER),
    }
    text, html = (render_to_string(f"emails/{name}", context) for name in (f"{kind}.txt", "letter.html"))
    return Rendered(subject, text, html, calendar, facts.reply_to(told, notice.user, users))


def _reminder(notice: MeetingNotice) -> Rendered:
    """Tells no change, but the meeting as it stands at this moment."""
    meeting = notice.meeting = Meeting.objects.with_people().get(pk=notice.meeting_id)
    told, kind, user = versions.present(meeting), Happening(notice.kind), notice.user
    people = versions.people({*told.people, told.organizer})
    may_open = Meeting.objects.filter(pk=meeting.pk).visible_to(user).exists()
    subject = _subject(notice, told, moved=False)
    context = {
        "subject": subject,
        "kind": kind.value,
        "lead": f"emails/leads/{kind}.txt",
        "headline": str(HEADLINES[kind]),
        "is_dropin": meeting.is_dropin,
        "first_name": _first_name(user),
        "attends": True,
        **_company(facts.others_of(told, user, people)),
        "elsewhere": facts.elsewhere(told, user, people),
        "agenda": plaintext.lines(told.agenda),
        "shows_agenda": True,
        "note": plaintext.lines(meeting.note) if user in meeting.experts else [],
        "shows_note": True,
        "answers": _answers(meeting) if user in meeting.experts else [],
        "plans": facts.plans(meeting, told, user, notice.due_at) if may_open else None,
        **_when_and_where(notice, told),
        **_links(notice, may_open, joins=True),
        "why": _why_reminded(notice),
    }
    text, html = (render_to_string(f"emails/{name}", context) for name in (f"{kind}.txt", "letter.html"))
    return Rendered(subject, text, html, None, facts.reply_to(told, user, people))


def message(notice: MeetingNotice) -> Letter:
    """The e-mail, with the same Message-ID at every attempt, so that a second copy can be recognized."""
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


def _subject(notice: MeetingNotice, told: Version, *, moved: bool, given: bool = False) -> str:
    reader = notice.user.reader
    day, clock = timefmt.short_day(told.starts_at, reader, notice.event.at), timefmt.clock(told.starts_at, reader)
    when = {"day": day, "clock": clock, "zone": timefmt.zone_time(reader.zone), "moved": moved, "given": given}

    def said(title: str) -> str:
        return " ".join(render_to_string(f"emails/{notice.kind}_subject.txt", {"title": title, **when}).split())

    return said(plaintext.shortened(told.title, SUBJECT_LENGTH - len(said(""))))


def _when_and_where(notice: MeetingNotice, told: Version) -> dict[str, object]:
    reader = notice.user.reader
    return {
        "title": told.title,
        "day": timefmt.long_day(told.starts_at, reader, notice.event.at),
        "short_day": timefmt.short_day(told.starts_at, reader, notice.event.at),
        "clock": timefmt.clock(told.starts_at, reader),
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
        if may_open and joins and meeting.has_room
        else "",
        "settings_link": absolute(reverse("profile")),
    }


def _company(others: list[dict[str, object]]) -> dict[str, object]:
    return {"company": others, "company_names": wording.listed([str(each["name"]) for each in others])}


def _why(notice: MeetingNotice, *, attends: bool, still: bool) -> str:
    """Why somebody gets the e-mail: what they are to the meeting, or were."""
    if attends and still:
        said = _("You get this e-mail because you are in this meeting, on the path %(path)s.")
    elif attends:
        said = _("You get this e-mail because you were in this meeting, on the path %(path)s.")
    elif still:
        said = _("You get this e-mail because you are its organizer, on the path %(path)s.")
    else:
        said = _("You get this e-mail because you were its organizer, on the path %(path)s.")
    return said % {"path": _path(notice)}


def _why_reminded(notice: MeetingNotice) -> str:
    if notice.kind == Happening.REMINDER_DAY:
        said = _(
            "You get this e-mail because your profile asks for a reminder a day before, and you are in this meeting,"
            " on the path %(path)s."
        )
    else:
        said = _(
            "You get this e-mail because your profile asks for a reminder an hour before, and you are in this meeting,"
            " on the path %(path)s."
        )
    return said % {"path": _path(notice)}


def _path(notice: MeetingNotice) -> str:
    return wording.phrase(notice.meeting.path.name)


def _answers(meeting: Meeting) -> list[dict[str, object]]:
    """What the participant has answered by now: for the expert alone."""
    rows = meeting.answers.exclude(text="")
    return [{"question": plaintext.one_line(row.question), "lines": plaintext.lines(row.text)} for row in rows]


def _rescuers(notice: MeetingNotice) -> list[str] | None:
    """Who could hold the session at the same time; None where it is not the reader's to take.

    Read when the mail is made. The moment is the one at which it is due, before which it is never sent.
    """
    meeting, user, now = notice.meeting, notice.user, notice.due_at
    if lost_sessions.refusal(meeting, user, standings.meeting_standings(user, meeting), now) or lost_sessions.rescuer(
        meeting
    ):
        return None
    allowance = lost_sessions.allowance_for(meeting, user, now)
    if lost_sessions.obstacle(allowance, meeting, user, now):
        return None
    free = lost_sessions.free(lost_sessions.openings(meeting, user, now), meeting)
    return [wording.phrase(str(expert.user)) for expert in free]


def _first_name(user: User) -> str:
    return wording.phrase(user.first_name)
