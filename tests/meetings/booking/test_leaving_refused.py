"""When nobody leaves: what has changed since the page was read, who has no right, and the last admin of a path."""

from uuid import uuid4

import pytest

from everwise.accounts.models import User
from meetings import booking
from meetings.booking import leaving
from meetings.booking.settling import Decision, Leaving, Way
from meetings.integrity import invariants
from meetings.models import Meeting
from paths.enums import Happened, Role, Via
from paths.models import Membership, PathEvent
from tests.meetings.booking.leavers import a_meeting_of, a_world, cases_of, go, leaving_of, settled
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, an_expert, at, book, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def world():
    return a_world()


class TestWhatChangedMeanwhile:
    """Nothing is written, and each meeting that needs another choice is named."""

    def refused(self, world, decisions, door="admin", leaves="expert"):
        with pytest.raises(leaving.Unsettled) as error:
            go(world, door, leaves, decisions)
        assert not PathEvent.objects.exists()
        assert not Membership.objects.filter(ended_at__isnull=False).exists()
        return str(error.value), error.value.problems

    def test_meeting_booked_since(self, world):
        decisions = settled(cases_of(world, "admin", "expert"))
        new = a_meeting_of(world, "dropin")

        text, problems = self.refused(world, decisions)

        assert text == "One meeting was booked while you read this."
        assert problems == {new.pk: "Choose what becomes of this meeting."}

    def test_meeting_called_off_since(self, world):
        meeting = a_meeting_of(world, "dropin")
        decisions = settled(cases_of(world, "admin", "expert"))
        booking.cancel(meeting=meeting, by=world.pia, now=NOW)

        text, problems = self.refused(world, decisions)

        assert text == "One meeting was cancelled, given away or has begun while you read this."
        assert problems == {}

    def test_meeting_moved_since(self, world):
        meeting = a_meeting_of(world, "dropin")
        decisions = settled(cases_of(world, "admin", "expert"))
        booking.reschedule(meeting=meeting, by=world.pia, start=at(12), token=uuid4(), now=NOW)

        text, problems = self.refused(world, decisions)

        assert text == "One meeting needs another choice."
        assert problems == {meeting.pk: "This meeting was changed while you read this. Choose again."}

    def test_chosen_expert_booked_since(self, world):
        meeting, other = a_meeting_of(world, "dropin"), a_meeting_of(world, "alone_later")
        decisions = settled(cases_of(world, "admin", "expert"))
        book(world.theme, a_participant(world.path, "Ola"), at(10), expert=world.ines.expert)

        text, problems = self.refused(world, decisions)

        assert text == "One meeting needs another choice."
        assert problems == {meeting.pk: "Ines was just booked at this time. Choose again."}
        assert Meeting.objects.get(pk=other.pk).status == "scheduled"

    def test_chosen_expert_no_longer_takes_the_theme(self, world):
        meeting = a_meeting_of(world, "dropin")
        decisions = settled(cases_of(world, "admin", "expert"))
        world.theme.experts.set([world.expert])

        _text, problems = self.refused(world, decisions)

        assert problems == {meeting.pk: "Ines is no longer free at this time. Choose again."}

    def test_chosen_expert_can_take_but_one_of_two(self, world):
        world.ines.expert.cap_per_day = 1
        world.ines.expert.save(update_fields=["cap_per_day"])
        first, second = (book(world.theme, world.pia, at(hour), expert=world.expert) for hour in (10, 14))
        both = {each.pk: Decision(Way.GIVE, world.ines.pk) for each in (first, second)}

        _text, problems = self.refused(world, both)

        assert problems == {second.pk: "Ines can’t take this one besides the others. Choose again."}

    @pytest.mark.parametrize("kind", ["dropin", "adhoc", "led"])
    def test_choice_that_is_not_offered(self, world, kind):
        """Sent by hand: another way, the person themselves, somebody of another path, nobody at all."""
        meeting = a_meeting_of(world, kind)
        leaves = "admin" if kind == "led" else "expert"
        outsider = an_expert(a_path()).user
        usual = {"dropin": {"give", "cancel", "keep"}, "adhoc": {"remove", "cancel", "keep"}, "led": {"hand", "cancel"}}
        wrong = [Decision(way) for way in Way if way not in usual[kind]]
        wrong += [Decision(Way.GIVE, to) for to in (None, uuid4(), outsider.pk, world.pia.pk, world.eva.pk)]
        wrong += [
            Decision(Way.HAND, organizer=one) for one in (None, uuid4(), outsider.pk, world.ines.pk, world.abe.pk)
        ]

        for decision in wrong:
            _text, problems = self.refused(world, {meeting.pk: decision}, leaves=leaves)
            assert problems.keys() == {meeting.pk}

    def test_meetings_of_others_are_not_touched(self, world):
        foreign = book(world.theme, world.pia, at(10), expert=world.ines.expert)

        text, problems = self.refused(world, {foreign.pk: Decision(Way.CANCEL)})

        assert (text[:11], problems) == ("One meeting", {})
        assert Meeting.objects.get(pk=foreign.pk).status == "scheduled"


class TestRight:
    OUTSIDERS = ("pia", "per", "ines", "otto", "staff")

    @pytest.mark.parametrize("who", OUTSIDERS)
    def test_others_end_nothing(self, world, who):
        with pytest.raises(booking.BookingRefused, match="Only an admin of this path can end this membership"):
            leaving.end(leaving=leaving_of(world, "admin", "expert"), decisions={}, by=getattr(world, who), now=NOW)

        assert Membership.objects.live().filter(user=world.eva).exists()

    def test_admin_of_another_path_ends_nothing(self, world):
        with pytest.raises(booking.BookingRefused):
            leaving.end(leaving=leaving_of(world, "admin", "expert"), decisions={}, by=an_admin(a_path()), now=NOW)

    def test_nobody_gives_themselves_another_role(self, world):
        what = Leaving(world.eva, world.path, frozenset({Role.EXPERT}), Role.ADMIN)

        with pytest.raises(booking.BookingRefused):
            leaving.end(leaving=what, decisions={}, by=world.eva, now=NOW)
        own = Leaving(world.ada, world.path, frozenset({Role.ADMIN}), Role.EXPERT)
        with pytest.raises(booking.BookingRefused):
            leaving.end(leaving=own, decisions={}, by=world.ada, now=NOW)

    @pytest.mark.parametrize("door", ["staff", "deactivate", "erase"])
    def test_staff_need_the_right(self, world, door):
        world.staff.user_permissions.clear()

        with pytest.raises(booking.BookingRefused, match="Only staff who may change people"):
            go(world, door, "expert", {})

    @pytest.mark.parametrize("door", ["deactivate", "erase"])
    def test_staff_switch_off_neither_staff_nor_themselves(self, world, door):
        sue = a_person("Sue", is_staff=True, is_superuser=True)
        for by, whom in ((world.staff, sue), (world.staff, world.staff), (sue, sue)):
            with pytest.raises(booking.BookingRefused):
                getattr(leaving, door)(user=whom, decisions={}, by=by, now=NOW)

        getattr(leaving, door)(user=world.staff, decisions={}, by=sue, now=NOW)
        world.staff.refresh_from_db()
        assert not world.staff.is_active


class TestLastAdmin:
    @pytest.fixture(autouse=True)
    def alone(self, world):
        Membership.objects.filter(user=world.abe).update(ended_at=NOW)

    def only_admin(self, world, **fields):
        what = Leaving(world.ada, world.path, frozenset({Role.ADMIN}))
        return leaving.end(leaving=what, decisions={}, **{"by": world.ada, "now": NOW, **fields})

    def test_is_refused(self, world):
        with pytest.raises(leaving.NoAdminLeft, match="Leading has no other admin"):
            self.only_admin(world)
        # Only staff may say so.
        with pytest.raises(leaving.NoAdminLeft):
            self.only_admin(world, without_admin=True)
        assert Membership.objects.live().filter(user=world.ada).exists()

    def test_goes_when_another_takes_over(self, world):
        self.only_admin(world, successor=world.eva)

        live = Membership.objects.live().filter(path=world.path, role=Role.ADMIN)
        assert [row.user for row in live] == [world.eva]
        added, ended = PathEvent.objects.order_by("id")
        assert (added.what, added.about, ended.what) == (Happened.ADDED, world.eva, Happened.ENDED)
        assert invariants.count_odd(NOW)["paths without an admin"] == 0

    def test_successor_must_be_on_the_path_and_able(self, world):
        User.objects.filter(pk=world.eva.pk).update(is_active=False)
        for nobody in (a_person("Zoe"), world.abe, world.eva, world.ada):
            with pytest.raises(leaving.NoAdminLeft, match="not on this path any more"):
                self.only_admin(world, successor=nobody)

    def test_goes_by_the_word_of_staff(self, world):
        self.only_admin(world, by=world.staff, via=Via.ADMIN, without_admin=True)

        assert not Membership.objects.live().filter(user=world.ada).exists()

    @pytest.mark.parametrize("door", ["deactivate", "erase"])
    def test_is_switched_off_by_the_word_of_staff_alone(self, world, door):
        switch = {"user": world.ada, "decisions": {}, "by": world.staff, "now": NOW}
        with pytest.raises(leaving.NoAdminLeft):
            getattr(leaving, door)(**switch)

        getattr(leaving, door)(**switch, without_admin=True)
        world.ada.refresh_from_db()
        assert not world.ada.is_active

    def test_admin_who_is_switched_off_is_none(self, world):
        join(world.abe, world.path, Role.ADMIN)
        User.objects.filter(pk=world.abe.pk).update(is_active=False)

        with pytest.raises(leaving.NoAdminLeft):
            self.only_admin(world)
