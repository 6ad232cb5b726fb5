"""What a meeting's page says to each reader about their rights, word for word."""

from dataclasses import replace
from uuid import uuid4

import pytest

from meetings import booking
from meetings.models import Meeting
from meetings.pages.meeting import rights
from meetings.permissions import standings
from tests.scene import NOW, add, at, leave

pytestmark = pytest.mark.django_db

AD_HOC = "An ad-hoc meeting, added by hand."
DROP_IN = "A drop-in session, booked on demand."
NOT_THEIRS = [
    "Only its organizer and the admins of this path can edit this meeting.",
    "Only its organizer and the admins of this path can delete this meeting.",
]
BEGUN = "This meeting has started, so it can’t be changed any more."


def adhoc(cast, organizer):
    return cast.adhoc(organizer=organizer, participants=(cast.pia, cast.per))


def shown(meeting, user, now=NOW):
    current = Meeting.objects.with_people().get(pk=meeting.pk)
    return rights.sentences(current, user, standings.meeting_standings(user, current), now)


class TestAdHoc:
    def test_organizer(self, cast):
        assert shown(adhoc(cast, cast.eva), cast.eva) == [
            AD_HOC,
            "You are its organizer.",
            "As its organizer you can edit or delete it.",
            "So can the path’s admins.",
            "Per and Pia can’t.",
        ]

    def test_admin_who_organizes_without_attending(self, cast):
        assert shown(adhoc(cast, cast.ada), cast.ada) == [
            AD_HOC,
            "You are its organizer.",
            "As an admin of this path and its organizer you can edit or delete it.",
            "So can the path’s admins.",
            "Eva, Per and Pia can’t.",
        ]

    def test_admin_beside_an_organizer(self, cast):
        assert shown(adhoc(cast, cast.pia), cast.ada) == [
            AD_HOC,
            "Its organizer is Pia.",
            "As an admin of this path you can edit or delete it.",
            "So can the path’s admins.",
            "Eva and Per can’t.",
        ]

    @pytest.mark.parametrize("who", ["eva", "per"])
    def test_everybody_else_learns_why_not(self, cast, who):
        assert shown(adhoc(cast, cast.pia), getattr(cast, who)) == [AD_HOC, "Its organizer is Pia.", *NOT_THEIRS]

    def test_expert_who_scheduled_it_and_named_the_participant(self, cast):
        meeting = add(cast.path, replace(cast.plan, organizer=cast.pia), cast.eva)

        assert shown(meeting, cast.eva) == [AD_HOC, "Its organizer is Pia.", *NOT_THEIRS]

    def test_begun(self, cast):
        assert shown(adhoc(cast, cast.eva), cast.eva, at(10)) == [AD_HOC, "You are its organizer.", BEGUN]

    def test_deleted(self, cast):
        meeting = adhoc(cast, cast.eva)
        booking.delete(meeting=meeting, by=cast.eva, sequence=0, token=uuid4(), now=NOW)

        assert shown(meeting, cast.ada) == [
            AD_HOC,
            "Its organizer is Eva.",
            "This meeting is deleted, so it can’t be changed any more.",
        ]

    def test_organizer_who_left_the_path(self, cast):
        meeting = adhoc(cast, cast.pia)
        leave(cast.pia, cast.path)

        assert shown(meeting, cast.pia) == [AD_HOC, "You are its organizer.", *NOT_THEIRS]


class TestDropIn:
    def test_participant(self, cast):
        assert shown(cast.dropin(), cast.pia) == [
            DROP_IN,
            "You are its organizer.",
            "As its participant and its organizer you can reschedule or cancel it.",
            "So can the path’s admins.",
        ]

    def test_expert(self, cast):
        assert shown(cast.dropin(), cast.eva) == [
            DROP_IN,
            "Its organizer is Pia.",
            "As its expert you can reschedule or cancel it.",
            "So can the path’s admins.",
        ]

    def test_participant_after_change_until(self, cast):
        assert shown(cast.dropin(), cast.pia, at(9)) == [
            DROP_IN,
            "You are its organizer.",
            "As its participant and its organizer you can cancel it.",
            "It is too late to move this session. You can still cancel it, but it counts as used.",
        ]

    def test_cancelled(self, cast):
        meeting = cast.dropin()
        booking.cancel(meeting=meeting, by=cast.pia, now=NOW)

        assert shown(meeting, cast.eva)[2:] == ["This meeting is cancelled, so it can’t be changed any more."]

    def test_begun(self, cast):
        assert shown(cast.dropin(), cast.ada, at(14))[2:] == [BEGUN]


def test_sentences_ask_the_same_number_of_queries_for_many(cast, django_assert_num_queries):
    meeting = Meeting.objects.with_people().get(pk=adhoc(cast, cast.eva).pk)

    with django_assert_num_queries(2):
        rights.sentences(meeting, cast.eva, standings.meeting_standings(cast.eva, meeting), NOW)
