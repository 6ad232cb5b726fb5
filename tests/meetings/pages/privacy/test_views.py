"""The public page names the installation's own values."""

import pytest

pytestmark = pytest.mark.django_db


def text(client):
    answer = client.get("/privacy/")
    assert answer.status_code == 200
    return answer.text


def test_says_the_values_that_are_set(client, settings):
    assert "days after the meeting" not in text(client)
    settings.NOTES_KEPT_DAYS, settings.MAIL_KEPT_DAYS, settings.LOGS_KEPT_DAYS = 400, 30, 1

    page = text(client)

    assert "400 days after the meeting" in page
    assert "30 days" in page
    assert "1 day<" in page


def test_says_whom_to_ask(client, settings):
    assert "An admin of your path" in text(client)
    settings.PRIVACY_CONTACT = "privacy@example.com"
    assert 'href="mailto:privacy@example.com"' in text(client)
    settings.PRIVACY_CONTACT = "https://example.com/privacy"
    assert 'href="https://example.com/privacy"' in text(client)


def test_sign_up_leads_there(client):
    assert 'href="/privacy/"' in client.get("/accounts/signup/").text
