"""A meeting's history in words, newest first."""

from datetime import datetime

from django.utils.translation import gettext, pgettext

from everwise import timefmt, wording
from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings.enums import OUTCOMES, Happening, Status
from meetings.models import Meeting, MeetingEvent, versions
from meetings.models.versions import Version


def lines(meeting: Meeting, user: User) -> list[dict[str, object]]:
    """Each change as {"text", "at"}. A line about the note or the agenda never shows what it was."""
    events = list(meeting.events.select_related("by").order_by("-at", "-pk"))
    people = versions.names_of(person for event in events for person in named(event))
    return [{"text": _text(event, meeting, user, people), "at": event.at} for event in events]


def named(event: MeetingEvent) -> set[str]:
    """The ids of everybody whom the line of this change names, save who made it."""
    facts, was = event.facts, event.facts.get("before", {})
    ids = {person for key in ("experts", "participants") if key in was for person in (*was[key], *facts.get(key, ()))}
    ids |= {side["organizer"] for side in (was, facts) if "organizer" in was and "organizer" in side}
    return ids | set(facts.get("overridden", ()))


def _text(event: MeetingEvent, meeting: Meeting, user: User, people: dict[str, str]) -> str:
    by = None if event.by_id == user.pk else wording.phrase(str(event.by))
    was, now = versions.before(event, meeting), versions.after(event, meeting)
    if event.happening == Happening.RESCHEDULED:
        return _rescheduled(event, was, now, by, user.reader, people)
    if event.happening == Happening.REASSIGNED:
        return _reassigned(was, now, by, people)
    if event.happening == Happening.HANDED_OVER:
        return _handed_over(event, was, now, by, people)
    if event.happening == Happening.OUTCOME:
        return _outcome(event, by)
    text = _done(Happening(event.happening), by)
    changes = updates(event, was, now, user.reader, people) if event.happening == Happening.UPDATED else []
    if against := event.facts.get("overridden"):
        changes.append(_outside(against, user, people))
    if not changes:
        return text
    # Translators: %(change)s is “Updated by Ann”, %(details)s what was changed, piece by piece.
    return gettext("%(change)s: %(details)s") % {"change": text, "details": "; ".join(changes)}


def _done(happening: Happening, by: str | None) -> str:
    """Who did it, None for the reader."""
    texts = {
        Happening.BOOKED: (gettext("Booked by you"), gettext("Booked by %(person)s")),
        Happening.CANCELLED: (gettext("Cancelled by you"), gettext("Cancelled by %(person)s")),
        Happening.NOTE_CHANGED: (gettext("Note changed by you"), gettext("Note changed by %(person)s")),
        Happening.ANSWERS_CHANGED: (gettext("Answers changed by you"), gettext("Answers changed by %(person)s")),
        Happening.BRIEF_CHANGED: (
            gettext("Earlier notes for the expert chosen by you"),
            gettext("Earlier notes for the expert chosen by %(person)s"),
        ),
        Happening.CALENDAR_DECLINED: (
            gettext("Declined in your calendar; nothing was changed"),
            gettext("Declined by %(person)s in their calendar; nothing was changed"),
        ),
        Happening.CALENDAR_ACCEPTED: (
            gettext("Declined in your calendar no longer"),
            gettext("Declined by %(person)s in their calendar no longer"),
        ),
        Happening.SCHEDULED: (gettext("Scheduled by you"), gettext("Scheduled by %(person)s")),
        Happening.UPDATED: (gettext("Updated by you"), gettext("Updated by %(person)s")),
        Happening.DELETED: (gettext("Deleted by you"), gettext("Deleted by %(person)s")),
    }
    yours, theirs = texts[happening]
    return yours if by is None else theirs % {"person": by}


def _outside(against: list[str], user: User, people: dict[str, str]) -> str:
    if against == [str(user.pk)]:
        return gettext("outside your free time, on purpose")
    return gettext("outside the free time of %(people)s, on purpose") % {"people": names_of(against, people)}


def _rescheduled(
    event: MeetingEvent, was: Version, now: Version, by: str | None, reader: Reader, people: dict[str, str]
) -> str:
    words = {
        "person": by,
        "old": moment(was.starts_at, reader, event.at),
        "new": moment(now.starts_at, reader, event.at),
        "expert": names_of(now.experts, people),
        "before": names_of(was.experts, people),
    }
    moved, changed = was.starts_at != now.starts_at, was.experts != now.experts
    if moved and changed:
        yours = gettext("Moved by you from %(old)s to %(new)s, with %(expert)s instead of %(before)s")
        theirs = gettext("Moved by %(person)s from %(old)s to %(new)s, with %(expert)s instead of %(before)s")
    elif moved:
        yours = gettext("Moved by you from %(old)s to %(new)s")
        theirs = gettext("Moved by %(person)s from %(old)s to %(new)s")
    elif changed:
        yours = gettext("Moved by you, with %(expert)s instead of %(before)s")
        theirs = gettext("Moved by %(person)s, with %(expert)s instead of %(before)s")
    else:
        yours, theirs = gettext("Moved by you"), gettext("Moved by %(person)s")
    return (yours if by is None else theirs) % words


def _reassigned(was: Version, now: Version, by: str | None, people: dict[str, str]) -> str:
    words = {"person": by, "expert": names_of(now.experts, people), "before": names_of(was.experts, people)}
    yours = gettext("Given by you to %(expert)s instead of %(before)s")
    theirs = gettext("Given by %(person)s to %(expert)s instead of %(before)s")
    return (yours if by is None else theirs) % words


def _outcome(event: MeetingEvent, by: str | None) -> str:
    was, marked = Status(event.facts["before"]["outcome"]), Status(event.facts["outcome"])
    words = {"person": by, "outcome": marked.label, "before": was.label}
    if was in OUTCOMES:
        yours = gettext("Marked as “%(outcome)s” by you, instead of “%(before)s”")
        theirs = gettext("Marked as “%(outcome)s” by %(person)s, instead of “%(before)s”")
    else:
        yours = gettext("Marked as “%(outcome)s” by you")
        theirs = gettext("Marked as “%(outcome)s” by %(person)s")
    return (yours if by is None else theirs) % words


def _handed_over(event: MeetingEvent, was: Version, now: Version, by: str | None, people: dict[str, str]) -> str:
    words = {"person": by, "giver": name_of(was.organizer, people), "organizer": name_of(now.organizer, people)}
    # Who gives away their own place is not named twice.
    if was.organizer == str(event.by_id):
        yours = gettext("Handed over by you to %(organizer)s")
        theirs = gettext("Handed over by %(person)s to %(organizer)s")
    else:
        yours = gettext("Handed over by you from %(giver)s to %(organizer)s")
        theirs = gettext("Handed over by %(person)s from %(giver)s to %(organizer)s")
    return (yours if by is None else theirs) % words


def updates(event: MeetingEvent, was: Version, now: Version, reader: Reader, people: dict[str, str]) -> list[str]:
    """What an update has changed, each in a few words."""
    changes = []
    if was.starts_at != now.starts_at:
        old, new = (moment(version.starts_at, reader, event.at) for version in (was, now))
        changes.append(gettext("moved from %(old)s to %(new)s") % {"old": old, "new": new})
    if was.ends_at - was.starts_at != now.ends_at - now.starts_at:
        changes.append(gettext("length from %(old)s to %(new)s") % {"old": _length(was), "new": _length(now)})
    if was.title != now.title:
        changes.append(
            gettext("title “%(old)s” to “%(new)s”")
            % {"old": wording.isolated(was.title), "new": wording.isolated(now.title)}
        )
    changes += _moves(was, now, people)
    if was.place != now.place:
        changes.append(_place(was.place, now.place))
    if was.video_link != now.video_link:
        changes.append(_video_link(was.video_link, now.video_link))
    if was.agenda != now.agenda:
        changes.append(_agenda(was.agenda, now.agenda))
    if was.organizer != now.organizer:
        words = {"old": name_of(was.organizer, people), "new": name_of(now.organizer, people)}
        changes.append(gettext("organizer from %(old)s to %(new)s") % words)
    return changes


def _moves(was: Version, now: Version, people: dict[str, str]) -> list[str]:
    """“Maya in, Jonas out”; somebody who stays in another role is “Ines now an expert”."""
    moves = (
        (gettext("%(person)s in"), now.people, was.people, False),
        (gettext("%(person)s out"), was.people, now.people, False),
        (gettext("%(person)s now an expert"), now.experts, was.participants, True),
        (gettext("%(person)s now a participant"), now.participants, was.experts, True),
    )
    said = [
        text % {"person": name_of(person, people)}
        for text, these, those, both in moves
        for person in these
        if (person in those) == both
    ]
    return [", ".join(said)] if said else []


def _place(old: str, new: str) -> str:
    if old and new:
        return gettext("place “%(old)s” to “%(new)s”") % {"old": wording.isolated(old), "new": wording.isolated(new)}
    return (
        gettext("place “%(place)s” added") % {"place": wording.isolated(new)}
        if new
        else gettext("place “%(place)s” removed") % {"place": wording.isolated(old)}
    )


def _video_link(old: str, new: str) -> str:
    if old and new:
        return gettext("video link changed")
    return gettext("video link added") if new else gettext("video link removed")


def _agenda(old: str, new: str) -> str:
    if old and new:
        return gettext("agenda changed")
    return gettext("agenda added") if new else gettext("agenda removed")


def _length(version: Version) -> str:
    return timefmt.gap(int((version.ends_at - version.starts_at).total_seconds()))


def moment(instant: datetime, reader: Reader, now: datetime) -> str:
    words = {"day": timefmt.tiny_day(instant, reader, now), "time": timefmt.clock(instant, reader)}
    return gettext("%(day)s, %(time)s") % words


def name_of(person: str, people: dict[str, str]) -> str:
    return people.get(person) or pgettext("instead of a name", "somebody")


def names_of(ids: list[str] | tuple[str, ...], people: dict[str, str]) -> str:
    return wording.names([people[person] for person in ids if person in people])
