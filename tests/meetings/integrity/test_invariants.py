"""Each invariant is broken behind the writers' back, and the count must see exactly that."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from meetings import booking
from meetings.enums import AccountMail
from meetings.integrity import invariants, overlap
from meetings.models import Attendee, Meeting, MeetingEvent, Notice
from paths.enums import Role
from paths.models import Membership
from tests.rewriting import rewriting
from tests.scene import NOW, a_participant, a_person, a_theme, an_expert, at, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(path):
    return book(a_theme(path, an_expert(path)), a_participant(path), at(10))


def broken(now=NOW):
    """Without the reminders, which follow people and times: test_reminders.py breaks those."""
    counts = invariants.count_broken(now).items()
    return {words: count for words, count in counts if count and "reminders" not in words}


@pytest.mark.usefixtures("meeting")
def test_nothing_is_broken_after_booking():
    assert broken() == {}


def test_nothing_is_broken_after_a_whole_life(path):
    one, two = an_expert(path), an_expert(path)
    participant = a_participant(path)
    meeting = book(a_theme(path, one, two), participant, at(10), expert=one)
    move = {"meeting": meeting, "by": participant, "now": NOW, "start": at(11)}
    booking.reschedule(**move, expert=two, token=uuid4())
    booking.change_note(meeting=meeting, by=participant, note="About Monday", now=NOW)
    booking.cancel(meeting=meeting, by=participant, now=NOW)

    assert broken() == {}


def test_overlap_is_counted(path, meeting):
    connection.check_constraints()
    overlap.IN_MEETINGS.drop(connection)
    later = book(meeting.theme, a_participant(path), at(11))
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    Meeting.objects.filter(pk=later.pk).update(**times)
    later.attendees.update(**times)

    assert broken() == {"people in two live meetings at once": 1, "missing database rule": 1}


@pytest.mark.parametrize("times", [{"starts_at": at(9, 59)}, {"ends_at": at(10, 29)}])
def test_time_apart_from_the_meetings_is_counted(meeting, times):
    meeting.attendees.filter(role="expert").update(**times)

    assert broken() == {"attendees whose time is not their meeting's": 1}


@pytest.mark.parametrize("role", ["expert", "participant"])
def test_scheduled_meeting_without_a_person_is_counted(meeting, role):
    meeting.attendees.filter(role=role).update(live=False)

    assert broken() == {"scheduled meetings without an expert or a participant": 1}


def test_live_attendee_of_a_cancelled_meeting_is_counted(meeting):
    booking.cancel(meeting=meeting, by=meeting.organizer, now=NOW)
    meeting.attendees.update(live=True)

    assert broken() == {"live attendees of a cancelled or deleted meeting": 2}


def test_expert_whose_membership_was_ended_behind_the_writer_is_counted(meeting, path):
    Membership.objects.filter(path=path, role=Role.EXPERT).update(ended_at=NOW)

    assert broken() == {"people in coming meetings who have left or are switched off": 1}

    meeting.attendees.filter(role=Role.EXPERT).update(kept_at=NOW)
    assert broken() == {}


@pytest.mark.usefixtures("meeting")
def test_participant_who_is_in_it_in_another_role_than_theirs_is_counted(path):
    Membership.objects.filter(path=path, role=Role.PARTICIPANT).update(role=Role.ADMIN)

    assert broken() == {"people in coming meetings who have left or are switched off": 1}


def test_organizer_who_was_switched_off_is_counted_even_where_they_were_kept(meeting):
    meeting.attendees.update(kept_at=NOW)
    type(meeting.organizer).objects.filter(pk=meeting.organizer_id).update(is_active=False)

    assert broken() == {
        "people in coming meetings who have left or are switched off": 1,
        "coming meetings whose organizer has left or is switched off": 1,
    }


def test_organizer_without_a_role_is_counted_until_the_meeting_begins(meeting):
    outsider = a_person()
    Meeting.objects.filter(pk=meeting.pk).update(organizer=outsider)

    assert broken() == {"coming meetings whose organizer has left or is switched off": 1}
    assert broken(at(10)) == {}


def test_path_without_an_admin_is_odd_until_it_has_closed(path, ada):
    assert invariants.count_odd(NOW) == {"paths without an admin": 0}
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    assert invariants.count_odd(NOW) == {"paths without an admin": 1}
    call_command("check_invariants", stdout=StringIO())

    type(path).objects.filter(pk=path.pk).update(closes_on=at(0, day=-3).date())
    assert invariants.count_odd(NOW) == {"paths without an admin": 0}


def test_missing_notice_is_counted(meeting):
    booking.cancel(meeting=meeting, by=meeting.organizer, now=NOW)
    Notice.objects.filter(kind="cancelled", user=meeting.organizer).delete()

    assert broken() == {"missing notices": 1}


def test_change_without_any_notice_is_counted_for_each_person(meeting):
    Notice.objects.of_changes().delete()

    assert broken() == {"missing notices": 2}


def test_notice_of_somebody_never_concerned_is_counted(meeting):
    event = meeting.events.get()
    Notice.objects.create(
        event=event, meeting=meeting, user=a_person(), kind="booked", sequence=event.sequence, due_at=NOW
    )

    assert broken() == {"orphan notices": 1}


def test_notice_of_another_meetings_change_is_counted(path, meeting):
    other = book(meeting.theme, meeting.organizer, at(12))
    Notice.objects.of_changes().filter(meeting=other, user=meeting.organizer).update(meeting=meeting, sequence=7)
    with rewriting():
        MeetingEvent.objects.filter(meeting=other).update(sequence=7)
    Notice.objects.filter(meeting=other).update(sequence=7)

    assert broken() == {"orphan notices": 1}


def test_notice_of_another_sequence_is_counted(meeting):
    Notice.objects.of_changes().filter(user=meeting.organizer).update(sequence=3)

    assert broken() == {"orphan notices": 1}


def test_stale_lease_is_counted_after_an_hour(meeting):
    Notice.objects.of_changes().filter(user=meeting.organizer).update(leased_until=NOW)

    assert broken(NOW + timedelta(hours=1)) == {}
    assert broken(NOW + timedelta(hours=1, seconds=1)) == {"stale leases": 1}


@pytest.mark.parametrize("settled", ["sent_at", "parked_at"])
def test_lease_of_a_settled_notice_is_none(meeting, settled):
    Notice.objects.update(leased_until=NOW, **{settled: NOW})

    assert broken(NOW + timedelta(days=1)) == {}
    Notice.objects.update(**{settled: None})
    assert "stale leases" in broken(NOW + timedelta(days=1))


def test_missing_rule_is_counted():
    overlap.IN_MEETINGS.drop(connection)

    assert broken() == {"missing database rule": 1}


@pytest.mark.usefixtures("meeting", "ada")
def test_command_prints_every_count_and_ends_well():
    out = StringIO()

    call_command("check_invariants", stdout=out)

    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["0"] * 22


def test_command_ends_with_an_error_when_anything_is_broken(meeting):
    Attendee.objects.filter(role="expert").update(live=False)
    out = StringIO()

    with pytest.raises(CommandError) as error:
        call_command("check_invariants", stdout=out)

    assert error.value.returncode == 1
    assert "     1  scheduled meetings without an expert or a participant" in out.getvalue().splitlines()


def test_who_was_told_twice_of_the_same_missed_session_is_counted(path):
    pia = a_participant(path)
    rows = [(pia, "1"), (pia, "1"), (pia, "2"), (a_participant(path), "1"), (pia, None), (pia, None)]
    for user, meeting in rows:
        facts = {"path": str(path.pk)} | ({"meeting": meeting} if meeting else {})
        fields = {"kind": AccountMail.SESSIONS_MISSED, "facts": facts, "due_at": NOW}
        Notice.objects.create(user=user, address=user.email, **fields)

    assert broken() == {"people told twice of the same missed session": 1}
