"""Random histories, played to pretend calendars: whatever order messages come in, each ends as the database says."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest

from meetings import booking
from meetings.calendars import invitations
from meetings.enums import Status
from meetings.mail import render
from meetings.models import Meeting, Notice
from paths.models import Path
from tests.meetings.calendars import strict
from tests.scene import NOW, a_participant, a_path, a_theme, accepted, add, an_admin, an_expert, at, book, edit
from tests.thoroughness import drawn

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
HISTORIES = drawn(160)
STEPS = 5


@dataclass
class Client:
    """One person's calendar: keeps of each UID the message with the highest SEQUENCE (RFC 5546, 2.1.5).

    Of equal ones it takes the last to come, as programs do that never look at DTSTAMP: a sequence alone must decide.
    """

    kept: dict[str, strict.Message] = field(default_factory=dict)

    def take(self, message: strict.Message) -> None:
        known = self.kept.get(message.uid)
        if known is None or message.sequence >= known.sequence:
            self.kept[message.uid] = message

    def shown(self) -> dict[str, tuple]:
        return {
            uid: (one.starts_at, one.ends_at, one.summary, one.location, frozenset(one.attendees))
            for uid, one in self.kept.items()
            if one.method == "REQUEST"
        }


class World:
    """A path with a few people on it, and moves that one of them may make."""

    def __init__(self, chance: random.Random):
        self.chance, self.clock = chance, NOW
        # Messages as the worker made them soon after their change, by the notice's key.
        self.prompt: dict[int, strict.Message] = {}
        self.path: Path = a_path(change_until_minutes=0)
        self.admin = an_admin(self.path)
        self.experts = [an_expert(self.path, name=name) for name in ("Eva", "Elio")]
        self.participants = [a_participant(self.path, name) for name in ("Pia", "Per")]
        self.theme = a_theme(self.path, *self.experts)
        self.people = [self.admin, *(expert.user for expert in self.experts), *self.participants]

    def now(self):
        self.clock += timedelta(minutes=1)
        return self.clock

    def start(self):
        return at(self.chance.randrange(9, 16), self.chance.choice([0, 30]), day=self.chance.randrange(2, 20))

    def book(self):
        book(self.theme, self.chance.choice(self.participants), self.start(), now=self.now())

    def add(self):
        plan = self._plan()
        add(self.path, plan, self.admin, now=self.now(), accepted=accepted(plan))

    def move(self):
        if meeting := self._any(kind="dropin"):
            booking.reschedule(
                meeting=meeting, by=self.admin, start=self.start(), token=uuid4(), now=self.now(), any_expert=True
            )

    def cancel(self):
        if meeting := self._any(kind="dropin"):
            booking.cancel(meeting=meeting, by=self.admin, now=self.now())

    def edit(self):
        if meeting := self._any(kind="adhoc"):
            plan = self._plan()
            edit(meeting, plan, self.admin, now=self.now(), accepted=accepted(plan))

    def hand_over(self):
        if meeting := self._any(kind="adhoc"):
            to = self.chance.choice(self.people)
            booking.hand_over(
                meeting=meeting, to=to, by=self.admin, sequence=meeting.sequence, token=uuid4(), now=self.now()
            )

    def delete(self):
        if meeting := self._any(kind="adhoc"):
            booking.delete(meeting=meeting, by=self.admin, sequence=meeting.sequence, token=uuid4(), now=self.now())

    def _any(self, kind) -> Meeting | None:
        found = list(Meeting.objects.scheduled().filter(kind=kind))
        return self.chance.choice(found) if found else None

    def _plan(self):
        start, users = self.start(), [expert.user for expert in self.experts]
        experts = tuple(self.chance.sample(users, self.chance.choice([1, 2])))
        participants = tuple(self.chance.sample(self.participants, self.chance.choice([1, 2])))
        return booking.MeetingPlan(
            title=self.chance.choice(["First steps", "Feedback; round, two", "Zoë’s “plan”"]),
            starts_at=start,
            ends_at=start + timedelta(minutes=self.chance.choice([15, 45])),
            experts=experts,
            participants=participants,
            place=self.chance.choice(["", "Lake room"]),
            organizer=self.chance.choice([None, *experts, *participants]),
        )

    def play(self):
        for move in [self.chance.choice([self.book, self.add]), *self._moves()]:
            try:
                move()
            except booking.BookingError:
                continue
            self.prompt |= read_messages(self._notices().exclude(pk__in=self.prompt))

    def _notices(self):
        return Notice.objects.filter(meeting__path=self.path)

    def _moves(self):
        moves = [
            self.book,
            self.add,
            self.move,
            self.move,
            self.cancel,
            self.edit,
            self.edit,
            self.hand_over,
            self.delete,
        ]
        return [self.chance.choice(moves) for _ in range(STEPS)]

    def truth(self, user) -> dict[str, tuple]:
        """What the person's calendar must show: their scheduled meetings, as the tables have them."""
        mine = Meeting.objects.of(user).filter(status=Status.SCHEDULED).with_people()
        return {
            invitations.uid(one): (
                one.starts_at,
                one.ends_at,
                one.title,
                one.place or f"http://testserver/meetings/{one.pk}/join/" * bool(one.video_link),
                # A participant's own calendar holds the experts' addresses and their own, nobody else's.
                frozenset(
                    person.email
                    for person in {*one.experts, *one.participants, one.organizer}
                    if user not in one.participants or person == user or person in one.experts
                ),
            )
            for one in mine
        }


def read_messages(rows) -> dict[int, strict.Message]:
    """What these rows of the outbox would carry if they were sent now, by their keys, in order."""
    wanted = rows.filter(starts_at=None).select_related("event__by", "meeting__path", "user").order_by("pk")
    found = {row.pk: render.render(row).invitation for row in wanted}
    read = {pk: (one.method, strict.read(one.content)) for pk, one in found.items() if one}
    assert all(method == message.method for method, message in read.values())
    return {pk: message for pk, (_, message) in read.items()}


@pytest.mark.parametrize("part", range(10))
def test_every_calendar_ends_as_the_database_says(part):
    for number in range(part * HISTORIES // 10, (part + 1) * HISTORIES // 10):
        chance = random.Random(number)
        world = World(chance)
        world.play()
        for user in world.people:
            late, truth = read_messages(Notice.objects.filter(user=user)), world.truth(user)
            prompt = [world.prompt[pk] for pk in late]
            # A worker that was down for a while sends some when they are new and some when all is over.
            mixed = [chance.choice([world.prompt[pk], late[pk]]) for pk in late]
            for messages in (prompt, list(late.values()), mixed):
                shuffled = chance.sample(messages, len(messages))
                for order in (messages, shuffled, shuffled + messages[::-1]):
                    client = Client()
                    for message in order:
                        client.take(message)
                    assert client.shown() == truth, (number, str(user))
