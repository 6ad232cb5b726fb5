"""What staff come to from Django's admin: the same list, for one membership or for everything of a person."""

import html
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from everwise.accounts.models import User
from meetings.models import Attendee
from paths.enums import Role, Via
from paths.models import Membership, PathEvent
from tests.admin_site import as_sent
from tests.gate_world import signed_in
from tests.meetings.booking.leavers import a_meeting_of, a_world, broken
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, at, book, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def world():
    return a_world()


def words(answer):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def to(page, row):
    return reverse(f"staff:{page}", args=[row.pk])


def test_membership_ends_with_its_meetings_settled(world):
    meeting = a_meeting_of(world, "dropin")
    client, row = signed_in(world.staff), Membership.objects.get(user=world.eva)
    shown = client.get(to("end-membership", row))
    assert "Eva leaves this path" in words(shown)

    answer = client.post(to("end-membership", row), as_sent(shown))

    assert answer.url == reverse("admin:paths_membership_change", args=[row.pk])
    row.refresh_from_db()
    assert row.ended_at == NOW
    assert Attendee.objects.get(meeting=meeting, live=True, role=Role.EXPERT).user == world.ines
    assert PathEvent.objects.get().via == Via.ADMIN
    assert LogEntry.objects.filter(object_id=str(row.pk), user=world.staff).exists()
    again = client.get(to("end-membership", row), follow=True)
    assert again.redirect_chain[0][1] == 302


def test_switching_off_settles_all_paths_under_their_names(world):
    other = a_path(name="Data")
    join(world.eva, other, Role.EXPERT)
    a_meeting_of(world, "dropin")
    book(a_theme(other, world.expert), a_participant(other, "Noa"), at(12), expert=world.expert)
    client = signed_in(world.staff)
    shown = client.get(to("deactivate", world.eva))

    assert re.findall(r'<h2 class="h3 mb-0">(\w+)</h2>', shown.text) == ["Leading", "Data"]
    assert "Deactivate and settle 2 meetings" in words(shown)
    assert "Keep with" not in words(shown)
    assert "Nobody else is free then" in words(shown)
    assert client.post(to("deactivate", world.eva), as_sent(shown)).status_code == 302

    assert not User.objects.get(pk=world.eva.pk).is_active
    assert not Attendee.objects.filter(user=world.eva, live=True).exists()
    assert broken() == {}


def test_chosen_expert_booked_meanwhile_is_said_and_nobody_is_switched_off(world):
    a_meeting_of(world, "dropin")
    client = signed_in(world.staff)
    shown = client.get(to("deactivate", world.eva))
    book(world.theme, a_participant(world.path, "Noa"), at(10), expert=world.ines.expert)

    answer = client.post(to("deactivate", world.eva), as_sent(shown))

    assert answer.status_code == 409
    assert "Ines was just booked at this time. Choose again." in words(answer)
    assert User.objects.get(pk=world.eva.pk).is_active


@pytest.mark.parametrize("page", ["deactivate", "erase"])
def test_only_admin_of_a_path_wants_an_explicit_word(world, page):
    Membership.objects.filter(user=world.abe).delete()
    client = signed_in(world.staff)
    shown = client.get(to(page, world.ada))
    assert "Ada is the only admin of this path." in words(shown)
    sent = as_sent(shown, email=world.ada.email)

    answer = client.post(to(page, world.ada), sent)
    assert answer.status_code == 409
    assert "Leading has no other admin." in words(answer)
    assert client.post(to(page, world.ada), sent | {"without_admin": "on"}).status_code == 302
    assert not User.objects.get(pk=world.ada.pk).is_active


def test_erasing_wants_the_address_typed(world):
    client = signed_in(world.staff)
    shown = client.get(to("erase", world.eva))

    for typed in ("", "somebody@example.com", "<b>"):
        answer = client.post(to("erase", world.eva), as_sent(shown, email=typed))
        assert answer.status_code == 400
        assert User.objects.get(pk=world.eva.pk).erased_at is None
    address = f" {world.eva.email.upper()} "
    assert client.post(to("erase", world.eva), as_sent(shown, email=address)).status_code == 302
    assert User.objects.get(pk=world.eva.pk).erased_at == NOW
    answer = client.get(to("erase", world.eva), follow=True)
    assert "This account is erased already." in words(answer)


def test_staff_without_the_right_are_told(world):
    world.staff.user_permissions.clear()
    row = Membership.objects.get(user=world.eva)
    for page, what in (("end-membership", row), ("deactivate", world.eva), ("erase", world.eva)):
        answer = signed_in(world.staff).post(to(page, what), {"page": "1"})
        assert answer.status_code == 403
    assert Membership.objects.live().filter(user=world.eva).exists()


@pytest.mark.parametrize("page", ["deactivate", "erase"])
def test_staff_do_it_neither_to_themselves_nor_to_other_staff(world, page):
    sue = a_person("Sue", is_staff=True, is_superuser=True)

    assert [signed_in(world.staff).get(to(page, whom)).status_code for whom in (world.staff, sue)] == [403, 403]
    assert [signed_in(sue).get(to(page, whom)).status_code for whom in (sue, world.staff)] == [403, 200]


class TestDjangoAdmin:
    @pytest.fixture
    def sue(self):
        return signed_in(a_person("Sue", is_staff=True, is_superuser=True))

    def page(self, user):
        return reverse("admin:accounts_user_change", args=[user.pk])

    def test_account_is_switched_off_by_the_page_alone(self, world, sue):
        shown = sue.get(self.page(world.eva))
        assert to("deactivate", world.eva) in shown.text
        assert to("erase", world.eva) in shown.text

        sent = as_sent(shown, is_active="")
        sent.pop("is_active")
        assert sue.post(self.page(world.eva), sent).status_code == 302
        assert User.objects.get(pk=world.eva.pk).is_active

    def test_account_is_switched_on_again_by_its_box(self, world, sue):
        User.objects.filter(pk=world.eva.pk).update(is_active=False)
        shown = sue.get(self.page(world.eva))
        assert to("deactivate", world.eva) not in shown.text

        assert sue.post(self.page(world.eva), as_sent(shown, is_active="on")).status_code == 302
        assert User.objects.get(pk=world.eva.pk).is_active

    def test_erased_account_can_not_be_changed(self, world, sue):
        shown = sue.get(to("erase", world.eva))
        sue.post(to("erase", world.eva), as_sent(shown, email=world.eva.email))

        page = sue.get(self.page(world.eva))
        assert "This account is erased." in page.text
        assert sue.post(self.page(world.eva), {"name": "Eva", "is_active": "on"}).status_code == 403
        assert User.objects.get(pk=world.eva.pk).name == ""

    def test_nothing_with_a_history_is_deleted(self, world, sue):
        """Neither on a page nor by a list's action; each page says what to do instead or why not."""
        a_meeting_of(world, "dropin")
        rows = {
            "accounts_user": world.eva,
            "experts_expert": world.expert,
            "paths_membership": Membership.objects.get(user=world.eva),
            "paths_path": world.path,
            "paths_program": world.path.program,
            "paths_theme": world.theme,
        }
        for name, row in rows.items():
            sue.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"})
            action = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
            sue.post(reverse(f"admin:{name}_changelist"), action)
            assert type(row).objects.filter(pk=row.pk).exists(), name
