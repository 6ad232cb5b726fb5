"""Sign-up, sign-in, password reset and profile, as a person meets them."""

import re

import pytest
from csp.utils import build_policy
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from everwise.accounts.models import User
from everwise.demo.views import MAIL_POLICY
from tests.factories import PASSWORD
from tests.scene import PROFILE, a_person

pytestmark = pytest.mark.django_db

SIGN_UP = {
    "name": "Omar Haddad",
    "email": "Omar@Example.com",
    "time_zone": "Cairo",
    "password1": "a long pass phrase",
    "password2": "a long pass phrase",
}


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_everything_asks_for_sign_in_first(client):
    for name in ("home", "paths:list", "meetings:list", "profile"):
        assert client.get(reverse(name)).url.startswith(reverse("account_login"))


def test_sign_in_by_e_mail_in_any_case(client):
    a_person(email="maya@example.com")

    assert sign_in(client, "MAYA@example.com").url == reverse("home")


def test_wrong_password_is_told_and_the_address_kept(client):
    a_person(email="maya@example.com")

    page = sign_in(client, "maya@example.com", "wrong").content.decode()

    assert "The e-mail address or the password is not correct." in page
    assert 'value="maya@example.com"' in page


@pytest.mark.parametrize("is_open", [False, True])
def test_sign_up_makes_somebody_only_where_it_is_open(client, settings, is_open):
    settings.SIGNUP_OPEN = is_open

    page = client.post(reverse("account_signup"), SIGN_UP, follow=True).text

    assert User.objects.exists() == is_open
    assert ("Sign-up is closed" in page) != is_open


def test_sign_up_needs_the_link_in_the_mail_before_sign_in(client):
    client.post(reverse("account_signup"), SIGN_UP)
    user = User.objects.get()
    assert (user.name, user.email) == ("Omar Haddad", "omar@example.com")
    assert sign_in(client, "omar@example.com", SIGN_UP["password1"]).url == reverse("account_email_verification_sent")

    call_command("worker", once=True)
    link = re.search(r"/accounts/confirm-email/\S+/", mail.outbox[0].body).group()
    assert client.get(link).status_code == 200  # mail scanners follow links: a GET confirms nothing
    assert not user.emailaddress_set.filter(verified=True).exists()
    client.post(link)

    assert sign_in(client, "omar@example.com", SIGN_UP["password1"]).url == reverse("home")


def test_password_reset_by_mail(client):
    a_person(email="maya@example.com")

    client.post(reverse("account_reset_password"), {"email": "maya@example.com"})
    call_command("worker", once=True)
    link = re.search(r"/accounts/password/reset/key/\S+/", mail.outbox[0].body).group()
    form = client.get(link).url
    client.post(form, {"password1": "another long phrase", "password2": "another long phrase"})

    assert sign_in(client, "maya@example.com", "another long phrase").url == reverse("home")


def test_profile_changes_how_times_are_read(client):
    user = a_person(time_zone="Europe/Stockholm")
    client.force_login(user)

    form = PROFILE | {"name": "Maya L", "twelve_hour": "True", "appearance": "dark"}
    assert client.post(reverse("profile"), form).url == reverse("profile")

    user.refresh_from_db()
    assert (user.name, str(user.time_zone), user.twelve_hour) == ("Maya L", "Asia/Kolkata", True)
    assert 'data-bs-theme="dark"' in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "x" * 100_000}, {"time_zone": "Mars/Base"}, {"time_zone": "\x00"}, {"appearance": "pink"}],
)
def test_bad_profile_is_refused_in_words_and_nothing_is_saved(client, change):
    user = a_person("Maya", time_zone="Europe/Stockholm")
    client.force_login(user)
    form = PROFILE | change

    response = client.post(reverse("profile"), form)

    assert response.status_code == 400
    assert "invalid" in response.content.decode()
    user.refresh_from_db()
    assert (user.name, str(user.time_zone)) == ("Maya", "Europe/Stockholm")


def test_healthz_answers_everybody(client):
    assert client.get("/healthz").content == b"ok\n"


def test_content_policy_forbids_inline_scripts(client):
    policy = client.get(reverse("account_login"))["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    # The control: an e-mail may style itself.
    assert "unsafe" in build_policy(config=MAIL_POLICY)
