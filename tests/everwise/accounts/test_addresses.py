"""A person's e-mail addresses: what they change is written with the person locked, and reading changes nothing."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.test import Client
from django.urls import reverse

from everwise.accounts.models import User
from tests.admin_site import address, as_sent, staff_on
from tests.factories import PASSWORD
from tests.scene import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(client):
    user = a_person(email="maya@example.com")
    client.force_login(user)
    return user


def test_looking_writes_down_no_address(client):
    user = a_person(verified=False)
    client.force_login(user)

    assert client.get(reverse("account_email")).status_code == 200

    assert not EmailAddress.objects.exists()


def test_confirming_an_address_that_was_just_taken_away_gives_it_back_to_nobody(client, maya):
    other = EmailAddress.objects.create(user=maya, email="other@example.com")
    read = EmailConfirmationHMAC(EmailAddress.objects.get(pk=other.pk))
    other.delete()

    assert read.confirm(client.get(reverse("profile")).wsgi_request) is None

    assert [each.email for each in EmailAddress.objects.all()] == ["maya@example.com"]


def test_another_address_made_primary_is_told_to_staff_as_the_persons_own_change(client):
    user = a_person(email="maya@example.com", name="Maya")
    EmailAddress.objects.create(user=user, email="second@example.com", verified=True)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = address(User, "change", user.pk)
    staff = staff_on(Client())
    sent = as_sent(staff.get(page), email="third@example.com")
    client.post(reverse("account_email"), {"action_primary": "", "email": "second@example.com"})

    response = staff.post(page, sent)

    user.refresh_from_db()
    assert user.email == "second@example.com"
    (error,) = response.context["adminform"].form.errors["email"]
    assert error.startswith("E-mail address was changed to “second@example.com” by Maya, since you opened this page.")
