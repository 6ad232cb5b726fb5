"""A meeting's history in words, newest first."""

from datetime import datetime

from everwise import timefmt
from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings.enums import Happening
from meetings.models import Meeting, MeetingEvent
from meetings.summaries import names


def lines(meeting: Meeting, user: User) -> list[dict[str, object]]:
    """Each change as {"text", "at"}. A line about the note never tells what the note was."""
    events = list(meeting.events.select_related("by").order_by("-at", "-pk"))
    people = _people_of(events)
    return [{"text": _text(event, user, people), "at": event.at} for event in events]


def _people_of(events: list[MeetingEvent]) -> dict[str, User]:
    """Everybody named in a change of experts, by id as the facts write it."""
    ids = {
        person
        for event in events
        if "experts" in event.facts.get("before", {})
        for person in (*event.facts["before"]["experts"], *event.facts["experts"])
    }
    return {str(user.pk): user for user in User.objects.filter(pk__in=ids)} if ids else {}


def _text(event: MeetingEvent, user: User, people: dict[str, User]) -> str:
    by = "you" if event.by_id == user.pk else str(event.by)
    if event.happening != Happening.RESCHEDULED:
        return f"{event.get_happening_display()} by {by}"
    text = f"Moved by {by}"
    before = event.facts.get("before", {})
    if "starts_at" in before:
        old, new = _moment(before["starts_at"], user.reader), _moment(event.facts["starts_at"], user.reader)
        text += f" from {old} to {new}"
    if "experts" in before:
        old_experts, new_experts = (_names(ids, people) for ids in (before["experts"], event.facts["experts"]))
        text += f", with {new_experts} instead of {old_experts}"
    return text


def _moment(text: str, reader: Reader) -> str:
    instant = datetime.fromisoformat(text)
    return f"{timefmt.tiny_day(instant, reader)}, {timefmt.clock(instant, reader)}"


def _names(ids: list[str], people: dict[str, User]) -> str:
    return names([people[person] for person in ids if person in people])
