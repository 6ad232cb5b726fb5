"""Booking a drop-in: what is written, who is chosen, and each named reason why not."""

from datetime import timedelta
from uuid import uuid4

import pytest

from experts.models import BusyTime
from meetings import booking
from meetings.models import NOTE_LENGTH, Attendee, Meeting, MeetingEvent, Notice
from tests.rewriting import rewriting
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_person,
    a_theme,
    an_admin,
    an_expert,
    at,
    book,
    leave,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(path):
    return an_expert(path)


@pytest.fixture
def theme(path, expert):
    return a_theme(path, expert)


@pytest.fixture
def participant(path):
    return a_participant(path)


def nothing_written():
    return not (Meeting.objects.exists() or MeetingEvent.objects.exists() or Notice.objects.exists())


class TestWhatIsWritten:
    def test_meeting(self, path, expert, theme, participant):
        meeting = book(theme, participant, at(10), note="About Monday")

        meeting.refresh_from_db()
        assert (meeting.path, meeting.theme, meeting.kind, meeting.status) == (path, theme, "dropin", "scheduled")
        assert (meeting.starts_at, meeting.ends_at) == (at(10), at(10, 30))
        assert (meeting.organizer, meeting.created_by, meeting.created_at) == (participant, participant, NOW)
        assert (meeting.title, meeting.note, meeting.sequence) == ("Giving feedback", "About Monday", 0)
        assert meeting.video_link == expert.video_link

    def test_attendees(self, expert, theme, participant):
        meeting = book(theme, participant, at(10))

        rows = meeting.attendees.values_list("user", "role", "starts_at", "ends_at", "live", "removed_at")
        assert set(rows) == {
            (expert.user_id, "expert", at(10), at(10, 30), True, None),
            (participant.pk, "participant", at(10), at(10, 30), True, None),
        }

    def test_history(self, expert, theme, participant):
        token = uuid4()
        meeting = book(theme, participant, at(10), token=token)

        event = meeting.events.get()
        assert (event.happening, event.by, event.at, event.sequence) == ("booked", participant, NOW, 0)
        assert event.token == token
        assert event.facts == {
            "starts_at": "2026-11-03T10:00:00+00:00",
            "ends_at": "2026-11-03T10:30:00+00:00",
            "experts": [str(expert.user_id)],
            "participants": [str(participant.pk)],
            "organizer": str(participant.pk),
            "title": "Giving feedback",
            "agenda": "",
            "place": "",
            "video_link": expert.video_link,
        }

    def test_outbox(self, expert, theme, participant):
        meeting = book(theme, participant, at(10))

        rows = meeting.notices.of_changes().values_list("user", "kind", "sequence", "due_at", "sent_at")
        assert set(rows) == {
            (expert.user_id, "booked", 0, NOW, None),
            (participant.pk, "booked", 0, NOW, None),
        }

    def test_note_is_cut_to_its_length(self, theme, participant):
        assert len(book(theme, participant, at(10), note="x" * (NOTE_LENGTH + 1)).note) == NOTE_LENGTH

    @pytest.mark.parametrize("booker", ["admin", "expert", "another expert"])
    def test_booked_by_another_it_is_the_participants(self, path, expert, theme, participant, booker):
        by = {"admin": an_admin(path), "expert": expert.user, "another expert": an_expert(path).user}[booker]

        meeting = book(theme, participant, at(10), by=by)

        assert (meeting.organizer, meeting.created_by) == (participant, by)
        assert by == expert.user or not meeting.attendees.filter(user=by).exists()


class TestSameForm:
    def test_posted_twice_is_one_meeting(self, theme, participant):
        token = uuid4()

        first = book(theme, participant, at(10), token=token)
        second = book(theme, participant, at(10), token=token)

        assert first == second
        assert (Meeting.objects.count(), MeetingEvent.objects.count(), Notice.objects.of_changes().count()) == (1, 1, 2)

    def test_posted_again_after_a_cancel_books_nothing_new(self, theme, participant):
        """The time is free again, so that only the form's token says that it has had its turn."""
        token = uuid4()
        first = book(theme, participant, at(10), token=token)
        booking.cancel(meeting=first, by=participant, now=NOW)

        assert book(theme, participant, at(10), token=token) == first
        assert Meeting.objects.count() == 1

    def test_posted_again_when_the_last_session_is_used_by_it(self, path, theme, participant):
        path.sessions_per_participant = 1
        path.save()
        token = uuid4()
        first = book(theme, participant, at(10), token=token)

        assert book(theme, participant, at(10), token=token) == first

    def test_token_of_another_person_is_another_form(self, path, theme, participant):
        token = uuid4()
        first = book(theme, participant, at(10), token=token)

        assert book(theme, a_participant(path), at(11), token=token) != first


class TestWhyNot:
    def test_not_offered_off_the_grid(self, theme, participant):
        with pytest.raises(booking.NotOffered):
            book(theme, participant, at(10, 10))
        assert nothing_written()

    @pytest.mark.parametrize("start", [at(8, 30), at(16, 45), at(17), NOW - timedelta(days=1)])
    def test_not_offered_outside_the_hours(self, theme, participant, start):
        with pytest.raises(booking.NotOffered):
            book(theme, participant, start)

    def test_not_offered_within_the_notice(self):
        path = a_path(notice_minutes=26 * 60)
        theme = a_theme(path, an_expert(path))

        with pytest.raises(booking.NotOffered):
            book(theme, a_participant(path), at(9, 30))
        assert book(theme, a_participant(path), at(10)).starts_at == at(10)

    def test_not_offered_by_a_theme_without_experts(self, path, participant):
        with pytest.raises(booking.NotOffered):
            book(a_theme(path), participant, at(10))

    def test_not_offered_by_an_expert_who_does_not_take_the_theme(self, path, theme, participant):
        with pytest.raises(booking.NotOffered):
            book(theme, participant, at(10), expert=an_expert(path))

    def test_not_offered_by_an_expert_who_left_the_path(self, path, expert, theme, participant):
        leave(expert.user, path)

        with pytest.raises(booking.NotOffered):
            book(theme, participant, at(10))

    def test_just_taken(self, path, theme, participant):
        book(theme, a_participant(path), at(10))

        with pytest.raises(booking.JustTaken):
            book(theme, participant, at(10))
        assert Meeting.objects.count() == 1

    def test_just_taken_by_something_outside(self, expert, theme, participant):
        BusyTime.objects.create(expert=expert, starts_at=at(10), ends_at=at(10, 5))

        with pytest.raises(booking.JustTaken):
            book(theme, participant, at(10))

    def test_already_busy_elsewhere(self, theme, participant):
        elsewhere = a_path()
        a_meeting(elsewhere, an_expert(elsewhere).user, participant, at(9, 45))

        with pytest.raises(booking.AlreadyBusy, match="Pia is in another meeting"):
            book(theme, participant, at(10))

    def test_refused_to_a_stranger(self, theme, participant):
        with pytest.raises(booking.BookingRefused, match="no longer on this path"):
            book(theme, participant, at(10), by=a_person(is_superuser=True, is_staff=True))
        assert nothing_written()

    def test_refused_to_a_participant_for_another(self, path, theme, participant):
        with pytest.raises(booking.BookingRefused, match="only book a session for yourself"):
            book(theme, participant, at(10), by=a_participant(path))

    @pytest.mark.parametrize("who", ["admin", "expert", "participant of another path"])
    def test_refused_for_somebody_who_is_no_participant(self, path, theme, who):
        admin = an_admin(path)
        person = {"admin": admin, "expert": an_expert(path).user}.get(who) or a_participant(a_path())

        with pytest.raises(booking.BookingRefused, match="is not a participant"):
            book(theme, person, at(10), by=admin)

    def test_refused_after_the_membership_ended(self, path, theme, participant):
        leave(participant, path)

        with pytest.raises(booking.BookingRefused):
            book(theme, participant, at(10))


class TestSessionsLeft:
    @pytest.fixture
    def path(self):
        return a_path(sessions_per_participant=1)

    def test_none_left(self, theme, participant):
        book(theme, participant, at(10))

        with pytest.raises(booking.NoSessionsLeft, match="The one session of this path is used or booked"):
            book(theme, participant, at(12))

    def test_none_left_for_an_admin_to_book_either(self, path, theme, participant):
        book(theme, participant, at(10))

        with pytest.raises(booking.NoSessionsLeft):
            book(theme, participant, at(12), by=an_admin(path))

    def test_others_are_not_hers(self, path, theme, participant):
        book(theme, a_participant(path), at(10))

        assert book(theme, participant, at(12))

    def test_adhoc_never_counts(self, path, expert, theme, participant):
        a_meeting(path, expert.user, participant, at(12))

        assert book(theme, participant, at(10))

    def test_comes_back_when_cancelled_in_time(self, theme, participant):
        booking.cancel(meeting=book(theme, participant, at(10)), by=participant, now=NOW)

        assert book(theme, participant, at(12))

    def test_is_used_when_she_cancels_late(self, theme, participant):
        booking.cancel(meeting=book(theme, participant, at(10)), by=participant, now=at(9))

        with pytest.raises(booking.NoSessionsLeft):
            book(theme, participant, at(12))

    def test_comes_back_when_the_expert_cancels_late(self, expert, theme, participant):
        booking.cancel(meeting=book(theme, participant, at(10)), by=expert.user, now=at(9))

        assert book(theme, participant, at(12))

    @pytest.mark.parametrize(
        ("status", "used"), [("held", True), ("no-show-participant", True), ("no-show-expert", False)]
    )
    def test_outcome(self, theme, participant, status, used):
        Meeting.objects.filter(pk=book(theme, participant, at(10)).pk).update(status=status)

        if used:
            with pytest.raises(booking.NoSessionsLeft):
                book(theme, participant, at(12))
        else:
            assert book(theme, participant, at(12))


class TestFairChoice:
    @pytest.fixture
    def eva(self, path):
        return an_expert(path, name="Eva")

    @pytest.fixture
    def ines(self, path):
        return an_expert(path, name="Ines")

    @pytest.fixture
    def theme(self, path, eva, ines):
        return a_theme(path, eva, ines)

    def give(self, path, expert, start, **fields):
        return a_meeting(path, expert.user, a_person(), start, **fields)

    def chosen(self, theme, participant, start, **fields):
        return book(theme, participant, start, **fields).attendees.get(role="expert").user.expert

    def test_fewest_sessions_first(self, path, eva, ines, theme, participant):
        self.give(path, eva, at(14))
        self.give(path, eva, at(15))
        self.give(path, ines, at(16))

        assert self.chosen(theme, participant, at(10)) == ines

    def test_sessions_count_within_fourteen_days_on_either_side(self, path, eva, ines, theme, participant):
        for start in (at(10, day=-14), at(10, day=16), at(11, day=16)):
            self.give(path, eva, start)
        self.give(path, ines, at(10, day=-12))

        assert self.chosen(theme, participant, at(10, day=2)) == eva

    def test_sessions_called_off_do_not_count(self, path, eva, ines, theme, participant):
        for hour in (13, 14):
            self.give(path, eva, at(hour)).attendees.update(live=False)
        self.give(path, ines, at(15))

        assert self.chosen(theme, participant, at(10)) == eva

    def test_least_recently_assigned_next(self, path, eva, ines, theme, participant):
        self.give(path, eva, at(14))
        self.give(path, ines, at(14))
        Attendee.objects.filter(user=ines.user).update(added_at=NOW - timedelta(minutes=1))

        assert self.chosen(theme, participant, at(10)) == ines

    def test_never_assigned_before_ever_assigned(self, path, eva, ines, theme, participant):
        self.give(path, eva, at(14, day=40))

        assert self.chosen(theme, participant, at(10)) == ines

    def test_tie_is_broken_by_the_form(self, eva, ines, theme, participant):
        """The same form chooses the same expert again, and different forms spread."""
        chosen = {}
        for _ in range(20):
            token = uuid4()
            meeting = book(theme, participant, at(10), token=token)
            chosen.setdefault(meeting.attendees.get(role="expert").user, []).append(token)
            _forget_meetings()
        assert set(chosen) == {eva.user, ines.user}

        for user, tokens in chosen.items():
            assert self.chosen(theme, participant, at(10), token=tokens[0]).user == user
            _forget_meetings()

    def test_next_free_one_when_the_fairest_is_taken(self, path, eva, ines, theme, participant):
        self.give(path, ines, at(14))
        self.give(path, eva, at(10))

        assert self.chosen(theme, participant, at(10)) == ines

    def test_named_one_just_taken_is_not_replaced(self, path, eva, theme, participant):
        self.give(path, eva, at(10))

        with pytest.raises(booking.JustTaken):
            book(theme, participant, at(10), expert=eva)
        assert book(theme, participant, at(10))

    def test_named_one_is_taken_however_busy(self, path, eva, theme, participant):
        self.give(path, eva, at(14))

        assert self.chosen(theme, participant, at(10), expert=eva) == eva


def _forget_meetings():
    with rewriting():
        for model in (Notice, MeetingEvent, Attendee, Meeting):
            model.objects.all().delete()
