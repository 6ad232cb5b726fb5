"""The history of a path: a sentence for each kind of event, without what people have written to each other."""

from uuid import uuid4

import pytest
from django.urls import reverse

from everwise.accounts.models import User
from everwise.wording import isolated
from meetings import booking
from meetings.enums import Happening, Kind, Status
from meetings.models import MeetingEvent, Note
from meetings.pages.history.of_paths import SENTENCES
from paths import history
from paths.enums import Happened, Via
from paths.models import PathEvent
from tests.meetings.pages.history.scene import get, lines, sentences, write
from tests.scene import NOW, a_meeting, a_path, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


# Whose name was blanked.
A_THEME = isolated("a theme")

# What is written, and what the admin Ruth, who did it, and the admin Dana read.
PATH_LINES = [
    (Happened.CREATED, {}, "made this path", ""),
    (Happened.CREATED, {"source": "7b0a3c9e"}, "made this path as a copy of another one", ""),
    (Happened.ADDED, {"role": "participant"}, "added Maya Lindqvist as a participant", ""),
    (Happened.ADDED, {"role": "expert"}, "added Maya Lindqvist as an expert", ""),
    (Happened.ADDED, {"role": "admin"}, "made Maya Lindqvist an admin", ""),
    (Happened.ADDED, {}, "added Maya Lindqvist", ""),
    (Happened.INVITED, {"role": "participant"}, "invited Maya Lindqvist as a participant", ""),
    (Happened.INVITED, {"role": "expert"}, "invited Maya Lindqvist as an expert", ""),
    (Happened.INVITED, {"role": "admin"}, "invited Maya Lindqvist as an admin", ""),
    (Happened.INVITED, {}, "invited Maya Lindqvist", ""),
    (Happened.INVITED_AGAIN, {"role": "expert"}, "invited Maya Lindqvist again", ""),
    (Happened.WITHDRAWN, {"role": "expert"}, "withdrew the invitation of Maya Lindqvist", ""),
    (Happened.ACCEPTED, {"role": "expert"}, "accepted the invitation", ""),
    (Happened.DECLINED, {"role": "expert"}, "declined the invitation", ""),
    (
        Happened.ROLE_CHANGED,
        {"roles": ["participant"], "role": "expert"},
        "made Maya Lindqvist an expert",
        "Before: Participant.",
    ),
    (
        Happened.ROLE_CHANGED,
        {"roles": ["admin", "expert"], "role": "participant"},
        "made Maya Lindqvist a participant",
        "Before: Admin, Expert.",
    ),
    (Happened.ROLE_CHANGED, {"role": "admin"}, "made Maya Lindqvist an admin", ""),
    (Happened.ROLE_CHANGED, {}, "changed the role of Maya Lindqvist", ""),
    (Happened.DESCRIBED, {"what": ["name"]}, "changed the name of Maya Lindqvist", ""),
    (Happened.DESCRIBED, {"what": ["time_zone"]}, "changed the time zone of Maya Lindqvist", ""),
    (Happened.DESCRIBED, {}, "changed the name and the time zone of Maya Lindqvist", ""),
    (
        Happened.EXTRA_SESSIONS,
        {"number": 1, "before": {"total": 6}, "total": 7},
        "gave Maya Lindqvist 1 extra session",
        "7 in all, 6 before.",
    ),
    (
        Happened.EXTRA_SESSIONS,
        {"number": -2, "before": {"total": 6}, "total": 4},
        "took 2 sessions back from Maya Lindqvist",
        "4 in all, 6 before.",
    ),
    (
        Happened.SETTINGS_CHANGED,
        {
            "changed": ["sessions_per_month", "most_moves"],
            "before": {"sessions_per_month": None, "most_moves": 2},
            "after": {"sessions_per_month": 2, "most_moves": None},
        },
        "changed the settings",
        "Sessions in one month: 2, before no limit. Moves of one session: no limit, before 2.",
    ),
    (
        Happened.ENDED,
        {"roles": ["expert"], "role": None, "meetings": {"give": 2, "hand": 1, "cancel": 1, "remove": 1, "keep": 2}},
        "ended the membership of Maya Lindqvist",
        "3 meetings were given to others. 1 meeting was cancelled. They were taken out of 1 meeting."
        " They stay in 2 meetings.",
    ),
    (Happened.ENDED, {"role": "expert"}, "ended the membership of Maya Lindqvist", ""),
    (Happened.OPENED, {"participants": 0}, "opened this path", ""),
    (Happened.OPENED, {"participants": 124}, "opened this path", "124 participants were told."),
    (Happened.CLOSED, {}, "closed this path early", ""),
    (Happened.OPENED_AGAIN, {"before": {"closed_at": "2026-11-01T08:00:00+00:00"}}, "opened this path again", ""),
    (Happened.DEACTIVATED, {}, "deactivated Maya Lindqvist", ""),
    (Happened.ERASED, {}, "erased what was known of Maya Lindqvist", ""),
    (Happened.REMINDED, {}, "asked Maya Lindqvist for their hours", ""),
    (Happened.TOLD, {}, "told Maya Lindqvist that their calendar can’t be read", ""),
    (Happened.THEME_ADDED, {}, f"added the theme “{A_THEME}”", ""),
    (
        Happened.THEME_CHANGED,
        {"before": {"minutes": 30, "experts": [1, 2]}, "after": {"minutes": 45, "experts": [1]}},
        f"changed the theme “{A_THEME}”",
        "45 minutes instead of 30 minutes. 1 expert takes it now, 2 before.",
    ),
    (
        Happened.THEME_MOVED,
        {"before": 1, "after": 2},
        f"moved the theme “{A_THEME}” in the list",
        "From place 1 to place 2.",
    ),
    (Happened.THEME_RETIRED, {}, f"retired the theme “{A_THEME}”", ""),
    (Happened.THEME_BACK, {}, f"brought the theme “{A_THEME}” back", ""),
]


@pytest.mark.parametrize(("what", "facts", "sentence", "detail"), PATH_LINES)
def test_what_happened_to_people(world, what, facts, sentence, detail):
    write(world, what, world.ruth, world.maya, facts=facts)

    assert lines(world, world.ruth) == [(f"You {sentence}", detail, "Web")]
    assert lines(world, world.dana) == [(f"Ruth Abara {sentence}", detail, "Web")]


def test_every_kind_has_its_sentence():
    assert set(SENTENCES) == set(Happened) == {line[0] for line in PATH_LINES}


def test_leaving_oneself_is_another_sentence(world):
    write(world, Happened.ENDED, world.maya, world.maya, facts={"role": "participant"})

    assert sentences(world) == ["Maya Lindqvist left this path"]


@pytest.mark.parametrize(
    ("via", "shown", "who"),
    [
        (Via.EMAIL, "E-mail link", "Ruth Abara"),
        (Via.ADMIN, "Django admin", "Ruth Abara (staff)"),
        (Via.EVERWISE, "Everwise", "Ruth Abara"),
    ],
)
def test_from_where(world, via, shown, who):
    write(world, Happened.INVITED_AGAIN, world.ruth, world.maya, via=via)

    assert lines(world, world.dana) == [(f"{who} invited Maya Lindqvist again", "", shown)]


def test_everwise_itself(world):
    write(world, Happened.WITHDRAWN, None, world.maya, via=Via.EVERWISE)

    assert sentences(world) == ["Everwise withdrew the invitation of Maya Lindqvist"]


def test_the_reason_stands_beside_its_line(world):
    facts = {"number": 2, "before": {"total": 6}, "total": 8}
    write(world, Happened.EXTRA_SESSIONS, world.ruth, world.maya, facts=facts, text="Back <from> leave.")

    assert lines(world)[0][1] == "8 in all, 6 before. “Back <from> leave.”"
    assert "Back &lt;from&gt; leave." in get(world).content.decode()


def a_booked(world):
    return book(world.theme, world.maya, at(10), expert=world.expert, note="Secret note")


def plan(world, **fields):
    known = {"title": "First 90 days", "starts_at": at(14), "ends_at": at(15), "organizer": world.eva}
    return booking.MeetingPlan(**{**known, "experts": (world.eva,), "participants": (world.maya,), **fields})


def add(world):
    return booking.add_manually(path=world.path, plan=plan(world), by=world.ruth, token=uuid4(), now=NOW)


def booked(world):
    a_booked(world)


def booked_for_somebody(world):
    book(world.theme, world.maya, at(10), expert=world.expert, by=world.ruth)


def moved(world):
    meeting = a_booked(world)
    booking.reschedule(meeting=meeting, by=world.maya, start=at(11), token=uuid4(), now=NOW)


def moved_to_another(world):
    meeting = a_booked(world)
    ines = world.ines.expert
    booking.reschedule(meeting=meeting, by=world.maya, start=at(11), expert=ines, token=uuid4(), now=NOW)


def cancelled(world):
    booking.cancel(meeting=a_booked(world), by=world.eva, now=NOW, message="Secret words")


def cancelled_late(world):
    booking.cancel(meeting=a_booked(world), by=world.maya, now=at(8), message="Secret words")


def noted(world):
    booking.change_note(meeting=a_booked(world), by=world.maya, note="Another secret", now=NOW)


def held(world):
    meeting = a_booked(world)
    booking.mark_outcome(meeting=meeting, outcome=Status.HELD, was="scheduled", by=world.eva, token=uuid4(), now=at(11))


def held_after_all(world):
    meeting = a_booked(world)
    for was, outcome in (("scheduled", Status.NO_SHOW_PARTICIPANT), ("no-show-participant", Status.HELD)):
        was = meeting.status if was != "scheduled" else was
        meeting = booking.mark_outcome(
            meeting=meeting, outcome=outcome, was=was, by=world.eva, token=uuid4(), now=at(11)
        )


def given(world):
    meeting = a_booked(world)
    MeetingEvent.objects.create(
        meeting=meeting,
        happening=Happening.REASSIGNED,
        by=world.ruth,
        at=NOW,
        sequence=1,
        facts={
            "starts_at": meeting.starts_at.isoformat(),
            "experts": [str(world.ines.pk)],
            "participants": [str(world.maya.pk)],
            "before": {"experts": [str(world.eva.pk)]},
        },
    )


def scheduled(world):
    add(world)


def updated(world):
    new = plan(world, title="First 100 days", agenda="Secret agenda")
    booking.edit(meeting=add(world), plan=new, by=world.ruth, sequence=0, token=uuid4(), now=NOW)


def handed_over(world):
    booking.hand_over(meeting=add(world), to=world.maya, by=world.ruth, sequence=0, token=uuid4(), now=NOW)


def deleted(world):
    booking.delete(meeting=add(world), by=world.ruth, sequence=0, message="Secret words", token=uuid4(), now=NOW)


TITLE = "Giving feedback"
MEETING_LINES = [
    (booked, f"Maya Lindqvist booked {TITLE} with Eva Stern, Tue 3 Nov, 10:00", ""),
    (booked_for_somebody, f"You booked {TITLE} for Maya Lindqvist with Eva Stern, Tue 3 Nov, 10:00", ""),
    (moved, f"Maya Lindqvist moved {TITLE}", "From Tue 3 Nov, 10:00 to Tue 3 Nov, 11:00."),
    (
        moved_to_another,
        f"Maya Lindqvist moved {TITLE}",
        "From Tue 3 Nov, 10:00 to Tue 3 Nov, 11:00, Ines Roth instead of Eva Stern.",
    ),
    (given, f"You gave {TITLE} from Eva Stern to Ines Roth", "Same time, Tue 3 Nov, 10:00."),
    (cancelled, f"Eva Stern cancelled {TITLE}, Tue 3 Nov, 10:00", ""),
    (
        cancelled_late,
        f"Maya Lindqvist cancelled {TITLE}, Tue 3 Nov, 10:00",
        "2 hours before it began. Counts as used.",
    ),
    (noted, f"Maya Lindqvist changed the note to {TITLE}", ""),
    (held, f"Eva Stern recorded the outcome of {TITLE}, Tue 3 Nov, 10:00: Completed", ""),
    (
        held_after_all,
        f"Eva Stern recorded the outcome of {TITLE}, Tue 3 Nov, 10:00: Completed",
        "Before: Participant did not come.",
    ),
    (scheduled, "You scheduled First 90 days, Tue 3 Nov, 14:00", "With Eva Stern and Maya Lindqvist."),
    (updated, "You updated First 100 days", "title “First 90 days” to “First 100 days”; agenda added"),
    (handed_over, "You made Maya Lindqvist the organizer of First 90 days", "Eva Stern was it before."),
    (deleted, "You deleted First 90 days, Tue 3 Nov, 14:00", ""),
]


@pytest.mark.parametrize(
    ("happen", "sentence", "detail"), MEETING_LINES, ids=lambda value: getattr(value, "__name__", "")
)
def test_what_happened_to_meetings(world, happen, sentence, detail):
    happen(world)

    assert lines(world)[0] == (sentence, detail, "Web")
    html = get(world).content.decode()
    meeting = world.path.meetings.get()
    assert f'href="{reverse("meetings:detail", args=[meeting.pk])}"' in html
    # What people have written stays between them.
    assert "ecret" not in html


def test_every_change_of_a_meeting_is_in_the_table():
    told = {Happening.BOOKED, Happening.RESCHEDULED, Happening.REASSIGNED, Happening.CANCELLED, Happening.NOTE_CHANGED}
    told |= {Happening.SCHEDULED, Happening.UPDATED, Happening.HANDED_OVER, Happening.DELETED, Happening.OUTCOME}
    never_written = {Happening.REMOVED, Happening.REMINDER_DAY, Happening.REMINDER_HOUR}

    assert told | never_written == set(Happening)
    assert len(MEETING_LINES) == 14


def test_names_and_titles_are_escaped(world):
    User.objects.filter(pk=world.maya.pk).update(name="<b>Maya</b> %(x)s")
    type(world.theme).objects.filter(pk=world.theme.pk).update(name="<i>100 %d</i>")
    world.theme.refresh_from_db()
    world.maya.refresh_from_db()
    a_booked(world)
    write(world, Happened.ADDED, world.ruth, world.maya, facts={"role": "expert"})

    html = get(world).content.decode()

    assert "<b>Maya" not in html
    assert "<i>100" not in html
    assert "&lt;b&gt;Maya&lt;/b&gt; %(x)s" in html


def test_another_path_has_its_own(world):
    other = a_path()
    history.write(path=other, what=Happened.ADDED, by=world.ruth, about=world.maya, now=NOW)
    a_meeting(other, world.eva, world.maya, at(9))

    assert lines(world) == []


def test_private_notes_are_nowhere(world):
    meeting = a_booked(world)
    Note.objects.create(meeting=meeting, author=world.maya, text="Only mine", written_at=NOW)

    assert "Only mine" not in get(world).content.decode()
    assert PathEvent.objects.count() == 0
    assert meeting.kind == Kind.DROP_IN
