"""Somebody leaves while they are booked, moved and given sessions, and while another admin leaves: in turn.

As in test_races_dropin.py, every race ends with the invariants counted, and a control shows that it could end
otherwise.
"""

from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from meetings import booking
from meetings.booking import leaving
from meetings.booking.settling import Decision, Leaving, Way
from meetings.integrity import invariants
from meetings.models import Attendee, Meeting
from paths.enums import Role
from paths.models import Membership
from tests.meetings.racing import ROUNDS, assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, an_admin, an_expert, at, book, join

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DAYS = range(1, ROUNDS + 1)


def goes(user, path, role, decisions, by, **fields):
    what = Leaving(user, path, frozenset({role}))
    return partial(leaving.end, leaving=what, decisions=decisions, by=by, now=NOW, **fields)


def errors(outcomes):
    """What came that is neither a value nor one of the writers' own answers."""
    return [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, booking.BookingError)]


def test_control_an_end_that_asks_nobody_strands_a_session(path):
    expert = an_expert(path)
    theme = a_theme(path, expert)
    participants = [a_participant(path) for _ in range(4)]

    def end_alone():
        with transaction.atomic():
            return Membership.objects.filter(user=expert.user).update(ended_at=NOW)

    for number, one in enumerate(participants):
        book(theme, one, at(9 + number))
    race([end_alone])

    assert broken()["people in coming meetings who have left or are switched off"] == 4


def test_expert_leaves_while_they_are_booked(path, ada, monkeypatch):
    """Either their session was there in time, and they stay; or they are gone, and nobody gets them."""
    rounds, memberships = [], []
    for day in DAYS:
        expert = an_expert(path)
        theme = a_theme(path, expert)
        memberships.append(Membership.objects.get(user=expert.user))
        calls = [partial(book, theme, a_participant(path), at(9 + number, day=day)) for number in range(4)]
        rounds.append([*calls[:2], goes(expert.user, path, Role.EXPERT, {}, ada), *calls[2:]])
    lost_to = watch_lost_races(monkeypatch)

    for membership, outcomes in zip(memberships, race(*rounds), strict=True):
        membership.refresh_from_db()
        booked = Attendee.objects.filter(user=membership.user, live=True).count()
        assert errors(outcomes) == []
        assert (membership.ended_at is None) == (tally(outcomes)["Unsettled"] == 1)
        assert membership.ended_at is None or booked == 0
    assert_no_deadlock(lost_to)
    assert broken() == {}


def test_sessions_are_given_while_the_next_expert_is_booked_and_the_session_moved(path, ada, monkeypatch):
    rounds, experts = [], []
    for day in DAYS:
        old, new = an_expert(path), an_expert(path)
        theme = a_theme(path, old, new)
        pia, other = a_participant(path), a_participant(path)
        meeting = book(theme, pia, at(10, day=day), expert=old)
        experts.append(old.user)
        given = {meeting.pk: Decision(Way.GIVE, new.user_id, sequence=0)}
        move = {"meeting": meeting, "by": pia, "start": at(13, day=day), "now": NOW}
        rounds.append(
            [
                goes(old.user, path, Role.EXPERT, given, ada),
                partial(book, theme, other, at(10, day=day), expert=new),
                partial(booking.reschedule, **move, token=uuid4()),
                partial(booking.cancel, meeting=meeting, by=pia, now=NOW),
            ]
        )
    lost_to = watch_lost_races(monkeypatch)

    for expert, outcomes in zip(experts, race(*rounds), strict=True):
        assert errors(outcomes) == []
        gone = not Membership.objects.live().filter(user=expert).exists()
        assert not gone or not Attendee.objects.filter(user=expert, live=True).exists()
        assert tally(outcomes)["list"] == gone
    assert_no_deadlock(lost_to)
    assert broken() == {}


def test_of_two_last_admins_who_leave_at_once_one_stays():
    paths, rounds = [], []
    for _ in DAYS:
        path = a_path()
        paths.append(path)
        admins = [an_admin(path), an_admin(path)]
        rounds.append([goes(one, path, Role.ADMIN, {}, one) for one in admins])

    for outcomes in race(*rounds):
        assert tally(outcomes) == {"list": 1, "NoAdminLeft": 1}
    assert invariants.count_odd(NOW) == {"paths without an admin": 0}


def test_admins_who_end_each_other_end_one():
    rounds = []
    for _ in DAYS:
        path = a_path()
        one, two = an_admin(path), an_admin(path)
        rounds.append([goes(one, path, Role.ADMIN, {}, two), goes(two, path, Role.ADMIN, {}, one)])

    for outcomes in race(*rounds):
        assert tally(outcomes) == {"list": 1, "BookingRefused": 1}
    assert invariants.count_odd(NOW) == {"paths without an admin": 0}


def test_person_is_switched_off_on_two_paths_while_booked_and_taken_off_one(path, ada, monkeypatch):
    stig = a_person("Stig", is_staff=True, is_superuser=True)
    rounds, people = [], []
    for day in DAYS:
        other = a_path()
        expert = an_expert(path)
        join(expert.user, other, Role.EXPERT)
        themes = [a_theme(each, expert) for each in (path, other)]
        people.append(expert.user)
        rounds.append(
            [
                partial(leaving.deactivate, user=expert.user, decisions={}, by=stig, now=NOW),
                goes(expert.user, path, Role.EXPERT, {}, ada),
                partial(book, themes[0], a_participant(path), at(9, day=day)),
                partial(book, themes[1], a_participant(other), at(11, day=day)),
            ]
        )
    lost_to = watch_lost_races(monkeypatch)

    for person, outcomes in zip(people, race(*rounds), strict=True):
        assert errors(outcomes) == []
        person.refresh_from_db()
        assert person.is_active or not Attendee.objects.filter(user=person, live=True).exists()
    assert_no_deadlock(lost_to)
    assert broken() == {}


def test_organizers_place_passes_while_the_meeting_is_edited(path, ada, eva, pia):
    """An edit that makes the scheduler its organizer again, and the end of the scheduler's membership."""
    rounds, meetings = [], []
    for day in DAYS:
        abe = an_admin(path)
        plan = booking.MeetingPlan("Check-in", at(10, day=day), at(11, day=day), (eva,), (pia,), organizer=eva)
        meeting = booking.add_manually(path=path, plan=plan, by=abe, token=uuid4(), now=NOW)
        meetings.append(meeting)
        again = booking.MeetingPlan("Check-in", at(10, day=day), at(11, day=day), (eva,), (pia,), organizer=abe)
        edit = {"meeting": meeting, "plan": again, "by": ada, "sequence": 0, "now": NOW}
        rounds.append([partial(booking.edit, **edit, token=uuid4()), goes(abe, path, Role.ADMIN, {}, abe)])

    for meeting, outcomes in zip(meetings, race(*rounds), strict=True):
        assert errors(outcomes) == []
        assert tally(outcomes) in ({"Meeting": 1, "Unsettled": 1}, {"list": 1, "Unfit": 1})
        organizer = Meeting.objects.get(pk=meeting.pk).organizer
        assert Membership.objects.live().filter(path=path, user=organizer).exists()
    assert broken() == {}
