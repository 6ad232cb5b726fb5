"""Adding a meeting by hand through the writer."""

from dataclasses import replace
from uuid import uuid4

import pytest

from experts.models import BusyTime
from meetings import booking
from meetings.booking import conflicts
from meetings.integrity import invariants
from meetings.models import Meeting, Notice
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_person,
    add,
    an_admin,
    an_expert,
    at,
    leave,
    told,
)

pytestmark = pytest.mark.django_db


class TestAdd:
    def test_writes_what_was_planned(self, path, plan, ada, eva, pia):
        meeting = add(path, plan, ada)

        assert (meeting.kind, meeting.status, meeting.sequence, meeting.theme) == ("adhoc", "scheduled", 0, None)
        assert (meeting.title, meeting.agenda) == ("First 90 days", "What went well\nWhat next")
        assert (meeting.place, meeting.video_link) == ("Lake room", "https://video.example.test/lake")
        assert (meeting.starts_at, meeting.ends_at) == (at(10), at(11))
        assert set(meeting.attendees.values_list("user", "role", "starts_at", "ends_at", "live")) == {
            (eva.pk, "expert", at(10), at(11), True),
            (pia.pk, "participant", at(10), at(11), True),
        }

    def test_without_an_organizer_is_the_scheduler(self, path, plan, ada, eva, pia):
        meeting = add(path, plan, ada)

        assert (meeting.organizer, meeting.created_by) == (ada, ada)
        assert told(meeting, 0) == dict.fromkeys([eva.pk, pia.pk, ada.pk], "scheduled")

    def test_with_an_attendee_as_organizer(self, path, plan, ada, eva, pia):
        meeting = add(path, replace(plan, organizer=pia), ada)

        assert meeting.organizer == pia
        assert told(meeting, 0) == dict.fromkeys([eva.pk, pia.pk], "scheduled")

    def test_history(self, path, plan, ada, eva, pia):
        token = uuid4()
        meeting = add(path, plan, ada, token=token)

        event = meeting.events.get()
        assert (event.happening, event.by, event.at, event.sequence, event.token) == ("scheduled", ada, NOW, 0, token)
        assert event.facts == {
            "starts_at": "2026-11-03T10:00:00+00:00",
            "ends_at": "2026-11-03T11:00:00+00:00",
            "experts": [str(eva.pk)],
            "participants": [str(pia.pk)],
            "organizer": str(ada.pk),
            "title": "First 90 days",
            "agenda": "What went well\nWhat next",
            "place": "Lake room",
            "video_link": "https://video.example.test/lake",
        }

    def test_same_form_twice_is_one_meeting(self, path, plan, ada):
        token = uuid4()

        assert add(path, plan, ada, token=token) == add(path, plan, ada, token=token)
        assert (Meeting.objects.count(), Notice.objects.of_changes().count()) == (1, 3)

    def test_several_of_each(self, path, plan, ada, eva, pia):
        experts = (eva, an_expert(path, name="Ines").user)
        participants = (pia, a_participant(path, "Per"))
        meeting = add(path, replace(plan, experts=experts, participants=participants), ada)

        assert meeting.attendees.count() == 4
        assert invariants.count_broken(NOW) == dict.fromkeys(invariants.count_broken(NOW), 0)

    def test_ignores_notice_horizon_and_caps(self, plan, eva, pia, ada, path):
        path.notice_minutes, path.horizon_days = 7 * 24 * 60, 0
        path.save()
        eva.expert.cap_per_day = 0
        eva.expert.save()

        assert add(path, plan, ada).starts_at == at(10)

    def test_expert_may_schedule_without_attending(self, path, plan):
        ines = an_expert(path, name="Ines").user

        assert add(path, plan, ines).organizer == ines


class TestAddRefused:
    @pytest.mark.parametrize("who", ["participant", "stranger", "staff", "former admin"])
    def test_whoever_may_not(self, path, plan, pia, ada, who):
        people = {
            "participant": lambda: pia,
            "stranger": lambda: an_admin(a_path()),
            "staff": lambda: a_person(is_staff=True, is_superuser=True),
            "former admin": lambda: leave(ada, path) or ada,
        }

        with pytest.raises(booking.BookingRefused, match="Only admins and experts of this path"):
            add(path, plan, people[who]())
        assert Meeting.objects.count() == 0

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"experts": ()}, "experts"),
            ({"participants": ()}, "participants"),
            ({"starts_at": NOW, "ends_at": at(9, day=0)}, "start"),
            ({"ends_at": at(10, 4)}, "duration"),
            ({"ends_at": at(18, 1)}, "duration"),
        ],
    )
    def test_unfit(self, path, plan, ada, change, field):
        with pytest.raises(booking.Unfit) as refused:
            add(path, replace(plan, **change), ada, now=NOW)

        assert (refused.value.field, Meeting.objects.count()) == (field, 0)

    @pytest.mark.parametrize("minutes", [5, 480])
    def test_shortest_and_longest_are_fit(self, path, plan, ada, minutes):
        path_day = replace(plan, starts_at=at(9), ends_at=at(9 + minutes // 60, minutes % 60))

        assert add(path, path_day, ada).duration_minutes == minutes

    def test_expert_not_on_this_path(self, path, plan, ada):
        stranger = an_expert(a_path(), name="Ines").user

        with pytest.raises(booking.Unfit, match="Ines is not an expert of this path") as refused:
            add(path, replace(plan, experts=(stranger,)), ada)
        assert refused.value.field == "experts"

    def test_participant_who_has_left(self, path, plan, ada, pia):
        leave(pia, path)

        with pytest.raises(booking.Unfit, match="Pia is not a participant of this path") as refused:
            add(path, plan, ada)
        assert refused.value.field == "participants"

    def test_expert_as_participant(self, path, plan, ada, eva):
        with pytest.raises(booking.Unfit):
            add(path, replace(plan, participants=(eva,)), ada)

    def test_organizer_who_neither_attends_nor_schedules(self, path, plan, ada):
        with pytest.raises(booking.Unfit) as refused:
            add(path, replace(plan, organizer=an_admin(path, "Other")), ada)
        assert refused.value.field == "organizer"

    @pytest.mark.parametrize("who", ["eva", "pia"])
    def test_clash_on_any_path(self, request, path, plan, ada, who):
        elsewhere = a_path()
        person = request.getfixturevalue(who)
        a_meeting(elsewhere, person, a_participant(elsewhere), at(10, 30))

        with pytest.raises(booking.Clashing):
            add(path, plan, ada)
        assert Meeting.objects.count() == 1

    def test_back_to_back_is_no_clash(self, path, plan, ada, eva, pia):
        a_meeting(path, eva, pia, at(9, 30))
        a_meeting(path, eva, pia, at(11))

        assert add(path, plan, ada).starts_at == at(10)


class TestDoubts:
    def test_outside_hours_must_be_accepted(self, path, plan, ada, eva):
        late = replace(plan, starts_at=at(20), ends_at=at(21))
        with pytest.raises(booking.Doubtful):
            add(path, late, ada)

        people = conflicts.free_busy([eva], [], since=at(20), until=at(21), but=None)
        (doubt,) = conflicts.doubts(people, at(20), at(21))
        meeting = add(path, late, ada, accepted={doubt.key})

        assert meeting.starts_at == at(20)
        assert meeting.events.get().facts["overridden"] == [str(eva.pk)]

    def test_consent_to_another_time_does_not_count(self, path, plan, ada, eva):
        people = conflicts.free_busy([eva], [], since=at(20), until=at(21), but=None)
        (doubt,) = conflicts.doubts(people, at(20), at(21))

        with pytest.raises(booking.Doubtful):
            add(path, replace(plan, starts_at=at(21), ends_at=at(22)), ada, accepted={doubt.key})

    def test_busy_elsewhere_must_be_accepted(self, path, plan, ada, eva):
        BusyTime.objects.create(expert=eva.expert, starts_at=at(10, 30), ends_at=at(12))

        with pytest.raises(booking.Doubtful):
            add(path, plan, ada)

    def test_clash_can_not_be_accepted(self, path, plan, ada, eva, pia):
        a_meeting(path, eva, pia, at(20))
        people = conflicts.free_busy([eva], [], since=at(20), until=at(21), but=None)
        keys = {doubt.key for doubt in conflicts.doubts(people, at(20), at(21))}

        with pytest.raises(booking.Clashing):
            add(path, replace(plan, starts_at=at(20), ends_at=at(21)), ada, accepted=keys)
