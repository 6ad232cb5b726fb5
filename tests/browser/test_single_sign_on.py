"""Sign-in at an organisation: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import looked_at
from tests.everwise.sso import oidc_provider, saml_provider

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def acme(settings, live_server):
    settings.SITE_URL = live_server.url
    with oidc_provider.running() as provider:
        settings.SSO_PROVIDERS = {
            "acme": provider.provider(create_people=True),
            "other": saml_provider.provider(
                id="other", name="Brightwater Learning and Development", domains=("brightwater.example",)
            ),
        }
        yield provider


def test_pages_are_accessible(open_as, acme):
    problems = []
    page = open_as(None)
    for address in ("/accounts/login/", "/accounts/oidc/acme/login/", "/accounts/saml/other/acs/finish/"):
        looked_at(page, address, address, problems=problems)
    # The last one says no, which a browser writes on its console.
    assert [problem for problem in problems if "403" not in problem] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_address_alone_leads_there_and_back(open_as, acme, scripts):
    acme.knows("pia-1")
    page = open_as(None, java_script_enabled=scripts)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill("pia@acme.example")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your organisation signs in at Acme")).to_be_visible()
    page.get_by_role("button", name="Continue to Acme").click()
    page.wait_for_url(re.compile(re.escape(acme.url)))
    page.locator("input[name=sub]").fill("pia-1")
    page.locator("form button").first.click()
    expect(page).to_have_url(re.compile("/accounts/time-zone/|/$"))
    expect(page.get_by_role("heading", name="You are not signed in")).to_have_count(0)
    # The provider's own page asks for a style sheet elsewhere, and has no icon.
    open_as.complaints[:] = [each for each in open_as.complaints if not each.startswith("Failed to load resource")]
