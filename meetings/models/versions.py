"""How a meeting was before and after a change of its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from everwise.accounts.models import User
from everwise.plaintext import one_line
from everwise.wording import phrase
from meetings.models import Meeting, MeetingEvent


@dataclass(frozen=True, slots=True)
class Version:
    """A meeting at one moment. People are ids as the history writes them; title and place are one line each."""

    title: str
    agenda: str
    place: str
    video_link: str
    starts_at: datetime
    ends_at: datetime
    organizer: str
    experts: tuple[str, ...]
    participants: tuple[str, ...]

    @property
    def people(self) -> tuple[str, ...]:
        return (*self.experts, *self.participants)

    @property
    def times(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.ends_at


def after(event: MeetingEvent, meeting: Meeting) -> Version:
    return _version(meeting, event.facts)


def before(event: MeetingEvent, meeting: Meeting) -> Version:
    """As it was just before; of a change that made the meeting, the same as after it."""
    return _version(meeting, {**event.facts, **event.facts.get("before", {})})


def present(meeting: Meeting) -> Version:
    """As it stands. Wants its people loaded (with_people)."""
    people = {"experts": meeting.experts, "participants": meeting.participants}
    return _version(meeting, {role: [str(user.pk) for user in users] for role, users in people.items()})


def people(ids: Iterable[str]) -> dict[str, User]:
    """By id, in order of name, people who need not be in the meeting any more, with their expert's page. One query."""
    wanted = set(ids)
    users = User.objects.filter(pk__in=wanted).select_related("expert").order_by("name", "pk") if wanted else []
    return {str(user.pk): user for user in users}


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """The names of people by id, in order of name. One query."""
    return {pk: phrase(str(user)) for pk, user in people(ids).items()}


def _version(meeting: Meeting, facts: dict) -> Version:
    """The oldest rows tell only the times and the people: the rest is as the meeting still is."""
    return Version(
        title=one_line(facts.get("title", meeting.title)),
        agenda=facts.get("agenda", meeting.agenda),
        place=one_line(facts.get("place", meeting.place)),
        video_link=facts.get("video_link", meeting.video_link),
        starts_at=_instant(facts.get("starts_at"), meeting.starts_at),
        ends_at=_instant(facts.get("ends_at"), meeting.ends_at),
        organizer=facts.get("organizer", str(meeting.organizer_id)),
        experts=tuple(facts.get("experts", ())),
        participants=tuple(facts.get("participants", ())),
    )


def _instant(text: str | None, known: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else known
