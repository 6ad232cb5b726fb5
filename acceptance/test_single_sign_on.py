"""Sign-in at an identity provider of SAML, by a real browser: a new person, their role by a group, and out again."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from acceptance.identity_provider import GROUPS, IdentityProvider
from acceptance.installation import Installation, make_certificate
from acceptance.visitor import Visitor

# Of the demo's first path.
MAPS = f"""
from paths.models import Path, RoleMapping
path = Path.objects.filter(opened_at__isnull=False).order_by("pk").first()
RoleMapping.objects.create(provider="acme", claim="{GROUPS}", value="learners", path=path, role="participant")
print(path)
"""


@pytest.fixture
def idp(tmp_path) -> Iterator[IdentityProvider]:
    folder = tmp_path / "idp"
    folder.mkdir()
    certificate, key = make_certificate(folder)
    provider = IdentityProvider(folder, key, certificate)
    yield provider
    provider.stop()


@pytest.fixture
def site(cluster, install, idp) -> Installation:
    providers = [idp.settings(create_people=True, passwords=False)]
    site = install(cluster.url, settings={"DEMO": "1", "SSO_PROVIDERS": json.dumps(providers)})
    site.prepare()
    site.start(web=1, worker=False)
    idp.read(Visitor(site.site_url).get("/accounts/saml/acme/metadata/").text)
    return site


@pytest.fixture
def page(site, browser) -> Iterator[Page]:
    context = browser.new_context(ignore_https_errors=True, base_url=f"{site.site_url}/")
    yield context.new_page()
    context.close()


def test_new_person_comes_in_with_their_role_and_goes_out(site, idp, page) -> None:
    path = site.manage("shell", "--no-imports", "--command", MAPS).strip().splitlines()[-1]
    attributes = {"mail": ["pia@acme.example"], "displayName": ["Pia Lund"], "eduPersonAffiliation": ["learners"]}
    idp.person = {"id": "pia-1", "attributes": attributes}

    page.goto("accounts/login/?next=/paths/")
    page.get_by_label("E-mail").fill("pia@acme.example")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your organisation signs in at Acme")).to_be_visible()
    page.get_by_role("button", name="Continue to Acme").click()
    # A new person is asked for their zone on the way.
    expect(page).to_have_url(re.compile(f"{re.escape(site.site_url)}/(paths|accounts/time-zone)/"))
    page.goto("paths/")
    expect(page.get_by_role("link", name=path).first).to_be_visible()

    page.goto("accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert idp.signed_out == ["pia-1"]
    page.goto("paths/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
