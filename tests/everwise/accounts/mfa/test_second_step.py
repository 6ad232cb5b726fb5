"""Signing in by an app's codes and by recovery codes: each once, wrong ones counted, changes told and confirmed."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from everwise.accounts.adapter import AccountAdapter
from meetings.enums import AccountMail
from meetings.models import Notice
from tests.factories import PASSWORD
from tests.scene import a_person
from tests.second_steps import an_app, code_of, is_signed_in, recovery_codes, signed_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

STEP, ACTIVATE = "/accounts/2fa/authenticate/", "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def maya():
    return a_person("Maya Lindqvist", email="maya@example.com")


def told(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def try_code(user, code, **browser):
    client, _answer = with_password(user, Client(**browser))
    client.post(STEP, {"code": code})
    return is_signed_in(client)


def test_app_is_set_up_with_the_secret_on_the_page_and_then_asked_for(maya, django_capture_on_commit_callbacks):
    client = signed_in(maya)
    page = client.get(ACTIVATE)
    secret = page.context["form"].secret
    assert f'value="{secret}"' in page.text
    assert 'src="data:image/svg+xml;base64,' in page.text

    wrong = client.post(ACTIVATE, {"code": "000000" if code_of(secret) != "000000" else "111111"})
    assert "That code is not right" in wrong.text
    assert not Authenticator.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(ACTIVATE, {"code": code_of(secret)})

    assert done.url == reverse("mfa_view_recovery_codes")
    assert all(code in client.get(done.url).text for code in recovery_codes(maya))
    assert told(maya) == [AccountMail.APP_ADDED]
    fresh, answer = with_password(maya)
    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(fresh)
    fresh.post(STEP, {"code": code_of(secret, 1)})
    assert is_signed_in(fresh)


def test_code_is_taken_once_for_as_long_as_it_is_good(maya, clock):
    secret = an_app(maya)
    code = code_of(secret, 1)
    assert try_code(maya, code)

    for _half_minute in range(4):
        assert not try_code(maya, code)
        assert not try_code(maya, f"{code[:3]} {code[3:]}")
        clock.shift(timedelta(seconds=29))
    # The control: the next one is taken.
    assert try_code(maya, code_of(secret))


def test_code_that_set_the_app_up_signs_nobody_in(maya):
    client = signed_in(maya)
    secret = client.get(ACTIVATE).context["form"].secret
    code = code_of(secret)
    client.post(ACTIVATE, {"code": code})

    assert not try_code(maya, code)
    assert try_code(maya, code_of(secret, 1))


@pytest.mark.parametrize("periods", [-2, 2])
def test_code_of_another_time_is_refused(maya, periods):
    secret = an_app(maya)

    assert not try_code(maya, code_of(secret, periods))
    assert try_code(maya, code_of(secret, periods // 2))


def test_code_of_somebody_else_is_refused(maya):
    an_app(maya)
    theirs = a_person("Omar")
    secret = an_app(theirs)

    assert not try_code(maya, code_of(secret))
    assert not try_code(maya, recovery_codes(theirs)[0])
    assert try_code(theirs, code_of(secret))


def test_recovery_code_signs_in_once_and_its_owner_hears_of_it(maya):
    an_app(maya)
    code = recovery_codes(maya)[3]

    assert try_code(maya, code)
    assert not try_code(maya, code)
    assert code not in recovery_codes(maya)
    assert told(maya) == [AccountMail.CODE_USED]
    assert Notice.objects.get().facts["codes_left"] == "9"


@pytest.mark.parametrize("sent", [{}, {"code": ""}, {"code": "x" * 5000}, {"code": "\x00"}, {"code": "１２３４５６"}])
def test_what_is_no_code_is_refused_in_words(maya, sent):
    an_app(maya)
    client, _answer = with_password(maya)

    answer = client.post(STEP, sent)

    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_guessed_codes_are_counted_by_account_whatever_the_address(maya, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "20/m/ip,5/5m/key"}
    secret = an_app(maya)
    for number in range(5):
        assert not try_code(maya, "000000", REMOTE_ADDR=f"192.0.2.{number}")
    client, _answer = with_password(maya, Client(REMOTE_ADDR="192.0.2.77"))

    answer = client.post(STEP, {"code": code_of(secret)})

    assert "Too many attempts. Please wait five minutes" in answer.text
    assert not is_signed_in(client)
    # The control: nobody has guessed at another account.
    other = a_person("Omar")
    assert try_code(other, code_of(an_app(other)), REMOTE_ADDR="192.0.2.1")


def test_guessed_codes_are_counted_by_address_whatever_the_account(settings, clock):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "6/m/ip,5/5m/key"}
    people = [a_person() for _ in range(7)]
    secrets = [an_app(person) for person in people]
    for person in people[:6]:
        assert not try_code(person, "000000", REMOTE_ADDR="192.0.2.66")
        # Tries of one moment count as one, which no two are.
        clock.shift(timedelta(seconds=1))

    # Not even the right password is looked at any more.
    assert not try_code(people[6], code_of(secrets[6]), REMOTE_ADDR="192.0.2.66")
    assert try_code(people[6], code_of(secrets[6]), REMOTE_ADDR="192.0.2.7")


def test_somebody_at_the_second_step_can_start_over(maya):
    an_app(maya)
    client, _answer = with_password(maya)
    assert client.get(reverse("account_login")).url.startswith(STEP)

    client.post(reverse("account_logout"), {"next": reverse("account_login")})

    assert client.get(reverse("account_login")).status_code == 200


def test_whoever_has_a_second_step_confirms_by_it_and_not_by_the_password(maya, clock):
    secret = an_app(maya)
    client, _answer = with_password(maya)
    client.post(STEP, {"code": code_of(secret)})
    clock.shift(timedelta(minutes=6))
    off = reverse("mfa_deactivate_totp")

    assert client.post(off).url.startswith(reverse("mfa_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.post(off).url.startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.count() == 2

    client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
    assert client.post(off).url == reverse("mfa_index")
    assert not Authenticator.objects.exists()
    assert told(maya) == [AccountMail.APP_REMOVED]


def test_recovery_codes_are_shown_to_nobody_who_finds_an_open_browser_and_nothing_is_written(maya):
    an_app(maya)
    client = Client()
    client.force_login(maya)
    before = list(Authenticator.objects.values_list())

    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes"):
        assert client.get(reverse(name)).url.startswith(reverse("mfa_reauthenticate"))
    code = recovery_codes(maya)[0]
    client.post(reverse("mfa_reauthenticate"), {"code": code})
    after_use = list(Authenticator.objects.values_list())
    assert after_use != before

    page, file = (client.get(reverse(name)) for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes"))
    assert file.text.split() == recovery_codes(maya)
    assert "no-store" in file["Cache-Control"]
    assert all(each in page.text for each in recovery_codes(maya))
    assert list(Authenticator.objects.values_list()) == after_use


def test_new_recovery_codes_end_the_old_ones_and_are_told(maya, django_capture_on_commit_callbacks):
    secret = an_app(maya)
    old = recovery_codes(maya)
    client, _answer = with_password(maya)
    client.post(STEP, {"code": code_of(secret)})

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))

    assert not set(old) & set(recovery_codes(maya))
    assert told(maya) == [AccountMail.CODES_RENEWED]
    assert not try_code(maya, old[0])


def test_recovery_codes_need_something_that_they_stand_in_for(maya):
    client = signed_in(maya)

    answer = client.post(reverse("mfa_generate_recovery_codes"))

    assert "Set up one first." in answer.text
    assert not Authenticator.objects.exists()


def test_every_way_to_confirm_has_words_of_ours(maya):
    an_app(maya)
    Authenticator.objects.create(user=maya, type="webauthn", data={"name": "Key"})

    ways = AccountAdapter().get_reauthentication_methods(maya)

    assert [way["description"] for way in ways] == ["Use a code", "Use a passkey"]
    Authenticator.objects.filter(type="totp").delete()
    assert [way["description"] for way in AccountAdapter().get_reauthentication_methods(maya)] == [
        "Use a passkey",
        "Use a code",
    ]
    Authenticator.objects.all().delete()
    assert [way["description"] for way in AccountAdapter().get_reauthentication_methods(maya)] == ["Use your password"]
