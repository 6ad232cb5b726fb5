"""Everybody who may stand before a gate, and the meetings that make them what they are."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import BusyCalendar, Expert
from meetings import booking
from meetings.booking import brief
from meetings.booking.answers import seen_answers
from meetings.booking.credits import taken_by
from meetings.enums import Kind
from meetings.models import HeldTime, Meeting
from paths import questions
from paths.enums import Role
from paths.importing import reading, stored
from paths.models import Path, PeopleImport, Theme
from paths.questions import Asking
from tests.meetings.waiting import a_held_time
from tests.scene import (
    NOW,
    a_dropin,
    a_participant,
    a_path,
    a_person,
    a_theme,
    add,
    an_admin,
    an_expert,
    at,
    book,
    leave,
)

# The columns of every table of gates.
PEOPLE = (
    "anonymous",
    "participant",  # in the meeting; a drop-in's organizer
    "other participant",  # of the path, not in the meeting
    "expert",  # in the meeting
    "other expert",  # of the path, not in the meeting
    "organizer",  # attends; of the drop-in they are its participant
    "scheduler",  # does not attend; organizes the ad-hoc meeting, but never a drop-in booked for another
    "admin",  # of the path
    "admin elsewhere",  # of another path
    "staff",  # a superuser without any role
    "left",  # is in the meeting, but no longer on the path
)


@dataclass(frozen=True)
class World:
    """`meetings` tells for each kind which one a person is asked about, by their name."""

    path: Path
    theme: Theme
    people: dict[str, User | None]
    meetings: dict[Kind, dict[str, Meeting]]
    calendar: BusyCalendar  # the expert's
    people_import: PeopleImport  # looked at by the path's admin
    held: HeldTime  # for the participant, with the other expert

    def person(self, name: str, kind: Kind = Kind.AD_HOC) -> User | None:
        return self.people["participant" if (kind, name) == (Kind.DROP_IN, "organizer") else name]


def signed_in(user: User | None, **kwargs) -> Client:
    client = Client(**kwargs)
    if user is not None:
        client.force_login(user)
    return client


def a_world() -> World:
    """Tomorrow's meetings; the clock stands at NOW."""
    path = a_path(change_until_minutes=60)
    expert, organizer, scheduler = (an_expert(path, name=name) for name in ("Eva", "Olga", "Otto"))
    theme = a_theme(path, expert)
    questions.put(theme, [Asking("What about?", required=False)])
    people = {
        "anonymous": None,
        "participant": a_participant(path, "Pia"),
        "other participant": a_participant(path, "Per"),
        "expert": expert.user,
        "other expert": an_expert(path, name="Ines").user,
        "organizer": organizer.user,
        "scheduler": scheduler.user,
        "admin": an_admin(path),
        "admin elsewhere": an_admin(a_path(), "Abe"),
        "staff": a_person("Sue", is_staff=True, is_superuser=True),
        "left": a_participant(path, "Lea"),
    }
    dropin = book(theme, people["participant"], at(10), by=scheduler.user)
    of_left = book(theme, people["left"], at(12))
    # Not before, so that the sessions are with the expert; to this one they can be given.
    theme.experts.add(people["other expert"].expert)
    plan = booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(14),
        ends_at=at(15),
        experts=(expert.user, organizer.user),
        participants=(people["participant"], people["left"]),
        organizer=organizer.user,
    )
    adhoc = add(path, plan, people["admin"])
    later = replace(plan, starts_at=at(15), ends_at=at(16), organizer=None)
    of_scheduler = add(path, later, scheduler.user)
    a_dropin(theme, people["participant"], expert, at(10, day=-3), note="Ask me how it went")
    leave(people["left"], path)
    dropins = dict.fromkeys(PEOPLE, dropin) | {"left": of_left}
    adhocs = dict.fromkeys(PEOPLE, adhoc) | {"scheduler": of_scheduler}
    calendar = BusyCalendar.objects.create(
        expert=expert, kind="address", label="Work", url="https://calendar.example.test/secret", next_read_at=at(0)
    )
    table = reading.read_text("email\nzanele@new.example")
    looked_at, _plan = stored.keep(path=path, table=table, file="", by=people["admin"], now=NOW, taken=taken_by)
    held = a_held_time(theme, people["participant"], people["other expert"], at(9, day=3))
    return World(path, theme, people, {Kind.DROP_IN: dropins, Kind.AD_HOC: adhocs}, calendar, looked_at, held)


def call_off(world: World, by: str = "admin") -> None:
    """Every drop-in cancelled by the path's admin, its own expert or its own participant; every ad-hoc deleted."""
    admin = world.people["admin"]
    for meeting in set(world.meetings[Kind.DROP_IN].values()):
        own = {} if by == "admin" else {"by": meeting.attendees.get(role=by).user}
        # Who has left the path can't cancel any more: the admin does.
        may = by != "participant" or own["by"] != world.people["left"]
        booking.cancel(meeting=meeting, now=NOW, **{"by": admin, **(own if may else {})})
    for meeting in set(world.meetings[Kind.AD_HOC].values()):
        booking.delete(meeting=meeting, by=admin, sequence=0, token=uuid4(), now=NOW)


def a_good_form(change: str, meeting: Meeting) -> dict[str, object]:
    """What a browser sends for this change of a coming meeting, times in UTC."""
    marks = {"token": str(uuid4()), "sequence": meeting.sequence}
    people = {role: list(meeting.attendees.filter(role=role).values_list("user", flat=True)) for role in Role.values}
    others = [user for role in ("participant", "expert") for user in people[role] if user != meeting.organizer_id]
    pia = meeting.attendees.filter(role=Role.PARTICIPANT).order_by("pk").first().user
    of_earlier = brief.earlier(pia, meeting.path_id, NOW)
    other_expert = Expert.objects.filter(user__name="Ines").values_list("pk", flat=True).first()
    return {
        "note": {"note": "About Tuesday"},
        "answers": {"seen": seen_answers(meeting.answers.all()), "answer_1": "On Tuesday"},
        "brief": {"seen": "", "brief": [text.key for text in of_earlier]},
        "reschedule": {**marks, "start": f"{at(11):%Y-%m-%dT%H:%M:%SZ}", "expert": ""},
        "reassign": {**marks, "expert": other_expert or 0, "message": "Sorry"},
        "cancel": {"sequence": meeting.sequence, "message": "Sorry"},
        "edit": {
            **marks,
            **a_manual_form(at(16, 30)),
            "experts": people["expert"],
            "participants": people["participant"],
            "organizer": meeting.organizer_id,
        },
        "hand-over": {**marks, "to": others[0]},
        "delete": {**marks, "message": "Sorry"},
    }[change]


def a_good_step(step: str, world: World, name: str) -> tuple[str, dict[str, object]]:
    """Address and form with which this person schedules a meeting on the path, a drop-in or one set by hand."""
    address, token = reverse(f"schedule:{step}", args=[world.path.pk]), {"token": str(uuid4())}
    participant = world.people["participant"]
    if step == "manually":
        people = {"experts": [world.people["expert"].pk], "participants": [participant.pk], "organizer": ""}
        return address, {**token, **a_manual_form(at(16, 30)), **people}
    query = {"theme": world.theme.pk, "start": f"{at(11):%Y-%m-%dT%H:%M:%SZ}"}
    if "participant" not in name:
        query["for"] = participant.pk
    return f"{address}?{urlencode(query)}", {**token, "expert": "any", "note": ""}


def a_manual_form(start: datetime, **fields) -> dict[str, object]:
    """The typed part of an ad-hoc meeting's form, half an hour from `start`."""
    when = {"date": f"{start:%Y-%m-%d}", "start": f"{start:%H:%M}", "duration": 30, "zone": "UTC"}
    return {"title": "Next steps", "agenda": "", "place": "", "video_link": "", **when, **fields}
