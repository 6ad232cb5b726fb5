"""Editing, handing over and deleting an ad-hoc meeting through the writer."""

from dataclasses import replace
from uuid import uuid4

import pytest

from meetings import booking
from meetings.booking import conflicts
from meetings.integrity import invariants
from meetings.models import Attendee, Meeting, MeetingEvent, Notice
from tests.scene import NOW, a_meeting, a_participant, accepted, add, an_expert, at, edit, told

pytestmark = pytest.mark.django_db


def everything():
    return [list(model.objects.order_by("pk").values_list()) for model in (Meeting, Attendee, MeetingEvent, Notice)]


class TestEdit:
    @pytest.fixture
    def meeting(self, path, plan, ada, eva):
        return add(path, replace(plan, organizer=eva), ada)

    def test_by_organizer_and_admin_only(self, meeting, plan, ada, eva, pia):
        assert edit(meeting, replace(plan, title="One"), eva).title == "One"
        meeting.refresh_from_db()
        assert edit(meeting, replace(plan, title="Two"), ada).title == "Two"
        meeting.refresh_from_db()
        with pytest.raises(booking.BookingRefused, match="Only its organizer and the admins of this path"):
            edit(meeting, replace(plan, title="Three"), pia)

    def test_scheduler_who_named_another_organizer_may_not(self, path, plan, eva, pia):
        meeting = add(path, replace(plan, organizer=pia), eva)

        with pytest.raises(booking.BookingRefused):
            edit(meeting, replace(plan, title="Mine"), eva)
        assert edit(meeting, replace(plan, title="Theirs"), pia).title == "Theirs"

    def test_keeps_identity_and_records_what_was(self, meeting, plan, eva):
        edited = edit(meeting, replace(plan, title="Later", starts_at=at(14), ends_at=at(15)), eva)

        event = meeting.events.get(sequence=1)
        assert (edited.pk, edited.sequence, event.happening, event.by) == (meeting.pk, 1, "updated", eva)
        assert event.facts["before"] == {
            "title": "First 90 days",
            "starts_at": "2026-11-03T10:00:00+00:00",
            "ends_at": "2026-11-03T11:00:00+00:00",
        }
        assert set(meeting.attendees.values_list("starts_at", "ends_at")) == {(at(14), at(15))}

    def test_people_in_and_out_are_told_apart(self, path, meeting, plan, eva, pia):
        per = a_participant(path, "Per")
        assert Meeting.objects.visible_to(pia).exists()
        edit(meeting, replace(plan, participants=(per,)), eva)

        assert told(meeting, 1) == {eva.pk: "updated", per.pk: "scheduled", pia.pk: "removed"}
        gone = meeting.attendees.get(user=pia)
        assert (gone.live, gone.removed_at) == (False, NOW)
        assert not Meeting.objects.visible_to(pia).exists()

    def test_somebody_taken_out_can_come_back(self, path, meeting, plan, eva, pia):
        per = a_participant(path, "Per")
        second = edit(meeting, replace(plan, participants=(per,)), eva)
        third = edit(second, replace(plan, participants=(pia,)), eva)

        back = third.attendees.get(user=pia)
        assert (back.live, back.removed_at) == (True, None)
        assert Meeting.objects.visible_to(pia).exists()

    def test_nothing_changed_is_nothing_written(self, meeting, plan, eva):
        before = everything()

        edit(meeting, plan, eva)

        assert everything() == before

    def test_stale_overwrites_nothing(self, meeting, plan, ada, eva):
        edit(meeting, replace(plan, title="First"), ada)
        before = everything()

        with pytest.raises(booking.StaleMeeting):
            edit(meeting, replace(plan, title="Second"), eva, sequence=0)
        assert everything() == before

    def test_same_form_twice_is_one_change(self, meeting, plan, eva):
        token = uuid4()
        edit(meeting, replace(plan, title="New"), eva, token=token)
        edit(meeting, replace(plan, title="New"), eva, token=token)

        assert meeting.events.count() == 2

    def test_own_time_is_no_clash(self, meeting, plan, eva):
        assert edit(meeting, replace(plan, starts_at=at(10, 30), ends_at=at(11, 30)), eva).starts_at == at(10, 30)

    def test_onto_another_meeting_is_a_clash(self, path, meeting, plan, eva):
        a_meeting(path, eva, a_participant(path, "Per"), at(14))

        with pytest.raises(booking.Clashing):
            edit(meeting, replace(plan, starts_at=at(13, 30), ends_at=at(14, 30)), eva)

    def test_title_of_a_meeting_outside_hours_is_not_asked_about_again(self, path, plan, ada, eva):
        late = replace(plan, starts_at=at(20), ends_at=at(21))
        people = conflicts.free_busy([eva], [], since=at(20), until=at(21), but=None)
        meeting = add(path, late, ada, accepted={doubt.key for doubt in conflicts.doubts(people, at(20), at(21))})

        assert edit(meeting, replace(late, title="New"), ada).title == "New"
        meeting.refresh_from_db()
        ines = an_expert(path, name="Ines").user
        with pytest.raises(booking.Doubtful):
            edit(meeting, replace(late, experts=(eva, ines)), ada)

    def test_begun_is_closed_to_everybody(self, meeting, plan, ada, eva):
        for person in (ada, eva):
            with pytest.raises(booking.BookingRefused, match="has started"):
                edit(meeting, replace(plan, title="Late"), person, now=at(10))

    def test_into_the_past_is_unfit(self, meeting, plan, eva):
        with pytest.raises(booking.Unfit):
            edit(meeting, replace(plan, starts_at=NOW, ends_at=at(9, day=0)), eva)

    def test_dropin_is_never_edited(self, path, plan, ada, eva, pia):
        dropin = a_meeting(path, eva, pia, at(14))
        Meeting.objects.filter(pk=dropin.pk).update(kind="dropin", theme=path.themes.create(name="Any"))
        dropin.refresh_from_db()

        for person in (ada, eva, pia):
            with pytest.raises(booking.BookingRefused, match="A drop-in session is rescheduled, not edited"):
                edit(dropin, plan, person)
            with pytest.raises(booking.BookingRefused, match="A drop-in session is cancelled, not deleted"):
                booking.delete(meeting=dropin, by=person, sequence=0, token=uuid4(), now=NOW)


class TestOrganizerWhenEdited:
    def test_stays_when_none_is_named(self, path, plan, ada, eva):
        meeting = add(path, replace(plan, organizer=eva), ada)

        assert edit(meeting, replace(plan, title="New", organizer=None), ada).organizer == eva

    def test_taken_out_without_another_is_unfit(self, path, plan, ada, eva):
        meeting = add(path, replace(plan, organizer=eva), ada)
        ines = an_expert(path, name="Ines").user

        for organizer in (None, eva):
            with pytest.raises(booking.Unfit) as refused:
                edit(meeting, replace(plan, experts=(ines,), organizer=organizer), ada)
            assert refused.value.field == "organizer"

    def test_taken_out_with_another(self, path, plan, ada, eva, pia):
        meeting = add(path, replace(plan, organizer=eva), ada)
        ines = an_expert(path, name="Ines").user

        edited = edit(meeting, replace(plan, experts=(ines,), organizer=pia), ada)

        assert edited.organizer == pia
        assert told(meeting, 1) == {eva.pk: "removed", ines.pk: "scheduled", pia.pk: "updated"}

    def test_back_to_the_scheduler(self, path, plan, ada, eva):
        meeting = add(path, replace(plan, organizer=eva), ada)

        assert edit(meeting, replace(plan, organizer=ada), eva).organizer == ada

    def test_absent_one_who_is_replaced_is_told(self, path, plan, ada, eva, pia):
        meeting = add(path, plan, ada)

        edit(meeting, replace(plan, organizer=pia), ada)

        assert told(meeting, 1) == {eva.pk: "updated", pia.pk: "updated", ada.pk: "handed-over"}


class TestHandOver:
    @pytest.fixture
    def meeting(self, path, plan, ada, eva):
        return add(path, replace(plan, organizer=eva), ada)

    def hand(self, meeting, to, by, **fields):
        known = {"sequence": meeting.sequence, "token": uuid4(), "now": NOW}
        return booking.hand_over(meeting=meeting, to=to, by=by, **{**known, **fields})

    def test_rights_go_with_the_place(self, meeting, plan, eva, pia):
        handed = self.hand(meeting, pia, eva)

        assert (handed.organizer, handed.sequence) == (pia, 1)
        with pytest.raises(booking.BookingRefused):
            edit(handed, replace(plan, title="Mine"), eva)
        assert edit(handed, replace(plan, title="Theirs"), pia).title == "Theirs"

    def test_is_history_and_told(self, meeting, eva, pia):
        self.hand(meeting, pia, eva)

        event = meeting.events.get(sequence=1)
        assert (event.happening, event.facts["before"]) == ("handed-over", {"organizer": str(eva.pk)})
        assert told(meeting, 1) == dict.fromkeys([eva.pk, pia.pk], "handed-over")

    def test_to_somebody_who_does_not_attend_is_unfit(self, path, meeting, ada, eva):
        for person in (ada, a_participant(path, "Per")):
            with pytest.raises(booking.Unfit):
                self.hand(meeting, person, eva)

    def test_to_the_organizer_herself_is_unfit(self, meeting, ada, eva):
        with pytest.raises(booking.Unfit, match="already"):
            self.hand(meeting, eva, ada)

    def test_by_a_participant_is_refused(self, meeting, pia):
        with pytest.raises(booking.BookingRefused):
            self.hand(meeting, pia, pia)

    def test_stale(self, meeting, plan, ada, eva, pia):
        edit(meeting, replace(plan, title="New"), ada)

        with pytest.raises(booking.StaleMeeting):
            self.hand(meeting, pia, eva, sequence=0)


class TestEditByAnOrganizerWhoParticipates:
    """The writer refuses by itself what their page doesn't offer; an expert who organizes may."""

    @pytest.fixture
    def meetings(self, path, plan, ada, eva, pia):
        ines = an_expert(path, name="Ines").user
        later = replace(plan, starts_at=at(12), ends_at=at(13), experts=(eva, ines), organizer=ines)
        return [(add(path, replace(plan, organizer=pia), ada), pia), (add(path, later, ada), ines)]

    def plan_of(self, meeting, **fields):
        known = {name: getattr(meeting, name) for name in ("title", "starts_at", "ends_at", "video_link")}
        people = {"experts": tuple(meeting.experts), "participants": tuple(meeting.participants)}
        return booking.MeetingPlan(**{**known, **people, **fields})

    def test_adds_nobody(self, path, meetings):
        per, uma = a_participant(path, "Per"), an_expert(path, name="Uma").user
        (by_pia, pia), (by_ines, ines) = meetings

        for name, who in (("participants", per), ("experts", uma)):
            with pytest.raises(
                booking.Unfit, match="Only an expert or an admin of this path can add people"
            ) as refused:
                edit(by_pia, self.plan_of(by_pia, **{name: (*getattr(by_pia, name), who)}), pia)
            assert refused.value.field == name
        edit(by_ines, self.plan_of(by_ines, participants=(per,)), ines)
        assert by_ines.attendees.present().filter(user=per).exists()

    def test_keeps_the_video_link(self, meetings):
        (by_pia, pia), (by_ines, ines) = meetings

        with pytest.raises(booking.Unfit, match="Only an expert or an admin of this path can change the video link"):
            edit(by_pia, self.plan_of(by_pia, video_link="https://video.example.test/x"), pia)
        assert edit(by_pia, self.plan_of(by_pia, title="New", place="Lake"), pia).place == "Lake"
        assert edit(by_ines, self.plan_of(by_ines, video_link="https://video.example.test/x"), ines).video_link

    def test_overrides_no_hours(self, meetings):
        (by_pia, pia), (by_ines, ines) = meetings
        late = {"starts_at": at(20), "ends_at": at(21)}

        with pytest.raises(booking.Doubtful):
            edit(by_pia, (plan := self.plan_of(by_pia, **late)), pia, accepted=accepted(plan))
        plan = self.plan_of(by_ines, starts_at=at(22), ends_at=at(23))
        assert edit(by_ines, plan, ines, accepted=accepted(plan)).starts_at == at(22)

    def test_hands_over_to_nobody_outside(self, meetings, ada):
        (by_pia, pia), (by_ines, ines) = meetings

        with pytest.raises(booking.Unfit, match="would not be in the meeting"):
            edit(by_pia, self.plan_of(by_pia, organizer=ada), pia)
        assert edit(by_ines, self.plan_of(by_ines, organizer=ada), ines).organizer == ada


class TestDelete:
    @pytest.fixture
    def meeting(self, path, plan, ada, eva):
        return add(path, replace(plan, organizer=eva), ada)

    def delete(self, meeting, by, **fields):
        known = {"sequence": meeting.sequence, "token": uuid4(), "now": NOW}
        return booking.delete(meeting=meeting, by=by, **{**known, **fields})

    def test_keeps_everything_and_frees_the_time(self, path, meeting, plan, ada, eva, pia):
        self.delete(meeting, eva, message="Not needed")

        meeting.refresh_from_db()
        assert (meeting.status, meeting.cancelled_by, meeting.cancelled_at) == ("deleted", eva, NOW)
        assert (meeting.cancel_message, meeting.title, meeting.sequence) == ("Not needed", "First 90 days", 1)
        assert told(meeting, 1) == dict.fromkeys([eva.pk, pia.pk], "deleted")
        assert add(path, plan, ada).starts_at == at(10)

    def test_is_seen_by_the_admins_of_the_path_only(self, meeting, ada, eva, pia):
        people = (ada, eva, pia)
        assert [meeting in Meeting.objects.of(person) for person in people] == [False, True, True]

        self.delete(meeting, eva)

        assert [meeting in Meeting.objects.visible_to(person) for person in people] == [True, False, False]
        assert [meeting in Meeting.objects.of(person) for person in people] == [False, False, False]

    def test_by_a_participant_is_refused(self, meeting, pia):
        with pytest.raises(booking.BookingRefused):
            self.delete(meeting, pia)

    def test_begun_is_refused(self, meeting, eva):
        with pytest.raises(booking.BookingRefused, match="has started"):
            self.delete(meeting, eva, now=at(10))

    def test_twice_is_refused_and_the_same_form_is_not(self, meeting, ada):
        token = uuid4()
        self.delete(meeting, ada, token=token)

        assert self.delete(meeting, ada, token=token) == meeting
        with pytest.raises(booking.BookingRefused, match="deleted"):
            self.delete(meeting, ada)
        assert meeting.events.count() == 2

    def test_stale(self, meeting, plan, ada, eva):
        edit(meeting, replace(plan, title="New"), ada)

        with pytest.raises(booking.StaleMeeting):
            self.delete(meeting, eva, sequence=0)

    def test_invariants_hold_after_all_of_it(self, path, meeting, plan, ada, eva, pia):
        per = a_participant(path, "Per")
        second = edit(meeting, replace(plan, participants=(per,), organizer=per), eva)
        third = booking.hand_over(meeting=second, to=eva, by=per, sequence=1, token=uuid4(), now=NOW)
        self.delete(third, eva)
        other = add(path, plan, ada)
        edit(other, replace(plan, organizer=pia), ada)

        assert {name: count for name, count in invariants.count_broken(NOW).items() if count} == {}
