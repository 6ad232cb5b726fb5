"""Where to report a weakness (RFC 9116)."""

import pytest

ADDRESS = "/.well-known/security.txt"


@pytest.mark.usefixtures("clock")
def test_names_contact_expiry_languages_and_its_own_place(client, settings):
    settings.SECURITY_CONTACT = ["mailto:it@example.com", "https://example.com/report"]
    settings.SITE_URL = "https://learn.example.com"

    answer = client.get(ADDRESS)

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.text.splitlines() == [
        "Contact: mailto:it@example.com",
        "Contact: https://example.com/report",
        "Expires: 2027-05-01T00:00:00Z",
        "Preferred-Languages: en, de, es",
        "Canonical: https://learn.example.com/.well-known/security.txt",
    ]
    assert not answer.cookies


def test_nothing_is_there_without_a_contact(client):
    assert client.get(ADDRESS).status_code == 404
