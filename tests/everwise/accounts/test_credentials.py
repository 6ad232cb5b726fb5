"""Changes of how somebody signs in: asked for the password first, told to the old address, other sessions ended."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from everwise.accounts.models import User
from meetings.enums import AccountMail
from meetings.models import Notice
from tests.admin_site import staff_on
from tests.factories import PASSWORD
from tests.scene import a_person

pytestmark = pytest.mark.django_db

NEW = "an entirely new sentence"


@pytest.fixture
def maya():
    return a_person("Maya Lindqvist", email="maya@example.com")


def signed_in(user, *, knows_password=True) -> Client:
    """Somebody who has just typed their password, or who has found an open browser."""
    client = Client()
    client.force_login(user)
    if knows_password:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def told(address) -> list[str]:
    return sorted(Notice.objects.filter(address=address).values_list("kind", flat=True))


@pytest.mark.parametrize(
    "change",
    [
        {"action_add": "", "email": "new@example.com"},
        {"action_primary": "", "email": "second@example.com"},
        {"action_remove": "", "email": "second@example.com"},
    ],
)
def test_address_is_changed_only_by_somebody_who_knows_the_password(maya, change):
    EmailAddress.objects.create(user=maya, email="second@example.com", verified=True)
    before = sorted(EmailAddress.objects.values_list("email", "primary"))

    answer = signed_in(maya, knows_password=False).post(reverse("account_email"), change)

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert sorted(EmailAddress.objects.values_list("email", "primary")) == before
    # The control: who has just typed it may.
    signed_in(maya).post(reverse("account_email"), change)
    assert sorted(EmailAddress.objects.values_list("email", "primary")) != before


def test_old_address_hears_of_a_new_one(maya):
    signed_in(maya).post(reverse("account_email"), {"action_add": "", "email": "new@example.com"})
    assert told("maya@example.com") == [AccountMail.ADDRESS_ADDED]


def test_old_address_hears_that_a_new_one_is_confirmed(maya):
    address = EmailAddress.objects.create(user=maya, email="new@example.com")
    key = EmailConfirmationHMAC.create(address).key

    signed_in(maya).post(reverse("account_confirm_email", args=[key]))

    address.refresh_from_db()
    assert address.verified
    assert told("maya@example.com") == [AccountMail.ADDRESS_CONFIRMED]


def test_old_address_hears_that_another_is_primary(maya):
    EmailAddress.objects.create(user=maya, email="second@example.com", verified=True)

    signed_in(maya).post(reverse("account_email"), {"action_primary": "", "email": "second@example.com"})

    maya.refresh_from_db()
    assert maya.email == "second@example.com"
    assert told("maya@example.com") == [AccountMail.ADDRESS_CHANGED]


def test_new_password_ends_the_other_sessions_and_keeps_this_one(maya):
    here, elsewhere = signed_in(maya), signed_in(maya)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

    here.post(reverse("account_change_password"), fields)

    assert here.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302
    assert told("maya@example.com") == [AccountMail.PASSWORD_CHANGED]


def test_sign_up_answers_the_same_for_an_address_that_is_taken(maya, monkeypatch):
    fields = {"name": "Somebody Else", "time_zone": "London", "password1": NEW, "password2": NEW}
    hashed = []
    set_password = User.set_password
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(self) or set_password(self, raw))

    answers, hashes = [], []
    for email in ("maya@example.com", "free@example.com"):
        hashed.clear()
        answer = Client().post(reverse("account_signup"), fields | {"email": email})
        answers.append((answer.status_code, answer.url))
        hashes.append(len(hashed))

    assert answers[0] == answers[1]
    assert hashes[0] == hashes[1] == 1
    assert told("maya@example.com") == [AccountMail.ACCOUNT_EXISTS]


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("short pas", False),
        ("ten chars!", True),
        ("password123", False),
        ("12345678901", False),
        ("everwise2026", False),
        ("Everwise-Everwise", False),
        ("Maya-Lindqvist-1", False),
        ("lindqvist 99 maya", False),
        ("testserver!!", False),
        ("maya counts sheep", True),
        ("a boat on everwise hill", True),
    ],
)
def test_password_is_long_uncommon_and_not_made_of_names(maya, password, good):
    try:
        validate_password(password, maya)
    except ValidationError:
        assert not good
    else:
        assert good


def test_sign_up_knows_the_name_that_is_typed_with_the_password():
    fields = {
        "name": "Omar Haddad",
        "email": "o@example.com",
        "password1": "omar haddad 1",
        "password2": "omar haddad 1",
        "time_zone": "Cairo",
    }

    page = Client().post(reverse("account_signup"), fields)

    assert "made of your name" in page.text
    assert not User.objects.exists()


def test_what_staff_change_is_told_to_the_address_that_was_there_before(maya):
    staff = staff_on(Client())
    form = staff.get(reverse("admin:accounts_user_change", args=[maya.pk])).context["adminform"].form
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent = {name: value for name, value in typed.items() if value not in (None, False, [])}

    saved = staff.post(reverse("admin:accounts_user_change", args=[maya.pk]), sent | {"email": "new@example.com"})

    assert saved.status_code == 302
    assert told("maya@example.com") == [AccountMail.ADDRESS_CHANGED]
    assert told("new@example.com") == []


def test_password_that_staff_set_is_told_and_ends_the_sessions(maya):
    staff, here = staff_on(Client()), signed_in(maya)
    page = reverse("admin:auth_user_password_change", args=[maya.pk])

    staff.post(page, {"password1": "maya lindqvist", "password2": "maya lindqvist", "usable_password": "true"})
    assert told("maya@example.com") == []
    staff.post(page, {"password1": NEW, "password2": NEW, "usable_password": "true"})

    assert told("maya@example.com") == [AccountMail.PASSWORD_CHANGED]
    assert "ip" not in Notice.objects.get(address="maya@example.com").facts
    assert here.get(reverse("profile")).status_code == 302
    # The control: what they change themselves is told with the address that it came from.
    maya.refresh_from_db()
    sent = {"oldpassword": NEW, "password1": "yet another sentence", "password2": "yet another sentence"}
    signed_in(maya, knows_password=False).post(reverse("account_change_password"), sent)
    assert "ip" in Notice.objects.filter(address="maya@example.com").latest("pk").facts
