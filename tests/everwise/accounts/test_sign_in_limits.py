"""Wrong passwords are counted per address, and per address and account: an attacker is stopped, the owner is not."""

import importlib
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import hashers
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from everwise.accounts.models import User
from everwise.db import cache_table
from tests.factories import PASSWORD
from tests.scene import NOW, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ATTACKER, OWNER = "192.0.2.66", "192.0.2.7"


@pytest.fixture(autouse=True)
def limits(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "20/m/ip,5/5m/key"}
    cache.clear()
    yield
    cache.clear()


def sign_in(email, password, address, **more):
    return Client(REMOTE_ADDR=address, **more).post(reverse("account_login"), {"login": email, "password": password})


def test_sixth_wrong_password_for_an_account_is_refused_in_our_look():
    user = a_person()
    assert [sign_in(user.email, "wrong", ATTACKER).status_code for _ in range(6)] == [200] * 5 + [429]

    page = sign_in(user.email, PASSWORD, ATTACKER)

    assert page.status_code == 429
    assert page["Retry-After"] == "300"
    assert "Too many attempts" in page.text
    assert "Everwise" in page.text


def test_owner_signs_in_from_an_address_of_their_own_meanwhile():
    user = a_person()
    for _ in range(50):
        sign_in(user.email, "wrong", ATTACKER)
    assert sign_in(user.email, PASSWORD, ATTACKER).status_code == 429

    assert sign_in(user.email, PASSWORD, OWNER).url == reverse("home")


def test_many_accounts_from_one_address_are_refused_and_others_are_not():
    users = [a_person() for _ in range(8)]
    answers = [sign_in(user.email, f"wrong {turn}", ATTACKER).status_code for turn in range(4) for user in users]
    assert answers == [200] * 20 + [429] * 12

    assert sign_in(users[0].email, PASSWORD, OWNER).url == reverse("home")


def test_right_passwords_are_not_counted():
    user = a_person()

    assert {sign_in(user.email, PASSWORD, OWNER).url for _ in range(30)} == {reverse("home")}
    # The control: of wrong ones the sixth is too many.
    assert [sign_in(user.email, "wrong", OWNER).status_code for _ in range(6)] == [200] * 5 + [429]


def test_thousand_invented_accounts_wipe_nobody_s_count():
    user = a_person()
    for _ in range(5):
        sign_in(user.email, "wrong", ATTACKER)
    for number in range(1000):
        cache.set(f"allauth:rl:invented:{number}", [1.0], 300)

    assert "Too many attempts" in sign_in(user.email, PASSWORD, ATTACKER).text
    # The control: where the count is gone, so is the refusal.
    cache.clear()
    assert sign_in(user.email, PASSWORD, ATTACKER).url == reverse("home")


def test_what_has_run_out_is_deleted_and_the_rest_stays():
    cache.set("old", 1, 60)
    cache.set("living", 1, 3600)
    now = NOW + timedelta(minutes=5)

    assert cache_table.delete_expired(now) == 1
    assert cache_table.delete_expired(now) == 0

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM everwise_cache")
        assert [key for (key,) in cursor.fetchall()] == [":1:living"]


@pytest.mark.parametrize("known", [True, False])
def test_wrong_password_costs_one_hash_whether_the_account_is_there_or_not(monkeypatch, known):
    user = a_person()
    hashed = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda self, *given: hashed.append(1) or encode(self, *given)
    )

    sign_in(user.email if known else "nobody@example.com", "wrong", OWNER)

    assert hashed == [1]


def test_superuser_of_the_command_line_signs_in_at_once():
    User.objects.create_superuser("Founder@example.com", "correct horse battery", name="Founder")

    # Straight on to the one question that nobody has answered for them.
    assert sign_in("founder@example.com", "correct horse battery", OWNER).url == f"{reverse('ask-zone')}?next=%2F"


def test_wrong_password_in_the_admin_is_counted_too():
    """The admin's own form would count nothing: it leads to ours."""
    assert Client().get(reverse("admin:login")).url.startswith(reverse("account_login"))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_counted_one_by_one():
    user = a_person()
    together, answers = threading.Barrier(20), []

    def guess(number):
        together.wait()
        answers.append(sign_in(user.email, f"wrong {number}", ATTACKER).status_code)
        connections.close_all()

    threads = [threading.Thread(target=guess, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(answers) <= {200, 429}
    assert 1 <= answers.count(200) <= 5


def test_account_attacked_from_many_addresses_leaves_each_one_try_and_its_owner_in():
    user = a_person()
    botnet = [f"198.51.100.{number}" for number in range(20)]
    # Each of them has five tries; together they use up what the account has.
    assert {sign_in(user.email, "wrong", address).status_code for address in botnet for _ in range(5)} == {200}

    fresh = [sign_in(user.email, "wrong", "203.0.113.9").status_code for _ in range(2)]

    assert fresh == [200, 429]
    assert [sign_in(user.email, PASSWORD, OWNER).status_code for _ in range(3)] == [302] * 3
    # Another account is not slowed by that.
    assert [sign_in("other@example.com", "wrong", "203.0.113.9").status_code for _ in range(2)] == [200, 200]


def test_addresses_of_one_ipv6_network_are_one_client():
    user = a_person()
    answers = [sign_in(user.email, "wrong", f"2001:db8::{number}").status_code for number in range(1, 7)]

    assert answers == [200] * 5 + [429]
    assert sign_in(user.email, PASSWORD, "2001:db8:1::7").status_code == 302


def test_ipv4_addresses_on_a_socket_of_both_families_are_clients_of_their_own():
    user = a_person()
    for _ in range(6):
        sign_in(user.email, "wrong", f"::ffff:{ATTACKER}")

    assert "Too many attempts" in sign_in(user.email, PASSWORD, f"::ffff:{ATTACKER}").text
    assert sign_in(user.email, PASSWORD, f"::ffff:{OWNER}").url == reverse("home")


def test_superuser_who_was_shut_out_before_signs_in_after_the_update():
    shut_out = a_person(is_superuser=True, is_staff=True, verified=False)
    tried = a_person(is_superuser=True, is_staff=True, verified=False)
    EmailAddress.objects.create(user=tried, email=tried.email, primary=True)
    nobody = a_person(verified=False)

    importlib.import_module("everwise.accounts.migrations.0005_superusers_sign_in").verify(
        apps, SimpleNamespace(connection=connection)
    )

    assert [sign_in(each.email, PASSWORD, OWNER).url for each in (shut_out, tried)] == [reverse("home")] * 2
    assert sign_in(nobody.email, PASSWORD, OWNER).url != reverse("home")
