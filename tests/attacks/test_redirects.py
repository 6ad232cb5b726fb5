"""Ten ways to write an address that looks like a page of ours and leads elsewhere."""

from urllib.parse import quote, urlsplit

import pytest
from django.urls import reverse

from tests.factories import PASSWORD
from tests.scene import a_person

pytestmark = pytest.mark.django_db

TRICKS = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "http://testserver@evil.example/",
    "javascript:alert(1)",
    "\t//evil.example/",
    "https://testserver.evil.example/",
)


def leads_away(answer) -> bool:
    """Whether a browser would leave the site, by how browsers read what is odd."""
    where = answer.headers.get("Location", "").strip().replace("\\", "/")
    split = urlsplit(where)
    return where.startswith("//") or bool(split.scheme) or split.netloc not in {"", "testserver"}


def test_a_way_out_is_seen():
    answers = [type("Answer", (), {"headers": {"Location": trick}}) for trick in TRICKS]

    assert [leads_away(answer) for answer in answers] == [True] * 10
    assert not leads_away(type("Answer", (), {"headers": {"Location": "/paths/?next=//evil.example"}}))


@pytest.mark.parametrize("trick", TRICKS)
def test_next_never_leads_elsewhere(client, trick):
    user = a_person(zone_asked=True)
    login, query = reverse("account_login"), f"?next={quote(trick)}"
    typed = {"login": user.email, "password": PASSWORD}
    answers = {
        "sign-in": client.post(f"{login}{query}", {**typed, "next": trick}),
        "signed in already": client.get(f"{login}{query}"),
        "staff": client.get(f"/admin/login/{query}"),
        "zone": client.post(reverse("ask-zone"), {"zone": "Europe/London", "next": trick}),
        "zone asked": client.get(f"{reverse('ask-zone')}{query}"),
        "zone of the device": client.post(reverse("device-zone"), {"zone": "Europe/London", "next": trick}),
        "language": client.post(reverse("set_language"), {"language": "de", "next": trick}),
        "who are you": client.post(
            f"{reverse('account_reauthenticate')}{query}", {"password": PASSWORD, "next": trick}
        ),
        "sign-out": client.post(f"{reverse('account_logout')}{query}", {"next": trick}),
    }

    assert [name for name, answer in answers.items() if leads_away(answer)] == []
    assert {name for name, answer in answers.items() if answer.status_code == 302} >= {"sign-in", "zone", "language"}
    # The control: a page of ours is what it leads to.
    client.logout()
    assert client.post(f"{login}?next=/paths/", {**typed, "next": "/paths/"}).url == "/paths/"
