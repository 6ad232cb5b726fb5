"""Served below a path of the domain: booking in a browser, calendar file, e-mails and admin, all at their place."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from acceptance.installation import Installation
from acceptance.processes import wait_for
from meetings.demo.data import DOMAIN, PASSWORD

PREFIX = "/everwise"


@pytest.fixture
def site(cluster, install) -> Installation:
    site = install(cluster.url, prefix=PREFIX, settings={"DEMO": "1"})
    site.prepare()
    site.start()
    return site


@pytest.fixture
def page(site, browser) -> Iterator[Page]:
    """A browser that notes every answer from outside the prefix, and every error."""
    context = browser.new_context(ignore_https_errors=True, accept_downloads=True, base_url=f"{site.site_url}/")
    page = context.new_page()
    page.strange = []
    page.on("response", lambda answer: judge(page, answer))
    yield page
    context.close()


def judge(page, answer) -> None:
    path = urlsplit(answer.url).path
    if not path.startswith(f"{PREFIX}/") or answer.status >= 400:
        page.strange.append((answer.status, answer.url))


def test_booking_calendar_file_and_emails(site, page, mail_server) -> None:
    page.goto("accounts/login/")
    page.get_by_label("E-mail").fill(f"participant@{DOMAIN}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(f"{PREFIX}/$"))
    cookies = page.context.cookies()
    assert {cookie["path"] for cookie in cookies if cookie["name"].startswith("__Secure-")} == {f"{PREFIX}/"}
    assert len(cookies) == len([cookie for cookie in cookies if cookie["name"].startswith("__Secure-")]) > 1

    page.get_by_role("link", name="Paths").first.click()
    page.get_by_role("link", name=re.compile("Leading your first team")).first.click()
    page.get_by_role("link", name="Schedule meeting").first.click()
    page.locator("#theme a").first.click()
    page.get_by_role("link", name="Next seven days").click()
    page.wait_for_url(re.compile("day="))
    page.locator("a.ew-slot:visible").first.click()
    page.get_by_role("button", name="Confirm meeting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("You.re booked"))
    page.get_by_role("link", name="View meeting").click()
    meeting = urlsplit(page.url).path

    own = [
        link
        for link in page.eval_on_selector_all("[href], [src], [action]", ADDRESSES)
        if link.startswith("https://localhost")
    ]
    assert len(own) > 10
    assert not [link for link in own if not link.startswith(f"{site.site_url}/")]

    page.get_by_text("Add to calendar").click()
    with page.expect_download() as download:
        page.locator("a[href$='.ics']").first.click()
    text = download.value.path().read_text().replace("\r\n ", "")
    assert f"{site.site_url}/meetings/" in text

    page.goto("accounts/calendar/")
    page.get_by_role("button", name=re.compile("address")).first.click()
    feed = re.search(rf"{re.escape(site.site_url)}/calendar/[\w-]+\.ics", page.content())
    answer = page.context.request.get(feed[0])
    assert answer.status == 200
    assert "BEGIN:VCALENDAR" in answer.text()

    letters = wait_for(lambda: [text for _, text in mail_server.letters], "an e-mail has arrived")
    letter = letters[0].replace("=\r\n", "").replace("=\n", "").replace("=3D", "=")
    assert f"{site.site_url}/meetings/" in letter
    assert f"localhost:{site.port}/meetings/" not in letter
    assert meeting.startswith(f"{PREFIX}/meetings/")
    assert page.strange == []


ADDRESSES = "all => all.map(it => it.href || it.src || it.action).filter(it => typeof it == 'string')"


def test_admin_and_its_files(site, page) -> None:
    site.manage(
        *("createsuperuser", "--no-input", "--email=staff@example.com", "--name=Staff"),
        DJANGO_SUPERUSER_PASSWORD="correct horse battery staple",
    )
    page.goto("accounts/login/")
    page.get_by_label("E-mail").fill("staff@example.com")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Time zone").fill("Europe/Stockholm")
    page.get_by_role("button", name="Use this time zone").click()
    expect(page).to_have_url(re.compile(f"{PREFIX}/$"))
    page.goto("admin/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="Meetings", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.strange == []
