"""The history of a path: a sentence for each change of its meetings, without what people have written to each other."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.booking import brief
from meetings.booking.answers import seen_answers
from meetings.enums import Happening, Status
from meetings.models import MeetingAnswer, MeetingEvent, Note
from tests.meetings.mail.replies.answers import answer
from tests.meetings.pages.history.scene import a_booked, get, lines
from tests.scene import NOW, a_meeting, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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


def answered(world):
    meeting = a_booked(world)
    MeetingAnswer.objects.create(meeting=meeting, position=1, question="Why?", text="Old secret")
    texts, seen = {1: "Another secret"}, seen_answers(meeting.answers.all())
    booking.change_answers(meeting=meeting, by=world.maya, texts=texts, seen=seen, now=NOW)


def briefed(world):
    meeting = a_booked(world)
    old = a_meeting(world.path, world.eva, world.maya, at(9, day=-2), title="First 90 days")
    Note.objects.create(meeting=old, author=world.maya, text="Secret", written_at=NOW)
    keys = [text.key for text in brief.earlier(world.maya, world.path.pk, NOW)]
    booking.change_brief(meeting=meeting, by=world.maya, keys=keys, seen="", now=NOW)
    # One of the path, which the test looks for.
    Note.objects.all().delete()
    old.attendees.all().delete()
    old.delete()


def declined(world):
    answer(a_booked(world), world.maya)


def declined_no_longer(world):
    meeting = a_booked(world)
    answer(meeting, world.maya)
    answer(meeting, world.maya, "ACCEPTED", now=NOW + timedelta(minutes=1))


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
    (answered, f"Maya Lindqvist changed the answers for {TITLE}", ""),
    (briefed, f"Maya Lindqvist chose earlier notes for the expert of {TITLE}", ""),
    (declined, f"Maya Lindqvist declined {TITLE} in their calendar", "Nothing was changed."),
    (declined_no_longer, f"Maya Lindqvist no longer declines {TITLE} in their calendar", ""),
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
    told |= {Happening.ANSWERS_CHANGED, Happening.BRIEF_CHANGED, Happening.CALENDAR_DECLINED}
    told |= {Happening.CALENDAR_ACCEPTED}
    told |= {Happening.SCHEDULED, Happening.UPDATED, Happening.HANDED_OVER, Happening.DELETED, Happening.OUTCOME}
    never_written = {Happening.REMOVED, Happening.REMINDER_DAY, Happening.REMINDER_HOUR}

    assert told | never_written == set(Happening)
    assert len(MEETING_LINES) == 18
