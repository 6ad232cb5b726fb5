"""Giving a drop-in to another expert of its theme."""

from uuid import uuid4

import pytest

from everwise.accounts.models import User
from experts.models import Expert
from meetings import booking
from meetings.booking import lost_sessions
from meetings.booking.credits import credits_of
from meetings.integrity import invariants
from meetings.models import Meeting, Notice
from paths.enums import Role
from paths.models import Path
from tests.scene import NOW, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, at, book, join, leave

pytestmark = pytest.mark.django_db

LATE = at(9)  # within the twelve hours before a session at 10:00


@pytest.fixture
def path():
    return a_path(sessions_per_participant=3)


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva", video_link="https://video.example.test/eva")


@pytest.fixture
def ines(path):
    return an_expert(path, name="Ines", video_link="https://video.example.test/ines")


@pytest.fixture
def pia(path):
    return a_participant(path)


@pytest.fixture
def ada(path):
    return an_admin(path)


@pytest.fixture
def meeting(path, eva, ines, pia):
    """With Eva; Ines could take it too."""
    return book(a_theme(path, eva, ines), pia, at(10), expert=eva)


def give(meeting, to, by, **fields):
    return booking.reassign(meeting=meeting, to=to, by=by, **{"token": uuid4(), "now": NOW, **fields})


def experts_of(meeting):
    return [each.user.expert for each in meeting.attendees.present().filter(role="expert", live=True)]


def told(meeting, sequence):
    return sorted(meeting.notices.of_changes().filter(sequence=sequence).values_list("user__name", "kind"))


def nothing_changed(meeting):
    meeting.refresh_from_db()
    return meeting.sequence == 0 and meeting.events.count() == 1 and not told(meeting, 1)


class TestReassign:
    def test_same_meeting_with_another_expert(self, meeting, ines, ada):
        assert give(meeting, ines, ada) == meeting

        meeting.refresh_from_db()
        assert experts_of(meeting) == [ines]
        assert (meeting.starts_at, meeting.ends_at, meeting.sequence) == (at(10), at(10, 30), 1)
        assert meeting.video_link == "https://video.example.test/ines"
        assert Meeting.objects.count() == 1

    def test_old_expert_is_free_again_and_sees_it_no_more(self, meeting, eva, ines, ada):
        give(meeting, ines, ada)

        gone = meeting.attendees.get(user=eva.user)
        assert (gone.live, gone.removed_at) == (False, NOW)
        assert not Meeting.objects.visible_to(eva.user).exists()
        assert Meeting.objects.visible_to(ines.user).exists()
        assert book(meeting.theme, a_participant(meeting.path), at(10), expert=eva)

    def test_history_keeps_what_was_before(self, meeting, eva, ines, ada):
        give(meeting, ines, ada, message="Eva is ill.")

        event = meeting.events.get(happening="reassigned")
        assert (event.by, event.at, event.sequence, event.message) == (ada, NOW, 1, "Eva is ill.")
        assert event.facts["experts"] == [str(ines.user_id)]
        assert event.facts["before"] == {
            "experts": [str(eva.user_id)],
            "video_link": "https://video.example.test/eva",
        }

    def test_each_of_the_three_is_told_once(self, meeting, ines, ada):
        give(meeting, ines, ada)

        assert told(meeting, 1) == [("Eva", "cancelled"), ("Ines", "booked"), ("Pia", "reassigned")]

    def test_reminders_are_the_new_experts(self, meeting, ines, ada):
        give(meeting, ines, ada)

        waiting = Notice.objects.reminders().waiting().values_list("user__name", "kind")
        assert sorted(waiting) == [
            ("Ines", "reminder-day"),
            ("Ines", "reminder-hour"),
            ("Pia", "reminder-day"),
            ("Pia", "reminder-hour"),
        ]

    def test_uses_no_session(self, meeting, pia, ines, ada):
        give(meeting, ines, ada)

        tally = credits_of(pia, [meeting.path], now=NOW)[meeting.path_id]
        assert (tally.used, tally.booked, tally.left) == (0, 1, 2)

    def test_is_no_lost_session(self, meeting, pia, ines, ada):
        give(meeting, ines, ada)

        meeting = Meeting.objects.with_people().get()
        assert not lost_sessions.lost(meeting)
        assert lost_sessions.absent(meeting) == []
        assert lost_sessions.offered(pia, NOW, 3) == []

    def test_back_to_whom_it_was_taken_from(self, meeting, eva, ines, ada):
        give(meeting, ines, ada)
        give(meeting, eva, ada)

        assert experts_of(meeting) == [eva]
        assert told(meeting, 2) == [("Eva", "booked"), ("Ines", "cancelled"), ("Pia", "reassigned")]

    def test_by_its_own_expert(self, meeting, eva, ines):
        give(meeting, ines, eva.user)

        assert experts_of(meeting) == [ines]

    def test_after_change_until(self, meeting, eva, ines):
        give(meeting, ines, eva.user, now=LATE)

        assert experts_of(meeting) == [ines]

    def test_leaves_all_invariants_whole(self, meeting, ines, ada):
        give(meeting, ines, ada)

        assert not any(invariants.count_broken(NOW).values())

    @pytest.mark.parametrize("who", ["Eva", "Ines", "Pia"])
    def test_a_missing_notice_to_any_of_the_three_is_counted(self, meeting, ines, ada, who):
        give(meeting, ines, ada)
        Notice.objects.filter(event__happening="reassigned", user__name=who, starts_at=None).delete()

        assert invariants.count_broken(NOW)["missing notices"] == 1


class TestRefused:
    @pytest.mark.parametrize("who", ["participant", "organizer", "other expert", "ended expert", "stranger"])
    def test_to_whom_it_is_not_theirs_to_give(self, path, meeting, eva, ines, pia, who):
        if who == "ended expert":
            leave(eva.user, path)
        people = {"participant": pia, "organizer": meeting.organizer, "other expert": ines.user}
        people |= {"ended expert": eva.user, "stranger": an_admin(a_path(), name="Sue")}

        with pytest.raises(booking.BookingRefused) as refused:
            give(meeting, ines, people[who])

        words = "Only its expert and the admins of this path can give this session to another expert."
        assert str(refused.value) == words
        assert nothing_changed(meeting)

    def test_of_an_adhoc_meeting(self, path, eva, ines, pia, ada):
        talk = a_meeting(path, eva.user, pia, at(12))

        with pytest.raises(booking.BookingRefused, match=r"An ad-hoc meeting is edited, not given to another expert."):
            give(talk, ines, ada)

    def test_once_started(self, meeting, ines, ada):
        with pytest.raises(booking.BookingRefused, match="This meeting has started"):
            give(meeting, ines, ada, now=at(10))

        assert nothing_changed(meeting)

    def test_once_cancelled(self, meeting, ines, ada, pia):
        booking.cancel(meeting=meeting, by=pia, now=NOW)

        with pytest.raises(booking.BookingRefused, match="This meeting is cancelled"):
            give(meeting, ines, ada)

    def test_to_an_admin_who_was_one_when_the_page_was_opened(self, path, meeting, ines, ada):
        opened = User.objects.get(pk=ada.pk)
        leave(ada, path)

        with pytest.raises(booking.BookingRefused):
            give(meeting, ines, opened)

    def test_where_it_was_changed_since(self, meeting, pia, ines, ada):
        booking.reschedule(meeting=meeting, by=pia, start=at(11), token=uuid4(), now=NOW)

        with pytest.raises(booking.StaleMeeting):
            give(meeting, ines, ada, sequence=0)


class TestNotFree:
    def test_just_booked(self, path, meeting, ines, ada):
        a_meeting(path, ines.user, a_participant(path), at(10))

        with pytest.raises(booking.JustTaken, match=r"^Ines was just booked\.$"):
            give(meeting, ines, ada)

        assert nothing_changed(meeting)

    def test_does_not_work_then(self, path, meeting, ada):
        late = an_expert(path, name="Lea", windows="14:00-17:00")
        meeting.theme.experts.add(late)

        with pytest.raises(booking.NotOffered, match=r"^Lea is not free at this time\.$"):
            give(meeting, late, ada)

    def test_does_not_take_the_theme(self, path, meeting, ada):
        with pytest.raises(booking.NotOffered):
            give(meeting, an_expert(path, name="Ole"), ada)

    @pytest.mark.parametrize("why", ["not accepting", "left", "switched off"])
    def test_is_not_offered(self, path, meeting, ines, ada, why):
        if why == "not accepting":
            Expert.objects.filter(pk=ines.pk).update(accepting=False)
        elif why == "left":
            leave(ines.user, path)
        else:
            User.objects.filter(pk=ines.user_id).update(is_active=False)

        with pytest.raises(booking.NotOffered):
            give(meeting, ines, ada)

        assert nothing_changed(meeting)

    def test_needs_more_notice(self, meeting, ines, ada):
        Expert.objects.filter(pk=ines.pk).update(notice_minutes=120)

        with pytest.raises(booking.NotOffered):
            give(meeting, ines, ada, now=LATE, override_cap=True)

    def test_path_asks_for_notice_as_for_any_booking(self, meeting, ines, ada):
        Path.objects.filter(pk=meeting.path_id).update(notice_minutes=120)

        with pytest.raises(booking.NotOffered):
            give(meeting, ines, ada, now=LATE)

    def test_has_it_already(self, meeting, eva, ada):
        with pytest.raises(booking.NotOffered, match=r"Eva is in this session already."):
            give(meeting, eva, ada)

    def test_is_its_participant_who_has_become_an_expert(self, path, meeting, pia, ada):
        leave(pia, path)
        join(pia, path, Role.EXPERT)
        expert = an_expert(user=pia)
        meeting.theme.experts.add(expert)

        with pytest.raises(booking.NotOffered, match=r"Pia is in this session already."):
            give(meeting, expert, ada)


class TestCap:
    @pytest.fixture
    def full(self, path, meeting, ines):
        """Ines has as many sessions that day as they want."""
        Expert.objects.filter(pk=ines.pk).update(cap_per_day=1)
        book(meeting.theme, a_participant(path), at(14), expert=ines)
        return ines

    def test_holds(self, meeting, full, ada):
        with pytest.raises(booking.AtLimit, match=r"^Ines has reached their limit of sessions\.$"):
            give(meeting, full, ada)

        assert nothing_changed(meeting)

    def test_admin_passes_over_it(self, meeting, full, ada):
        give(meeting, full, ada, override_cap=True)

        assert experts_of(meeting) == [full]

    def test_expert_does_not(self, meeting, eva, full):
        with pytest.raises(booking.NotOffered, match=r"^Ines is not free at this time\.$"):
            give(meeting, full, eva.user, override_cap=True)

    def test_nothing_else_is_passed_over(self, path, meeting, full, ada):
        a_meeting(path, full.user, a_participant(path), at(10))

        with pytest.raises(booking.JustTaken):
            give(meeting, full, ada, override_cap=True)

    def test_the_meeting_itself_does_not_count(self, meeting, eva, ines, ada):
        Expert.objects.filter(pk=ines.pk).update(cap_per_day=1)

        give(meeting, ines, ada)

        assert experts_of(meeting) == [ines]


class TestAgain:
    def test_same_form_is_one_change(self, meeting, ines, eva):
        token = uuid4()

        # By the expert, who has no say in it any more after the first time.
        assert give(meeting, ines, eva.user, token=token) == give(meeting, ines, eva.user, token=token)
        meeting.refresh_from_db()
        assert (meeting.sequence, meeting.events.count()) == (1, 2)
        assert len(told(meeting, 1)) == 3
