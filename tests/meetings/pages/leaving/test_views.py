"""The page that asks what becomes of the meetings of somebody who leaves: shown, chosen, sent, and sent too late."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings import booking
from meetings.models import Attendee, Meeting
from paths.enums import Role
from paths.models import Membership, PathEvent
from tests.admin_site import as_sent
from tests.gate_world import signed_in
from tests.meetings.booking.leavers import a_meeting_of, a_world, broken
from tests.scene import NOW, a_dropin, a_participant, an_admin, an_expert, at, book, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def world():
    return a_world()


def address(world, user, **query):
    return reverse("paths:end-membership", args=[world.path.pk, user.pk], query=query)


def words(answer):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def sent(answer, **changes):
    """The form on the page, without the button of the page's head."""
    return {name: value for name, value in as_sent(answer, **changes).items() if name not in {"next", "language"}}


def test_end_settles_as_the_page_proposes(world):
    meeting = a_meeting_of(world, "dropin")
    client = signed_in(world.ada)
    shown = client.get(address(world, world.eva))

    assert "Eva leaves this path" in words(shown)
    assert "Give to Ines (0 this week)" in words(shown)
    assert "1 session goes to Ines, at the same time, in the same calendar entry." in words(shown)
    assert "End membership and settle 1 meeting" in words(shown)
    assert "Keep Eva on the path" in words(shown)
    answer = client.post(address(world, world.eva), sent(shown), follow=True)

    assert answer.redirect_chain == [(reverse("paths:person", args=[world.path.pk, world.eva.pk]), 302)]
    assert "Eva is no longer on this path, and 1 meeting is settled." in words(answer)
    assert Attendee.objects.get(meeting=meeting, live=True, role=Role.EXPERT).user == world.ines
    assert not Membership.objects.live().filter(user=world.eva).exists()
    assert broken() == {}


def test_without_meetings_it_ends_by_a_plain_confirmation(world):
    client = signed_in(world.ada)
    shown = client.get(address(world, world.per))

    assert "No meetings are to come" in words(shown)
    assert "The same for all" not in words(shown)
    answer = client.post(address(world, world.per), sent(shown), follow=True)
    assert "The membership of Per has ended." in words(answer)


def test_the_same_for_all_writes_nothing(world):
    meetings = [a_meeting_of(world, "dropin"), a_meeting_of(world, "alone_later")]
    client = signed_in(world.ada)
    shown = client.get(address(world, world.eva))

    again = client.post(address(world, world.eva), sent(shown, all="keep", do="all", message="Good bye"))

    assert again.status_code == 200
    assert [sent(again)[f"do-{each.pk}"] for each in meetings] == [["keep"], ["keep"]]
    assert "Good bye" in again.text
    assert "Eva stays in 2 meetings, and can no longer change them." in words(again)
    assert (PathEvent.objects.count(), Attendee.objects.filter(kept_at__isnull=False).count()) == (0, 0)
    answer = client.post(address(world, world.eva), sent(again))
    assert answer.status_code == 302
    assert Attendee.objects.filter(kept_at=NOW).count() == 2


def test_meeting_booked_meanwhile_brings_the_page_again_with_the_choices(world):
    first = a_meeting_of(world, "dropin")
    client = signed_in(world.ada)
    shown = client.get(address(world, world.eva))
    new = a_meeting_of(world, "alone_later")

    again = client.post(address(world, world.eva), sent(shown, **{f"do-{first.pk}": "keep", "message": "Bye"}))

    assert again.status_code == 409
    assert "Nothing has been changed. One meeting was booked while you read this." in words(again)
    assert sent(again)[f"do-{first.pk}"] == ["keep"]
    assert f'href="#do-{new.pk}"' in again.text
    assert sent(again)["message"] == ["Bye"]
    assert Membership.objects.live().filter(user=world.eva).exists()


def test_expert_booked_meanwhile_is_said_at_the_meeting_and_nothing_else_is_taken_for_it(world):
    world.theme.experts.add(an_expert(world.path, name="Ola"))
    meeting = a_meeting_of(world, "dropin")
    client = signed_in(world.ada)
    shown = client.get(address(world, world.eva))
    chosen = {f"do-{meeting.pk}": f"give:{world.ines.pk}"}
    book(world.theme, a_participant(world.path, "Noa"), at(10), expert=world.ines.expert)

    again = client.post(address(world, world.eva), sent(shown, **chosen))

    assert again.status_code == 409
    assert "Ines was just booked at this time. Choose again." in words(again)
    assert "Give to Ola" in words(again)
    assert sent(again)[f"do-{meeting.pk}"] == [""]
    third = client.post(address(world, world.eva), sent(again))
    assert third.status_code == 400
    assert "Choose what becomes of this meeting." in words(third)
    assert Membership.objects.live().filter(user=world.eva).exists()


def test_role_change_goes_by_the_same_page(world):
    a_meeting_of(world, "dropin")
    client = signed_in(world.ada)
    shown = client.get(address(world, world.eva, role="participant"))

    assert "Eva becomes a participant" in words(shown)
    assert "Change role and settle 1 meeting" in words(shown)
    client.post(address(world, world.eva, role="participant"), sent(shown))

    live = Membership.objects.live().filter(user=world.eva)
    assert list(live.values_list("role", flat=True)) == ["participant"]
    assert broken() == {}


def test_one_of_two_roles_ends(world):
    join(world.eva, world.path, Role.ADMIN)
    client = signed_in(world.ada)
    shown = client.get(address(world, world.eva, of="admin"))

    assert "Eva is no longer an admin here" in words(shown)
    assert "Eva stays on the path in their other role." in words(shown)
    client.post(address(world, world.eva, of="admin"), sent(shown))

    assert [row.role for row in Membership.objects.live().filter(user=world.eva)] == ["expert"]


@pytest.mark.parametrize("query", [{"role": "boss"}, {"of": "admin"}, {"role": "expert"}, {"of": ""}])
def test_role_that_makes_no_sense_is_not_found(world, query):
    assert signed_in(world.ada).get(address(world, world.eva, **query)).status_code == 404


def test_participant_leaves_by_cancelling(world):
    meeting = a_meeting_of(world, "dropin")
    client = signed_in(world.pia)
    shown = client.get(address(world, world.pia))

    assert "Leave this path?" in words(shown)
    assert "1 of your sessions is cancelled." in words(shown)
    assert "Keep with" not in words(shown)
    answer = client.post(address(world, world.pia), sent(shown), follow=True)

    assert answer.redirect_chain == [(reverse("paths:list"), 302)]
    assert "You have left “Leading”." in words(answer)
    assert Meeting.objects.get(pk=meeting.pk).status == "cancelled"


def test_nobody_changes_their_own_role(world):
    assert signed_in(world.ada).get(address(world, world.ada, role="expert")).status_code == 403


class TestGate:
    def test_stranger_finds_nothing(self, world):
        assert (
            signed_in(an_admin(world.path.__class__.objects.get(pk=world.path.pk), "Zed"))
            .get(address(world, world.eva))
            .status_code
            == 200
        )
        for user in (world.staff,):
            assert signed_in(user).get(address(world, world.eva)).status_code == 404

    @pytest.mark.parametrize("who", ["per", "ines", "pia"])
    def test_others_of_the_path_are_told_why(self, world, who):
        a_meeting_of(world, "dropin")
        answer = signed_in(getattr(world, who)).post(address(world, world.eva), {})

        assert answer.status_code == 403
        assert "Only an admin of this path can see this." in words(answer)

    def test_somebody_who_never_was_on_the_path(self, world):
        other = an_expert(name="Zoe").user
        assert signed_in(world.ada).get(address(world, other)).status_code == 404

    def test_somebody_who_has_left(self, world):
        Membership.objects.filter(user=world.per).update(ended_at=NOW)
        answer = signed_in(world.ada).post(address(world, world.per), {}, follow=True)
        assert "Per is not on this path any more." in words(answer)


class TestLastAdmin:
    @pytest.fixture(autouse=True)
    def alone(self, world):
        Membership.objects.filter(user=world.abe).update(ended_at=NOW)

    def test_chooses_who_takes_over(self, world):
        client = signed_in(world.ada)
        shown = client.get(address(world, world.ada))
        assert "You are the only admin." in words(shown)

        again = client.post(address(world, world.ada), sent(shown))
        assert again.status_code == 409
        assert "Choose who becomes admin in your place." in words(again)
        assert Membership.objects.live().filter(user=world.ada).exists()

        client.post(address(world, world.ada), sent(again, successor=str(world.ines.pk)))
        admins = Membership.objects.live().filter(path=world.path, role=Role.ADMIN)
        assert [row.user for row in admins] == [world.ines]

    def test_any_of_many_is_found_without_script_and_stays_chosen(self, world):
        people = [an_expert(world.path, name=f"Expert {number:02}").user for number in range(59)]
        # No address has this in it, whatever number it got.
        people.append(an_expert(world.path, name="Zoltan").user)
        client, where = signed_in(world.ada), address(world, world.ada)
        shown = client.get(where)
        experts = Membership.objects.live().filter(path=world.path, role=Role.EXPERT).count()
        assert f"1 to 6 of {experts}" in words(shown)
        second = client.post(where, sent(shown, do="successors-2"))
        assert (second.status_code, f"7 to 12 of {experts}" in words(second)) == (200, True)
        assert str(people[-1].pk) not in shown.text + second.text

        found = client.post(where, sent(shown, find="zoltan", do="successors-0"))
        assert f'value="{people[-1].pk}"' in found.text
        kept = client.post(where, sent(found, find="nobody", successor=str(people[-1].pk), do="successors-0"))
        assert f'value="{people[-1].pk}" checked' in kept.text
        assert "Nobody on this path is called “nobody”." in words(kept)
        assert Membership.objects.live().filter(user=world.ada).exists()

        client.post(where, sent(kept, successor=str(people[-1].pk)))
        admins = Membership.objects.live().filter(path=world.path, role=Role.ADMIN)
        assert [row.user for row in admins] == [people[-1]]

    def test_costs_as_many_queries_with_many_experts(self, world):
        client, counts = signed_in(world.ada), []
        for number in (1, 30):
            for each in range(number):
                an_expert(world.path, name=f"Expert {each}")
            client.get(address(world, world.ada))
            with CaptureQueriesContext(connection) as asked:
                client.get(address(world, world.ada))
            counts.append(len(asked))

        assert counts[0] == counts[1]

    @pytest.mark.parametrize("find", ["", "x" * 5000, "\u202e", "(["])
    @pytest.mark.parametrize("do", ["successors-", "successors-x", "successors-99999", "successors--1"])
    def test_nonsense_shows_the_page(self, world, find, do):
        answer = signed_in(world.ada).post(address(world, world.ada), {"find": find, "do": do, "page": "1"})

        assert (answer.status_code, "New admin" in words(answer)) == (200, True)

    @pytest.mark.parametrize("who", ["nonsense", "abe", "staff"])
    def test_nobody_else_is_taken(self, world, who):
        value = str(getattr(world, who).pk) if hasattr(world, who) else who
        answer = signed_in(world.ada).post(address(world, world.ada), {"successor": value, "page": "1"})

        assert answer.status_code in {400, 409}
        assert Membership.objects.live().filter(user=world.ada).exists()


class TestMany:
    def meetings(self, world, number):
        start = at(9)
        return [
            a_dropin(world.theme, world.pia, world.expert, start + timedelta(hours=each), note="")
            for each in range(number)
        ]

    def test_constant_queries(self, world):
        client, counts = signed_in(world.ada), []
        for number in (2, 40):
            Attendee.objects.all().delete()
            self.meetings(world, number)
            client.get(address(world, world.eva))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address(world, world.eva)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_fifty_are_shown_and_all_are_sent(self, world):
        meetings = self.meetings(world, 60)
        client = signed_in(world.ada)
        shown = client.get(address(world, world.eva))
        assert shown.text.count('<li class="ew-settle">') == 50
        kept = {f"do-{meetings[0].pk}": "keep"}

        second = client.post(address(world, world.eva), sent(shown, **kept, do="page:2"))

        assert second.text.count('<li class="ew-settle">') == 10
        assert sent(second)[f"do-{meetings[0].pk}"] == ["keep"]
        changed = {f"do-{meetings[59].pk}": "keep"}
        assert client.post(address(world, world.eva), sent(second, **changed)).status_code == 302
        assert Attendee.objects.filter(kept_at=NOW, user=world.eva).count() == 2
        assert not Attendee.objects.filter(live=True, user=world.eva, kept_at=None).exists()

    def test_more_than_two_hundred_go_the_same_way(self, world):
        self.meetings(world, 201)
        client = signed_in(world.ada)
        shown = client.get(address(world, world.eva))
        assert '<li class="ew-settle">' not in shown.text
        assert "too many to choose for each" in words(shown)

        stale = client.post(address(world, world.eva), sent(shown, all="keep", number="200"))
        assert (stale.status_code, Attendee.objects.filter(kept_at=NOW).count()) == (409, 0)
        assert client.post(address(world, world.eva), sent(shown, all="keep")).status_code == 302
        assert Attendee.objects.filter(kept_at=NOW).count() == 201


@pytest.mark.parametrize(
    "hostile",
    [
        {"do-not-a-uuid": "cancel"},
        {"do-{other}": "cancel"},
        {"do-{own}": "give:{pia}"},
        {"do-{own}": "give:"},
        {"do-{own}": "hand"},
        {"do-{own}": "remove"},
        {"do-{own}": "x" * 5000},
        {"do-{own}": "cancel", "seen-{own}": "9" * 40},
        {"do-{own}": "cancel", "seen-{own}": "-1"},
        {"do-{own}": "cancel", "message": "x" * 2001},
        {"page": "x", "all": "nonsense"},
    ],
)
def test_what_no_page_sends_changes_nothing(world, hostile):
    own = a_meeting_of(world, "dropin")
    other = booking.MeetingPlan("Theirs", at(14), at(15), (world.otto,), (world.per,))
    other = booking.add_manually(path=world.path, plan=other, by=world.ada, token=own.pk, now=NOW)
    named = {"own": own.pk, "other": other.pk, "pia": world.pia.pk}
    data = {"page": "1"} | {name.format(**named): value.format(**named) for name, value in hostile.items()}

    answer = signed_in(world.ada).post(address(world, world.eva), data)

    assert answer.status_code in {400, 409}
    assert not Membership.objects.filter(ended_at__isnull=False).exists()
    assert set(Meeting.objects.values_list("status", "sequence")) == {("scheduled", 0)}
