"""A meeting's history in words, newest first."""

from datetime import datetime

from everwise import timefmt, wording
from everwise.accounts.models import User
from everwise.plaintext import phrase
from everwise.timefmt import Reader
from meetings.enums import OUTCOMES, Happening, Status
from meetings.models import Meeting, MeetingEvent, versions
from meetings.models.versions import Version


def lines(meeting: Meeting, user: User) -> list[dict[str, object]]:
    """Each change as {"text", "at"}. A line about the note or the agenda never tells what it was."""
    events = list(meeting.events.select_related("by").order_by("-at", "-pk"))
    people = versions.names_of(person for event in events for person in _named(event))
    return [{"text": _text(event, meeting, user, people), "at": event.at} for event in events]


def _named(event: MeetingEvent) -> set[str]:
    """The ids of everybody whom the line of this change names, save who made it."""
    facts, was = event.facts, event.facts.get("before", {})
    ids = {person for key in ("experts", "participants") if key in was for person in (*was[key], *facts.get(key, ()))}
    ids |= {side["organizer"] for side in (was, facts) if "organizer" in was and "organizer" in side}
    return ids | set(facts.get("overridden", ()))


def _text(event: MeetingEvent, meeting: Meeting, user: User, people: dict[str, str]) -> str:
    by = "you" if event.by_id == user.pk else phrase(str(event.by))
    was, now = versions.before(event, meeting), versions.after(event, meeting)
    if event.happening == Happening.RESCHEDULED:
        return _rescheduled(event, was, now, by, user.reader, people)
    if event.happening == Happening.HANDED_OVER:
        return _handed_over(event, was, now, by, people)
    if event.happening == Happening.OUTCOME:
        return _outcome(event, by)
    text = f"{event.get_happening_display()} by {by}"
    told = _updates(event, was, now, user.reader, people) if event.happening == Happening.UPDATED else []
    if against := event.facts.get("overridden"):
        whose = "your" if against == [str(user.pk)] else f"{_names(against, people)}’s"
        told.append(f"outside {whose} free time, on purpose")
    return f"{text}: {'; '.join(told)}" if told else text


def _rescheduled(
    event: MeetingEvent, was: Version, now: Version, by: str, reader: Reader, people: dict[str, str]
) -> str:
    text = f"Moved by {by}"
    if was.starts_at != now.starts_at:
        text += f" from {_moment(was.starts_at, reader, event.at)} to {_moment(now.starts_at, reader, event.at)}"
    if was.experts != now.experts:
        text += f", with {_names(now.experts, people)} instead of {_names(was.experts, people)}"
    return text


def _outcome(event: MeetingEvent, by: str) -> str:
    was, marked = Status(event.facts["before"]["outcome"]), Status(event.facts["outcome"])
    instead = f", instead of “{was.label}”" if was in OUTCOMES else ""
    return f"Marked as “{marked.label}” by {by}{instead}"


def _handed_over(event: MeetingEvent, was: Version, now: Version, by: str, people: dict[str, str]) -> str:
    # Who gives away her own place is not named twice.
    giver = "" if was.organizer == str(event.by_id) else f" from {_name(was.organizer, people)}"
    return f"Handed over by {by}{giver} to {_name(now.organizer, people)}"


def _updates(event: MeetingEvent, was: Version, now: Version, reader: Reader, people: dict[str, str]) -> list[str]:
    """What an update has changed, each in a few words."""
    told = []
    if was.starts_at != now.starts_at:
        old, new = (_moment(version.starts_at, reader, event.at) for version in (was, now))
        told.append(f"moved from {old} to {new}")
    if was.ends_at - was.starts_at != now.ends_at - now.starts_at:
        told.append(f"length from {_length(was)} to {_length(now)}")
    if was.title != now.title:
        told.append(f"title “{was.title}” to “{now.title}”")
    if moves := _moves(was, now, people):
        told.append(moves)
    if was.place != now.place:
        told.append(_swap("place", was.place, now.place))
    if was.video_link != now.video_link:
        told.append(f"video link {'changed' if was.video_link and now.video_link else _gain(now.video_link)}")
    if was.agenda != now.agenda:
        told.append(f"agenda {'changed' if was.agenda and now.agenda else _gain(now.agenda)}")
    if was.organizer != now.organizer:
        told.append(f"organizer from {_name(was.organizer, people)} to {_name(now.organizer, people)}")
    return told


def _moves(was: Version, now: Version, people: dict[str, str]) -> str:
    """“Maya in, Jonas out”; somebody who stays in another role is “Ines now an expert”."""
    told = [f"{_name(person, people)} in" for person in now.people if person not in was.people]
    told += [f"{_name(person, people)} out" for person in was.people if person not in now.people]
    told += [f"{_name(person, people)} now an expert" for person in now.experts if person in was.participants]
    told += [f"{_name(person, people)} now a participant" for person in now.participants if person in was.experts]
    return ", ".join(told)


def _swap(word: str, old: str, new: str) -> str:
    if old and new:
        return f"{word} “{old}” to “{new}”"
    return f"{word} “{new or old}” {_gain(new)}"


def _gain(new: str) -> str:
    return "added" if new else "removed"


def _length(version: Version) -> str:
    return timefmt.gap(int((version.ends_at - version.starts_at).total_seconds()))


def _moment(instant: datetime, reader: Reader, now: datetime) -> str:
    return f"{timefmt.tiny_day(instant, reader, now)}, {timefmt.clock(instant, reader)}"


def _name(person: str, people: dict[str, str]) -> str:
    return people.get(person, "somebody")


def _names(ids: list[str] | tuple[str, ...], people: dict[str, str]) -> str:
    return wording.names([people[person] for person in ids if person in people])
