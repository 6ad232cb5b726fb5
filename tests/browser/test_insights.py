"""Insights: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_accessibility import looked_at
from tests.meetings.insights.scene import a_crowd


def test_page_is_accessible(open_as, world):
    crowd, problems = a_crowd(300, timezone.now(), experts=4, participants=20, step=12), []
    address = reverse("paths:insights", args=[crowd.path.pk])

    page = open_as(crowd.admin)
    looked_at(page, f"{address}?period=8-weeks", "insights", problems=problems)
    looked_at(page, f"{address}?period=dates&since=x", "insights of nonsense", problems=problems)
    empty = reverse("paths:insights", args=[world.path.pk])
    looked_at(open_as(world.admin), empty, "empty insights", problems=problems)

    assert problems == []


def test_dates_and_tables_need_no_script(open_as, transactional_db):
    now = timezone.now()
    crowd = a_crowd(100, now, experts=4, participants=20, step=12)
    page = open_as(crowd.admin, java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(reverse("paths:detail", args=[crowd.path.pk]))

    # The tab lies in the second row.
    page.get_by_role("link", name="Insights").click()
    expect(page.get_by_label("From", exact=True)).to_be_hidden()
    page.get_by_label("Period").select_option("dates")
    page.get_by_label("From", exact=True).fill((now - timedelta(days=30)).date().isoformat())
    page.get_by_label("To", exact=True).fill((now - timedelta(days=50)).date().isoformat())
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("The last date lies before the first.")).to_be_visible()
    page.get_by_label("To", exact=True).fill(now.date().isoformat())
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("Show as table").first.click()
    expect(page.get_by_role("columnheader", name="Week of")).to_be_visible()
