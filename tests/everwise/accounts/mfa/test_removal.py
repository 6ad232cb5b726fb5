"""Staff take a second step off: after they have confirmed who they are, written down, told, and everybody is out."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from everwise.accounts.authentication_event import AuthenticationEvent
from everwise.accounts.mfa import removal
from meetings.enums import AccountMail
from meetings.models import Notice
from tests.admin_site import limited_staff_on
from tests.scene import NOW, a_person
from tests.second_steps import an_app, is_signed_in, lately, signed_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def maya():
    maya = a_person("Maya", email="maya@example.com")
    an_app(maya)
    return maya


@pytest.fixture
def staff():
    return signed_in(a_person("Sue", is_staff=True, is_superuser=True))


def page_of(user) -> str:
    return reverse("admin:accounts_user_second_step", args=[user.pk])


def test_it_is_taken_off_recorded_told_and_every_session_ends(maya, staff):
    there = Client()
    there.force_login(maya)
    assert "take it off" in staff.get(reverse("admin:accounts_user_change", args=[maya.pk])).text
    assert "Do this only if you are sure that it is Maya (maya@example.com)" in staff.get(page_of(maya)).text
    assert Authenticator.objects.count() == 2

    staff.post(page_of(maya))

    assert not Authenticator.objects.exists()
    assert not is_signed_in(there)
    entry = LogEntry.objects.get(object_id=str(maya.pk))
    assert (entry.user.name, "deleted" in entry.change_message) == ("Sue", True)
    assert "Deleted authenticator" in staff.get(reverse("admin:accounts_user_history", args=[maya.pk])).text
    event = AuthenticationEvent.objects.get(what="factor-removed")
    assert (event.person, event.detail) == (maya, f"by {entry.user_id}")
    notice = Notice.objects.get()
    assert (notice.kind, notice.address) == (AccountMail.STEP_TAKEN_OFF, "maya@example.com")
    assert "ip" not in notice.facts
    # The password alone is enough again.
    assert is_signed_in(with_password(maya)[0])


def test_found_browser_of_staff_takes_nothing_off(maya):
    found = Client()
    found.force_login(a_person("Sue", is_staff=True, is_superuser=True))

    assert found.post(page_of(maya)).url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.count() == 2


def test_their_own_is_not_taken_off_here():
    sue = a_person("Sue", is_staff=True, is_superuser=True)
    an_app(sue)

    with pytest.raises(removal.OwnSecondStep):
        removal.take_off(user=sue, by=sue, now=NOW)
    assert Authenticator.objects.count() == 2


def test_again_it_says_so_and_tells_nobody_anything(maya, staff):
    staff.post(page_of(maya))
    Notice.objects.all().delete()

    answer = staff.post(page_of(maya), follow=True)

    assert "nothing was taken off" in answer.text
    assert not Notice.objects.exists()


def test_staff_who_may_not_change_the_person_are_refused(maya):
    boss = a_person("Bo", is_staff=True, is_superuser=True)
    an_app(boss)
    limited = lately(limited_staff_on(Client(), "change_user"))

    assert limited.post(page_of(boss)).status_code == 403
    assert Authenticator.objects.filter(user=boss).count() == 2
    # The control: of anybody else they may.
    assert limited.post(page_of(maya)).status_code == 302
    assert not Authenticator.objects.filter(user=maya).exists()


def test_stranger_and_participant_are_not_let_in(maya):
    assert Client().post(page_of(maya)).status_code == 302
    assert signed_in(a_person("Omar")).post(page_of(maya)).status_code in {302, 403}
    assert Authenticator.objects.count() == 2


@pytest.mark.parametrize("key", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
def test_nobody_of_that_key_is_404(staff, key):
    assert staff.get(f"/admin/accounts/user/{key}/second-step/").status_code in {302, 400, 404}


def test_address_told_is_the_primary_one(maya, staff):
    EmailAddress.objects.filter(user=maya).update(email="first@example.com")

    staff.post(page_of(maya))

    assert Notice.objects.get().address == "first@example.com"
