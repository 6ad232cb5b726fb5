"""A person's e-mail addresses: what they change is written with the person locked, and reading changes nothing."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(client):
    user = UserFactory(email="maya@example.com")
    client.force_login(user)
    return user


def test_looking_writes_down_no_address(client):
    user = UserFactory(verified=False)
    client.force_login(user)

    assert client.get(reverse("account_email")).status_code == 200

    assert not EmailAddress.objects.exists()


def test_confirming_an_address_that_was_just_taken_away_gives_it_back_to_nobody(client, maya):
    other = EmailAddress.objects.create(user=maya, email="other@example.com")
    read = EmailConfirmationHMAC(EmailAddress.objects.get(pk=other.pk))
    other.delete()

    assert read.confirm(client.get(reverse("profile")).wsgi_request) is None

    assert [each.email for each in EmailAddress.objects.all()] == ["maya@example.com"]
