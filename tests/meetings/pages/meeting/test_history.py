"""A meeting's history in words, as each of its readers sees it."""

from dataclasses import replace
from uuid import uuid4

import pytest

from everwise.accounts.models import User
from meetings import booking
from meetings.pages.meeting import history
from tests.rewriting import rewriting
from tests.scene import NOW, a_participant, a_theme, accepted, add, an_admin, an_expert, at, book, edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(path):
    return an_admin(path, "Ada Byron")


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva Rao").user


@pytest.fixture
def pia(path):
    return a_participant(path, "Pia Berg")


@pytest.fixture
def per(path):
    return a_participant(path, "Per Holm")


@pytest.fixture
def plan(eva, pia):
    return booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(10),
        ends_at=at(11),
        experts=(eva,),
        participants=(pia,),
        agenda="What went well",
        place="Lake room",
        video_link="https://video.example.test/lake",
    )


def shown(meeting, user):
    return [line["text"] for line in history.lines(meeting, user)]


def test_scheduled(path, plan, ada, pia):
    meeting = add(path, plan, ada)

    assert history.lines(meeting, ada) == [{"text": "Scheduled by you", "at": NOW}]
    assert shown(meeting, pia) == ["Scheduled by Ada Byron"]


def test_update_of_everything(path, plan, ada, eva, pia, per):
    meeting = add(path, plan, ada)
    new = replace(
        plan,
        title="First 100 days",
        starts_at=at(14, day=2),
        ends_at=at(15, 30, day=2),
        participants=(per,),
        place="Hill room",
        video_link="https://video.example.test/hill",
        agenda="What next",
        organizer=eva,
    )
    edit(meeting, new, ada)

    assert shown(meeting, eva) == [
        "Updated by Ada Byron: moved from Tue 3 Nov, 10:00 to Wed 4 Nov, 14:00; length from 1 hour to"
        " 1 hour 30 minutes; title “First 90 days” to “First 100 days”; Per Holm in, Pia Berg out; place “Lake room” to"
        " “Hill room”; video link changed; agenda changed; organizer from Ada Byron to Eva Rao",
        "Scheduled by Ada Byron",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starts_at": at(12), "ends_at": at(13)}, "moved from Tue 3 Nov, 11:00 to Tue 3 Nov, 13:00"),
        ({"ends_at": at(10, 30)}, "length from 1 hour to 30 minutes"),
        ({"title": "Talk"}, "title “First 90 days” to “Talk”"),
        ({"place": ""}, "place “Lake room” removed"),
        ({"video_link": ""}, "video link removed"),
        ({"agenda": ""}, "agenda removed"),
        (
            {"starts_at": at(10, day=70), "ends_at": at(11, day=70)},
            "moved from Tue 3 Nov, 11:00 to Mon 11 Jan 2027, 11:00",
        ),
    ],
)
def test_update_of_one_thing(path, plan, ada, pia, change, words):
    User.objects.filter(pk=pia.pk).update(time_zone="Europe/Stockholm")
    pia = User.objects.get(pk=pia.pk)
    meeting = add(path, plan, ada)
    edit(meeting, replace(plan, **change), ada)

    assert shown(meeting, pia)[0] == f"Updated by Ada Byron: {words}"


def test_update_adds_what_was_empty(path, plan, ada):
    meeting = add(path, replace(plan, place="", video_link="", agenda=""), ada)
    edit(meeting, plan, ada)

    assert shown(meeting, ada)[0] == "Updated by you: place “Lake room” added; video link added; agenda added"


def test_handed_over(path, plan, ada, eva, pia):
    meeting = add(path, replace(plan, organizer=eva), ada)
    booking.hand_over(meeting=meeting, to=pia, by=ada, sequence=0, token=uuid4(), now=NOW)
    booking.hand_over(meeting=meeting, to=eva, by=pia, sequence=1, token=uuid4(), now=NOW)

    assert shown(meeting, ada)[:2] == [
        "Handed over by Pia Berg to Eva Rao",
        "Handed over by you from Eva Rao to Pia Berg",
    ]


def test_deleted(path, plan, ada):
    meeting = add(path, plan, ada)
    booking.delete(meeting=meeting, by=ada, sequence=0, token=uuid4(), now=NOW, message="Never mind")

    assert shown(meeting, ada) == ["Deleted by you", "Scheduled by you"]


def test_time_against_an_experts_hours(path, plan, ada, eva):
    late = replace(plan, starts_at=at(20), ends_at=at(21))
    meeting = add(path, late, ada, accepted=accepted(late))
    later = replace(plan, starts_at=at(21), ends_at=at(22))
    edit(meeting, later, ada, accepted=accepted(later))

    assert shown(meeting, ada) == [
        "Updated by you: moved from Tue 3 Nov, 20:00 to Tue 3 Nov, 21:00; outside the free time of Eva Rao, on purpose",
        "Scheduled by you: outside the free time of Eva Rao, on purpose",
    ]
    assert shown(meeting, eva)[1] == "Scheduled by Ada Byron: outside your free time, on purpose"


def test_somebody_who_stays_in_another_role(path, plan, ada, eva, pia):
    meeting = add(path, plan, ada)
    edit(meeting, replace(plan, title="Talk"), ada)
    event = meeting.events.get(sequence=1)
    event.facts |= {"experts": [str(pia.pk)], "participants": [str(eva.pk)]}
    event.facts["before"] |= {"experts": [str(eva.pk)], "participants": [str(pia.pk)]}
    with rewriting():
        event.save()

    assert shown(meeting, ada)[0] == (
        "Updated by you: title “First 90 days” to “Talk”; Pia Berg now an expert, Eva Rao now a participant"
    )


def test_dropin_moved_to_another_expert(path, pia):
    theme = a_theme(path, an_expert(path, name="Eva Rao"))
    meeting = book(theme, pia, at(10))
    nora = an_expert(path, name="Nora Dahl")
    theme.experts.add(nora)
    booking.reschedule(meeting=meeting, by=pia, start=at(14), token=uuid4(), now=NOW, expert=nora)

    assert shown(meeting, pia) == [
        "Moved by you from Tue 3 Nov, 10:00 to Tue 3 Nov, 14:00, with Nora Dahl instead of Eva Rao",
        "Booked by you",
    ]


def test_texts_with_line_breaks_stay_on_their_line(path, plan, ada, pia):
    User.objects.filter(pk=ada.pk).update(name="Ada\r\nByron\u202e")
    ada.refresh_from_db()
    meeting = add(path, plan, ada)
    edit(meeting, replace(plan, title="A\u202e\r\n“B”", place="<b>\nC"), ada)

    assert shown(meeting, pia)[0] == (
        "Updated by Ada Byron: title “First 90 days” to “A “B””; place “Lake room” to “<b> C”"
    )


@pytest.mark.parametrize("happening", ["scheduled", "updated", "handed-over", "deleted", "rescheduled", "booked"])
def test_rows_without_any_facts(path, plan, ada, happening):
    meeting = add(path, plan, ada)
    with rewriting():
        meeting.events.update(happening=happening, facts={})

    assert shown(meeting, ada)[0].split(" by ")[1].startswith("you")


def test_as_many_queries_for_many_lines_as_for_one(path, plan, ada, pia, django_assert_num_queries):
    meeting = add(path, plan, ada)
    for number in range(4):
        people = (pia, a_participant(path, f"Person {number}"))
        meeting = edit(meeting, replace(plan, title=f"Title {number}", participants=people), ada)

    with django_assert_num_queries(2):
        assert len(history.lines(meeting, ada)) == 5
