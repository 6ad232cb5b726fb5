"""In which language a page comes: of the profile, else of the cookie, else of the browser."""

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import OperationalError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from everwise.accounts.models import User
from everwise.changelog import note_change, who_changed
from everwise.timefmt import Reader
from scripts.compile_messages import compile_all
from tests.admin_site import as_sent
from tests.scene import PROFILE, a_person

pytestmark = pytest.mark.django_db

SIGN_UP = {
    "name": "Omar Haddad",
    "email": "omar@example.com",
    "time_zone": "Cairo",
    "password1": "a long pass phrase",
    "password2": "a long pass phrase",
}
SWITCH = f'action="{reverse("set_language")}"'
GERMAN = {"accept-language": "de-CH,de;q=0.9,en;q=0.1"}


@pytest.fixture
def languages(settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")]


def language_of(answer):
    return answer["Content-Language"]


@pytest.mark.usefixtures("languages")
def test_page_comes_in_the_language_of_the_browser(client):
    answer = client.get(reverse("account_login"), headers=GERMAN)

    assert language_of(answer) == "de"
    assert "Accept-Language" in answer["Vary"]
    assert '<html lang="de" dir="ltr"' in answer.text
    assert '<html lang="ar" dir="rtl"' in client.get(reverse("account_login"), headers={"accept-language": "ar"}).text
    # The controls: another one, and the thread's own afterwards.
    assert '<html lang="en" dir="ltr"' in client.get(reverse("account_login")).text
    assert translation.get_language() == "en"


def test_language_that_is_not_ours_is_english(client):
    assert language_of(client.get(reverse("account_login"), headers={"accept-language": "tlh,tlh-CA"})) == "en"
    assert language_of(client.get(reverse("account_login"), headers=GERMAN)) == "de"


@pytest.mark.usefixtures("languages")
def test_cookie_comes_before_the_browser_and_the_profile_before_both(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    assert language_of(client.get(reverse("account_login"), headers=GERMAN)) == "ar"

    client.force_login(a_person(language="en"))
    assert language_of(client.get(reverse("profile"), headers=GERMAN)) == "en"

    # One that is offered no more is nobody's.
    client.force_login(a_person(language="tlh"))
    assert language_of(client.get(reverse("profile"), headers=GERMAN)) == "ar"


@pytest.mark.usefixtures("languages")
def test_language_asks_the_database_nothing_more(client):
    client.force_login(a_person(language="de"))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(reverse("profile"))

    assert sum("accounts_user" in each["sql"] for each in asked.captured_queries) == 1
    assert sum("django_session" in each["sql"] for each in asked.captured_queries) == 1


@pytest.mark.usefixtures("languages")
def test_language_is_chosen_in_the_footer_before_somebody_signs_in(client, settings):
    page = client.get(reverse("account_login") + "?next=/meetings/")
    for code, name in settings.LANGUAGES:
        assert f'value="{code}" lang="{code}"' in page.text
        assert f">{name}</button>" in page.text

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("set_language"), {"language": "de", "next": "/"}).status_code == 403
    token = strict.get(reverse("account_login")).context["csrf_token"]
    sent = {"language": "de", "next": "/accounts/login/?next=/meetings/", "csrfmiddlewaretoken": str(token)}
    answer = strict.post(reverse("set_language"), sent)

    assert answer.url == "/accounts/login/?next=/meetings/"
    assert language_of(strict.get(answer.url)) == "de"
    assert strict.cookies[settings.LANGUAGE_COOKIE_NAME]["httponly"]
    # Signed in, one has it in the profile.
    client.force_login(a_person())
    assert SWITCH not in client.get(reverse("home")).text
    assert SWITCH in page.text


def test_profile_asks_for_the_language_once(client):
    client.force_login(a_person())

    page = client.post(reverse("profile")).text
    assert page.count('name="language"') == 1
    assert "initial-language" not in page


def test_one_language_is_no_choice(client, settings):
    settings.LANGUAGES = [("en", "English")]
    assert SWITCH not in client.get(reverse("account_login")).text
    assert SWITCH not in client.get("/nowhere/").text
    client.force_login(a_person())
    assert 'name="language"' not in client.get(reverse("profile")).text

    # The control.
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    assert 'name="language"' in client.get(reverse("profile")).text
    client.logout()
    assert SWITCH in client.get(reverse("account_login")).text


@pytest.mark.usefixtures("languages")
def test_who_signs_up_keeps_the_language_of_the_page(client):
    client.post(reverse("account_signup"), SIGN_UP, headers=GERMAN)

    assert User.objects.get().language == "de"
    # The control: made outside of any page.
    assert a_person().language == "en"


@pytest.mark.usefixtures("languages")
def test_language_is_chosen_in_the_profile(client):
    maya = a_person("Maya", language="de")
    client.force_login(maya)

    refused = client.post(reverse("profile"), PROFILE | {"language": "tlh"})
    client.post(reverse("profile"), as_sent(client.get(reverse("profile")), language="ar"))

    assert refused.status_code == 400
    maya.refresh_from_db()
    assert maya.language == "ar"
    assert language_of(client.get(reverse("profile"))) == "ar"


def test_clock_is_as_usual_in_the_language_unless_it_is_chosen(client):
    maya = a_person("Maya")
    client.force_login(maya)
    assert [User(language=code).reader.twelve_hour for code in ("en", "de", "en-us", "ar")] == [
        False,
        False,
        True,
        True,
    ]
    assert User(language="en-us", twelve_hour=False).reader == Reader(User().time_zone, twelve_hour=False)
    assert as_sent(client.get(reverse("profile")))["twelve_hour"] == [""]

    for typed, kept in (("True", True), ("False", False), ("", None)):
        page = client.get(reverse("profile"))
        assert client.post(reverse("profile"), as_sent(page, twelve_hour=typed)).status_code == 302
        maya.refresh_from_db()
        assert maya.twelve_hour is kept


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize("error", [OperationalError("connection refused"), ValueError("ours")])
def test_page_about_what_is_broken_comes_in_the_language_of_the_browser(monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    client = Client(raise_request_exception=False)
    client.force_login(a_person(language="en"))
    monkeypatch.setattr(BaseDatabaseWrapper, "_cursor", fail)
    answer = client.get("/", headers=GERMAN)

    assert answer.status_code in {500, 503}
    assert '<html lang="de" dir="ltr"' in answer.text


@pytest.mark.usefixtures("languages")
def test_texts_are_compiled_and_the_log_of_changes_stays_english(client, settings, tmp_path):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Sign in"\nmsgstr "Anmelden"\n'
    )
    source.write_text(source.read_text() + '\nmsgid "time zone"\nmsgstr "Zeitzone"\n')
    assert compile_all(tmp_path) == []
    settings.LOCALE_PATHS = [tmp_path]

    assert "<h1>Anmelden</h1>" in client.get(reverse("account_login"), headers=GERMAN).text
    maya, label = a_person("Maya"), User._meta.get_field("time_zone").verbose_name
    with translation.override("de"):
        note_change(maya, by=maya, fields=["time_zone"])
        assert (str(label), who_changed([maya], "Time zone", maya.date_joined)) == ("Zeitzone", maya)

    # A placeholder that the English does not have: what was compiled before stays.
    before = source.with_suffix(".mo").read_bytes()
    wrong = '\n#, python-format\nmsgid "Hello %(name)s"\nmsgstr "Hallo %(nam)s"\n'
    source.write_text(source.read_text() + wrong)
    [fault] = compile_all(tmp_path)
    assert "unknown named placeholder" in fault
    assert source.with_suffix(".mo").read_bytes() == before
