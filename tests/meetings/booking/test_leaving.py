"""Whoever leaves, by whichever door: each coming meeting of theirs is settled as was decided, or nothing happens."""

import pytest

from everwise.accounts.models import User
from meetings import booking
from meetings.booking import leaving
from meetings.booking.settling import Decision, Leaving, Way, concerned
from meetings.models import Attendee, Meeting, Notice
from paths.enums import Happened, Role, Via
from paths.models import Membership, PathEvent
from tests.meetings.booking.leavers import (
    a_meeting_of,
    a_world,
    actor,
    broken,
    cases_of,
    decided,
    go,
    leaving_of,
    names,
    settled,
)
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book, join, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# What can be chosen, in the order of the page; the first is the usual one. The expert's session could be given to
# Ines; the meeting of two experts and two participants has Otto and Per besides; alone has only Eva and Pia.
OFFERED = """
door        leaves       meeting      ways
admin       expert       dropin       give cancel keep
admin       expert       adhoc        remove cancel keep
admin       expert       alone        cancel keep
admin       participant  dropin       cancel keep
admin       participant  adhoc        remove keep
admin       participant  alone        cancel keep
admin       admin        led          hand cancel
self        expert       dropin       give cancel keep
self        expert       adhoc        remove keep
self        expert       alone        cancel keep
self        participant  dropin       cancel
self        participant  adhoc        remove
self        participant  alone        cancel
self        admin        led          hand cancel
staff       expert       dropin       give cancel keep
staff       expert       adhoc        remove cancel keep
staff       expert       alone        cancel keep
staff       participant  dropin       cancel keep
staff       participant  adhoc        remove keep
staff       participant  alone        cancel keep
staff       admin        led          hand cancel
deactivate  expert       dropin       give cancel
deactivate  expert       adhoc        remove cancel
deactivate  expert       alone        cancel
deactivate  participant  dropin       cancel
deactivate  participant  adhoc        remove
deactivate  participant  alone        cancel
deactivate  admin        led          hand cancel
erase       expert       dropin       give cancel
erase       expert       adhoc        remove cancel
erase       expert       alone        cancel
erase       participant  dropin       cancel
erase       participant  adhoc        remove
erase       participant  alone        cancel
erase       admin        led          hand cancel
"""
# What each way makes of the meeting: its status, who is in it and who gets which e-mail, by their names.
BECOMES = """
leaves       meeting  way     status     in it              e-mails
expert       dropin   give    scheduled  ines,pia           eva:cancelled,ines:booked,pia:reassigned
expert       dropin   cancel  cancelled  -                  eva:cancelled,pia:cancelled
expert       dropin   keep    scheduled  eva,pia            -
expert       adhoc    remove  scheduled  otto,per,pia       ada:updated,eva:removed,otto:updated,per:updated,pia:updated
expert       adhoc    cancel  deleted    -                  ada:deleted,eva:deleted,otto:deleted,per:deleted,pia:deleted
expert       adhoc    keep    scheduled  eva,otto,per,pia   -
expert       alone    cancel  deleted    -                  ada:deleted,eva:deleted,pia:deleted
expert       alone    keep    scheduled  eva,pia            -
participant  dropin   cancel  cancelled  -                  eva:cancelled,pia:cancelled
participant  dropin   keep    scheduled  eva,pia            eva:handed-over,pia:handed-over
participant  adhoc    remove  scheduled  eva,otto,per       ada:updated,eva:updated,otto:updated,per:updated,pia:removed
participant  adhoc    keep    scheduled  eva,otto,per,pia   -
participant  alone    cancel  deleted    -                  ada:deleted,eva:deleted,pia:deleted
participant  alone    keep    scheduled  eva,pia            -
admin        led      hand    scheduled  otto,per           abe:handed-over,otto:handed-over,per:handed-over
admin        led      cancel  deleted    -                  abe:deleted,otto:deleted,per:deleted
"""


def lines(table):
    return [line.split() for line in table.strip().splitlines()[1:]]


CELLS = [(*row[:3], way) for row in lines(OFFERED) for way in row[3:]]


@pytest.fixture
def world():
    return a_world()


@pytest.mark.parametrize(("door", "leaves", "meeting", "ways"), [(*row[:3], row[3:]) for row in lines(OFFERED)])
def test_what_can_be_chosen(world, door, leaves, meeting, ways):
    a_meeting_of(world, meeting)

    (case,) = cases_of(world, door, leaves)

    assert [option.way for option in case.options] == ways
    assert case.usual.way == ways[0]


@pytest.mark.parametrize(("door", "leaves", "kind", "way"), CELLS)
def test_what_becomes_of_it(world, door, leaves, kind, way):
    meeting = a_meeting_of(world, kind)
    (case,) = cases_of(world, door, leaves)
    status, inside, mails = next(row[3:] for row in lines(BECOMES) if row[:3] == [leaves, kind, way])

    go(world, door, leaves, {meeting.pk: decided(case, Way(way))}, message="Good bye")

    fresh = Meeting.objects.get(pk=meeting.pk)
    assert fresh.status == status
    assert names(world, fresh.attendees.filter(live=True).values_list("user", flat=True)) == inside
    wrote = told(fresh, 1)
    letters = sorted(f"{names(world, [who])}:{kind}" for who, kind in wrote.items())
    assert letters == ([] if mails == "-" else mails.split(","))
    assert fresh.sequence == (1 if wrote else 0)
    assert broken() == {}


@pytest.mark.parametrize("door", ["admin", "self", "staff"])
@pytest.mark.parametrize("leaves", ["expert", "participant", "admin"])
def test_membership_is_over_and_history_says_so(world, door, leaves):
    what = leaving_of(world, door, leaves)

    (row,) = go(world, door, leaves, {})

    row.refresh_from_db()
    assert row.ended_at == NOW
    (event,) = PathEvent.objects.all()
    assert (event.what, event.about, event.by) == (Happened.ENDED, what.user, actor(world, door, leaves))
    assert (event.via, event.facts["roles"]) == (Via.ADMIN if door == "staff" else Via.WEB, [leaves])


class TestRoleChange:
    def change(self, world, user, old, new, decisions=None):
        what = Leaving(user, world.path, frozenset({old}), new)
        return leaving.end(leaving=what, decisions=decisions or {}, by=world.ada, now=NOW)

    def roles(self, user):
        return set(Membership.objects.live().filter(user=user).values_list("role", flat=True))

    def test_participant_becomes_expert_with_a_profile(self, world):
        self.change(world, world.per, Role.PARTICIPANT, Role.EXPERT)

        assert self.roles(world.per) == {"expert"}
        assert User.objects.get(pk=world.per.pk).expert.user == world.per
        event = PathEvent.objects.get()
        assert (event.what, event.facts["roles"], event.facts["role"]) == ("role-changed", ["participant"], "expert")

    def test_expert_kept_in_a_meeting_has_no_rights_there(self, world):
        meeting = a_meeting_of(world, "dropin")
        kept = {meeting.pk: Decision(Way.KEEP)}

        self.change(world, world.eva, Role.EXPERT, Role.PARTICIPANT, kept)

        assert Attendee.objects.get(meeting=meeting, user=world.eva).kept_at == NOW
        with pytest.raises(booking.BookingRefused):
            booking.cancel(meeting=meeting, by=world.eva, now=NOW)
        assert broken() == {}

    def test_organizer_stays_so_in_another_role(self, world):
        meeting = a_meeting_of(world, "led")

        self.change(world, world.abe, Role.ADMIN, Role.PARTICIPANT)

        assert Meeting.objects.get(pk=meeting.pk).organizer == world.abe
        assert broken() == {}

    def test_role_they_have_by_now_is_refused(self, world):
        self.change(world, world.per, Role.PARTICIPANT, Role.EXPERT)

        with pytest.raises(leaving.AlreadyLeft, match="no longer a participant"):
            self.change(world, world.per, Role.PARTICIPANT, Role.EXPERT)

    def test_admin_and_expert_can_not_become_participant_besides(self, world):
        join(world.eva, world.path, Role.ADMIN)

        with pytest.raises(leaving.AlreadyLeft, match="The roles of Eva were changed meanwhile"):
            self.change(world, world.eva, Role.ADMIN, Role.PARTICIPANT)
        assert self.roles(world.eva) == {"admin", "expert"}


def test_end_twice_says_that_it_is_over(world):
    go(world, "admin", "expert", {})

    with pytest.raises(leaving.AlreadyLeft, match="Eva is no longer an expert on this path"):
        go(world, "admin", "expert", {})


def test_cancelled_by_admin_gives_the_session_back_and_late_by_oneself_does_not(world):
    world.path.change_until_minutes = 60 * 48
    world.path.save(update_fields=["change_until_minutes"])
    per = book(world.theme, world.per, at(12), expert=world.expert)
    pia = book(world.theme, world.pia, at(10), expert=world.expert)
    for user, by in ((world.per, world.ada), (world.pia, world.pia)):
        what = Leaving(user, world.path, frozenset({Role.PARTICIPANT}))
        meeting = concerned(what, NOW).get()
        leaving.end(leaving=what, decisions={meeting.pk: Decision(Way.CANCEL)}, by=by, now=NOW, message="Sorry")

    assert [Meeting.objects.get(pk=each.pk).counts_as_used for each in (per, pia)] == [False, True]
    assert Meeting.objects.get(pk=per.pk).cancel_message == "Sorry"


def test_sessions_go_round_among_the_least_busy(world):
    """Ines has one session in that week already, so Ola gets the first, and then they take turns."""
    ola = an_expert(world.path, name="Ola")
    world.theme.experts.add(ola)
    book(world.theme, world.per, at(15), expert=world.ines.expert)
    for hour in (9, 11, 13):
        book(world.theme, world.pia, at(hour), expert=world.expert)

    found = cases_of(world, "admin", "expert")

    assert [[(option.to.name, option.sessions) for option in case.options if option.to] for case in found] == [
        [("Ola", 0), ("Ines", 1)]
    ] * 3
    assert [case.usual.to for case in found] == [ola.user_id, world.ines.pk, ola.user_id]


def test_five_are_offered_at_most_and_nobody_free_is_said(world):
    meeting = a_meeting_of(world, "dropin")
    for number in range(6):
        world.theme.experts.add(an_expert(world.path, name=f"Ola {number}"))
    (case,) = cases_of(world, "admin", "expert")
    assert [option.way for option in case.options] == [Way.GIVE] * 5 + [Way.CANCEL, Way.KEEP]
    assert not case.nobody_free

    meeting.theme.experts.set([world.expert])
    (case,) = cases_of(world, "admin", "expert")
    assert case.nobody_free
    assert case.usual.way == Way.CANCEL


def test_given_session_keeps_its_identity_and_takes_the_new_link(world):
    meeting = a_meeting_of(world, "dropin")
    world.ines.expert.video_link = "https://video.example.test/ines"
    world.ines.expert.save(update_fields=["video_link"])

    go(world, "admin", "expert", settled(cases_of(world, "admin", "expert")))

    fresh = Meeting.objects.get()
    assert (fresh.pk, fresh.sequence, fresh.starts_at) == (meeting.pk, 1, at(10))
    assert (fresh.video_link, fresh.organizer) == ("https://video.example.test/ines", world.pia)


def test_kept_participant_leaves_their_organizers_place_to_the_expert(world):
    meeting = a_meeting_of(world, "dropin")

    go(world, "admin", "participant", {meeting.pk: Decision(Way.KEEP, organizer=world.eva.pk)})

    assert Meeting.objects.get(pk=meeting.pk).organizer == world.eva


def test_meetings_of_all_paths_are_settled_when_somebody_is_switched_off(world):
    other = a_path(name="Data")
    join(world.eva, other, Role.EXPERT)
    theme = a_theme(other, world.expert, an_expert(other, name="Bea"))
    meetings = [a_meeting_of(world, "dropin"), book(theme, a_participant(other, "Noa"), at(12), expert=world.expert)]

    found = cases_of(world, "deactivate", "expert")
    assert [case.meeting for case in found] == meetings
    go(world, "deactivate", "expert", settled(found))

    assert not Attendee.objects.filter(user=world.eva, live=True).exists()
    assert [event.path for event in PathEvent.objects.filter(what="deactivated").order_by("path__name")] == [
        other,
        world.path,
    ]
    assert broken() == {}
    assert Notice.objects.waiting().filter(user=world.eva).count() == 0
