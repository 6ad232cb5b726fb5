"""Nobody stays in UTC unasked: the zone is asked at sign-up or after signing in, and may be lent to a session."""

from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from everwise.accounts.device_zone import session_zone
from everwise.accounts.models import User
from tests.admin_site import as_sent
from tests.factories import PASSWORD
from tests.scene import PROFILE, a_person

pytestmark = pytest.mark.django_db

SIGN_UP = {
    "name": "Omar Haddad",
    "called": "Abu Leila",
    "email": "omar@example.com",
    "time_zone": "Cairo (GMT+2)",
    "password1": "a long pass phrase",
    "password2": "a long pass phrase",
}


def sign_in(client, user, following=""):
    query = f"?next={following}" if following else ""
    return client.post(reverse("account_login") + query, {"login": user.email, "password": PASSWORD})


def test_sign_up_asks_what_to_call_somebody_and_where_they_live(client):
    page = client.get(reverse("account_signup"))
    # A script fills in the device's zone where none is typed.
    assert 'data-ew-device-zone="time_zone"' in page.text
    assert as_sent(page)["time_zone"] == [""]

    client.post(reverse("account_signup"), SIGN_UP)

    user = User.objects.get()
    assert (user.called, str(user.time_zone), user.zone_asked) == ("Abu Leila", "Africa/Cairo", True)


def test_sign_up_without_a_zone_is_refused(client):
    response = client.post(reverse("account_signup"), SIGN_UP | {"time_zone": ""})

    assert "Choose a time zone: type a city in it, like Stockholm." in response.text
    assert not User.objects.exists()


@pytest.mark.parametrize("following", ["", "/meetings/?q=1"])
def test_first_sign_in_asks_for_the_zone_and_leads_on(client, following):
    user = a_person(zone_asked=False)

    asked = sign_in(client, user, following).url
    page = client.get(asked)
    assert "Which time zone are you in?" in page.text
    assert as_sent(page)["zone"] == [""]
    answer = client.post(asked, as_sent(page, zone="Kolkata"))

    assert answer.url == (following or reverse("home"))
    user.refresh_from_db()
    assert (str(user.time_zone), user.zone_asked) == ("Asia/Kolkata", True)
    # The control: asked once.
    client.post(reverse("account_logout"))
    assert sign_in(client, user, following).url == (following or reverse("home"))


def test_question_starts_with_the_zone_that_staff_have_set(client):
    client.force_login(a_person(zone_asked=False, time_zone="Asia/Kabul"))

    assert as_sent(client.get(reverse("ask-zone")))["zone"] == ["Kabul (GMT+4:30)"]


def test_question_without_an_answer_stays(client):
    user = a_person(zone_asked=False)
    client.force_login(user)

    response = client.post(reverse("ask-zone"), {"zone": "Atlantis", "next": "/meetings/"})

    assert response.status_code == 400
    assert as_sent(response)["next"] == ["/meetings/"]
    user.refresh_from_db()
    assert not user.zone_asked


def test_saved_profile_answers_the_question(client):
    user = a_person(zone_asked=False)
    client.force_login(user)

    client.post(reverse("profile"), PROFILE)

    user.refresh_from_db()
    assert user.zone_asked


def test_device_zone_is_lent_to_the_session_alone(client):
    user = a_person(time_zone="Europe/Stockholm")
    client.force_login(user)
    page = "/paths/?theme=1&zone=Asia%2FTokyo"

    answer = client.post(reverse("device-zone"), {"zone": "Europe/London", "next": page})

    assert answer.url == "/paths/?theme=1"
    request = type("Request", (), {"session": client.session, "user": user})
    assert session_zone(request) == ZoneInfo("Europe/London")
    user.refresh_from_db()
    assert str(user.time_zone) == "Europe/Stockholm"
    # The control: another session has none.
    client.force_login(user)
    client.post(reverse("account_logout"))
    assert session_zone(type("Request", (), {"session": client.session, "user": user})) is None


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
@pytest.mark.parametrize("name", ["device-zone", "ask-zone"])
def test_nobody_is_led_elsewhere(client, name, following):
    client.force_login(a_person())

    assert client.post(reverse(name), {"zone": "Europe/London", "next": following}).url == reverse("home")


def test_zone_that_nobody_knows_is_not_lent(client):
    client.force_login(a_person())

    client.post(reverse("device-zone"), {"zone": "\x00"})

    assert "device_zone" not in client.session
