"""Moving a drop-in, calling it off, and changing its note."""

from datetime import timedelta
from uuid import uuid4

import pytest

from meetings import booking
from meetings.models import Meeting, Notice
from meetings.permissions import standings
from tests.scene import NOW, a_meeting, a_participant, a_theme, an_admin, an_expert, at, book, leave

pytestmark = pytest.mark.django_db

LATE = at(9)  # within the twelve hours before a session at 10:00


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva")


@pytest.fixture
def ines(path):
    return an_expert(path, name="Ines")


@pytest.fixture
def participant(path):
    return a_participant(path)


@pytest.fixture
def meeting(path, eva, ines, participant):
    """With Eva; Ines could take it too."""
    return book(a_theme(path, eva, ines), participant, at(10), expert=eva)


def move(meeting, start, **fields):
    fields = {"by": meeting.organizer, "token": uuid4(), "now": NOW, **fields}
    return booking.reschedule(meeting=meeting, start=start, **fields)


def expert_of(meeting):
    return meeting.attendees.present().get(role="expert").user.expert


def told(meeting, sequence):
    return set(meeting.notices.of_changes().filter(sequence=sequence).values_list("user__name", "kind"))


class TestReschedule:
    def test_same_meeting_at_another_time(self, eva, meeting):
        moved = move(meeting, at(11))

        meeting.refresh_from_db()
        assert moved == meeting
        assert (meeting.starts_at, meeting.ends_at, meeting.sequence) == (at(11), at(11, 30), 1)
        assert set(meeting.attendees.values_list("starts_at", "ends_at", "live")) == {(at(11), at(11, 30), True)}
        assert expert_of(meeting) == eva

    def test_history_keeps_what_was_before(self, eva, meeting, participant):
        move(meeting, at(11))

        event = meeting.events.get(happening="rescheduled")
        assert (event.by, event.at, event.sequence) == (participant, NOW, 1)
        assert event.facts["starts_at"] == "2026-11-03T11:00:00+00:00"
        assert event.facts["before"] == {
            "starts_at": "2026-11-03T10:00:00+00:00",
            "ends_at": "2026-11-03T10:30:00+00:00",
        }
        assert told(meeting, 1) == {("Eva", "rescheduled"), ("Pia", "rescheduled")}

    def test_to_a_time_that_touches_its_own(self, path, eva, participant):
        meeting = book(a_theme(path, eva, minutes=60), participant, at(10))

        assert move(meeting, at(10, 30)).starts_at == at(10, 30)

    def test_to_where_it_is_already_changes_nothing(self, meeting):
        assert move(meeting, at(10)) == meeting

        assert meeting.events.count() == 1
        assert Notice.objects.of_changes().count() == 2

    def test_keeps_its_length_when_the_theme_was_changed(self, meeting):
        meeting.theme.duration_minutes = 60
        meeting.theme.save()

        assert move(Meeting.objects.get(pk=meeting.pk), at(11)).ends_at == at(11, 30)

    def test_keeps_the_expert_however_busy(self, path, eva, ines, meeting):
        book(meeting.theme, a_participant(path), at(14), expert=eva)

        assert expert_of(move(meeting, at(11))) == eva
        assert expert_of(move(meeting, at(12), any_expert=True)) == eva

    def test_same_form_posted_twice_is_one_move(self, meeting):
        token = uuid4()

        move(meeting, at(11), token=token, sequence=0)
        move(meeting, at(11), token=token, sequence=0)

        meeting.refresh_from_db()
        assert (meeting.sequence, meeting.events.count()) == (1, 2)

    @pytest.mark.parametrize("who", ["admin", "expert"])
    def test_by_others_even_after_change_until(self, path, eva, meeting, who):
        by = {"admin": an_admin(path), "expert": eva.user}[who]

        assert move(meeting, at(11), by=by, now=LATE).starts_at == at(11)


class TestAnotherExpert:
    def test_old_one_is_told_it_is_cancelled_and_sees_it_no_more(self, eva, ines, meeting):
        assert Meeting.objects.visible_to(eva.user).exists()
        move(meeting, at(11), expert=ines)

        meeting.refresh_from_db()
        assert told(meeting, 1) == {("Eva", "cancelled"), ("Ines", "booked"), ("Pia", "rescheduled")}
        assert not Meeting.objects.visible_to(eva.user).exists()
        assert standings.meeting_standings(eva.user, meeting) == frozenset()
        assert list(Meeting.objects.visible_to(ines.user)) == [meeting]
        assert meeting.video_link == ines.video_link

    def test_history_names_both(self, eva, ines, meeting):
        move(meeting, at(10), expert=ines)

        facts = meeting.events.get(happening="rescheduled").facts
        assert facts["experts"] == [str(ines.user_id)]
        assert facts["before"] == {"experts": [str(eva.user_id)], "video_link": eva.video_link}

    def test_old_ones_time_is_free_again(self, path, eva, ines, meeting):
        move(meeting, at(10), expert=ines)

        assert expert_of(book(meeting.theme, a_participant(path), at(10), expert=eva)) == eva

    def test_there_and_back_again(self, eva, ines, meeting):
        move(meeting, at(11), expert=ines)
        move(meeting, at(12), expert=eva)

        meeting.refresh_from_db()
        assert expert_of(meeting) == eva
        assert list(meeting.attendees.present().values_list("starts_at", flat=True)) == [at(12), at(12)]
        assert told(meeting, 2) == {("Ines", "cancelled"), ("Eva", "booked"), ("Pia", "rescheduled")}
        assert list(Meeting.objects.visible_to(eva.user)) == [meeting]

    def test_any_of_them_when_the_own_one_is_taken(self, path, eva, ines, meeting):
        book(meeting.theme, a_participant(path), at(11), expert=eva)

        assert expert_of(move(meeting, at(11), any_expert=True)) == ines


class TestWhyNotReschedule:
    def test_own_expert_is_taken(self, path, eva, meeting):
        book(meeting.theme, a_participant(path), at(11), expert=eva)

        with pytest.raises(booking.JustTaken):
            move(meeting, at(11))
        meeting.refresh_from_db()
        assert (meeting.starts_at, meeting.sequence) == (at(10), 0)

    def test_not_offered(self, meeting):
        with pytest.raises(booking.NotOffered):
            move(meeting, at(11, 10))

    def test_participant_is_busy(self, path, ines, participant, meeting):
        a_meeting(path, ines.user, participant, at(11))

        with pytest.raises(booking.AlreadyBusy):
            move(meeting, at(11))

    def test_changed_since_the_form_was_shown(self, meeting):
        move(meeting, at(11), sequence=0)

        with pytest.raises(booking.StaleMeeting):
            move(meeting, at(12), sequence=0)
        assert move(meeting, at(12), sequence=1).starts_at == at(12)

    def test_too_late_for_the_participant(self, meeting):
        change_until = meeting.starts_at - timedelta(hours=12)

        with pytest.raises(booking.BookingRefused, match="too late to move"):
            move(meeting, at(15), now=change_until + timedelta(seconds=1))
        assert move(meeting, at(15), now=change_until).starts_at == at(15)

    def test_started(self, path, meeting):
        with pytest.raises(booking.BookingRefused, match="has started"):
            move(meeting, at(15), by=an_admin(path), now=meeting.starts_at)

    def test_cancelled(self, meeting):
        booking.cancel(meeting=meeting, by=meeting.organizer, now=NOW)

        with pytest.raises(booking.BookingRefused, match="is cancelled"):
            move(Meeting.objects.get(pk=meeting.pk), at(11))

    def test_cancelled_after_it_was_loaded(self, meeting):
        booking.cancel(meeting=Meeting.objects.get(pk=meeting.pk), by=meeting.organizer, now=NOW)

        with pytest.raises(booking.BookingRefused, match="is cancelled"):
            move(meeting, at(11))

    def test_adhoc(self, path, eva, participant):
        with pytest.raises(booking.BookingRefused, match="edited, not rescheduled"):
            move(a_meeting(path, eva.user, participant, at(12)), at(13))

    def test_expert_of_the_path_who_is_not_in_it(self, ines, meeting):
        with pytest.raises(booking.BookingRefused):
            move(meeting, at(11), by=ines.user)

    def test_membership_ended(self, path, participant, meeting):
        leave(participant, path)

        with pytest.raises(booking.BookingRefused):
            move(meeting, at(11))


class TestCancel:
    def test_keeps_the_row_and_frees_the_time(self, path, meeting, participant):
        booking.cancel(meeting=meeting, by=participant, now=NOW, message="I am ill")

        meeting.refresh_from_db()
        assert (meeting.status, meeting.cancelled_by, meeting.cancelled_at) == ("cancelled", participant, NOW)
        assert (meeting.cancel_message, meeting.sequence) == ("I am ill", 1)
        assert set(meeting.attendees.values_list("live", "removed_at")) == {(False, None)}
        assert book(meeting.theme, a_participant(path), at(10), expert=expert_of(meeting))

    def test_is_written_into_history_and_outbox(self, meeting, participant):
        booking.cancel(meeting=meeting, by=participant, now=NOW, message="I am ill")

        event = meeting.events.get(happening="cancelled")
        assert (event.by, event.at, event.sequence, event.message) == (participant, NOW, 1, "I am ill")
        assert told(meeting, 1) == {("Eva", "cancelled"), ("Pia", "cancelled")}

    def test_all_its_people_still_see_it(self, eva, participant, meeting):
        booking.cancel(meeting=meeting, by=participant, now=NOW)

        for user in (eva.user, participant):
            assert list(Meeting.objects.visible_to(user)) == [meeting]

    @pytest.mark.parametrize(
        ("who", "now", "used"),
        [
            ("participant", at(22, day=0), False),  # change-until itself
            ("participant", at(22, 1, day=0), True),
            ("expert", LATE, False),
            ("admin", LATE, False),
        ],
    )
    def test_counts_as_used(self, path, eva, participant, meeting, who, now, used):
        by = {"participant": participant, "expert": eva.user, "admin": an_admin(path)}[who]

        assert booking.cancel(meeting=meeting, by=by, now=now).counts_as_used is used

    def test_twice_by_the_same_person_is_one_change(self, meeting, participant):
        booking.cancel(meeting=meeting, by=participant, now=NOW, message="Ill")

        again = booking.cancel(meeting=meeting, by=participant, now=NOW, message="Still ill", sequence=0)

        assert (again, again.cancel_message, again.sequence) == (meeting, "Ill", 1)
        assert meeting.events.filter(happening="cancelled").count() == 1

    def test_after_somebody_else_is_refused(self, meeting, participant):
        booking.cancel(meeting=meeting, by=meeting.experts[0], now=NOW)

        with pytest.raises(booking.BookingRefused, match="is cancelled"):
            booking.cancel(meeting=meeting, by=participant, now=NOW)
        assert meeting.events.filter(happening="cancelled").count() == 1

    def test_changed_since_the_form_was_shown(self, meeting, participant):
        move(meeting, at(11))

        with pytest.raises(booking.StaleMeeting):
            booking.cancel(meeting=meeting, by=participant, now=NOW, sequence=0)

    def test_started(self, meeting, participant):
        with pytest.raises(booking.BookingRefused, match="has started"):
            booking.cancel(meeting=meeting, by=participant, now=meeting.starts_at)

    def test_adhoc(self, path, eva, participant):
        with pytest.raises(booking.BookingRefused, match="deleted, not cancelled"):
            booking.cancel(meeting=a_meeting(path, eva.user, participant, at(12)), by=participant, now=NOW)

    def test_expert_taken_out_is_not_told_again(self, eva, ines, meeting, participant):
        move(meeting, at(11), expert=ines)

        booking.cancel(meeting=meeting, by=participant, now=NOW)

        assert told(meeting, 2) == {("Ines", "cancelled"), ("Pia", "cancelled")}


class TestChangeNote:
    def test_is_replaced_and_nobody_is_mailed(self, meeting, participant):
        booking.change_note(meeting=meeting, by=participant, note="About Tuesday", now=NOW)

        meeting.refresh_from_db()
        assert (meeting.note, meeting.sequence) == ("About Tuesday", 0)
        event = meeting.events.get(happening="note-changed")
        assert (event.by, event.message) == (participant, "")
        assert Notice.objects.of_changes().count() == 2

    def test_old_one_stays_in_history(self, meeting, participant):
        for note in ("first", "second"):
            booking.change_note(meeting=meeting, by=participant, note=note, now=NOW)

        messages = meeting.events.filter(happening="note-changed").values_list("message", flat=True)
        assert list(messages) == ["", "first"]

    @pytest.mark.parametrize("who", ["admin", "expert", "another participant"])
    def test_is_the_participants_alone(self, path, eva, meeting, who):
        by = {"admin": an_admin(path), "expert": eva.user}.get(who) or a_participant(path)

        with pytest.raises(booking.BookingRefused, match="Only the participant"):
            booking.change_note(meeting=meeting, by=by, note="x", now=NOW)

    def test_membership_ended(self, path, participant, meeting):
        leave(participant, path)

        with pytest.raises(booking.BookingRefused, match="Only the participant"):
            booking.change_note(meeting=meeting, by=participant, note="x", now=NOW)

    def test_late_is_fine_until_the_start(self, meeting, participant):
        booking.change_note(meeting=meeting, by=participant, note="x", now=at(9, 59))

        with pytest.raises(booking.BookingRefused, match="has started"):
            booking.change_note(meeting=meeting, by=participant, note="y", now=at(10))

    def test_cancelled(self, meeting, participant):
        booking.cancel(meeting=meeting, by=participant, now=NOW)

        with pytest.raises(booking.BookingRefused, match="was cancelled"):
            booking.change_note(meeting=meeting, by=participant, note="x", now=NOW)


def test_same_note_once_more_is_one_change(meeting, participant):
    for _ in range(2):
        booking.change_note(meeting=meeting, by=participant, note="My case", now=NOW)

    assert meeting.events.filter(happening="note-changed").count() == 1
