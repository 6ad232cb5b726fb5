"""What staff see of experts' foreign calendars."""

import pytest
from django.db import IntegrityError, connection, transaction

from experts.models import BusyCalendar, Expert
from tests.admin_site import NOON, address, staff_on
from tests.scene import an_expert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def calendar():
    url = "https://calendar.example.com/secret-1234/basic.ics"
    return BusyCalendar.objects.create(
        expert=an_expert(), kind="address", label="Work", url=url, next_read_at=NOON, error="No answer."
    )


def test_staff_see_the_state_but_not_the_address(client, calendar):
    page = staff_on(client).get(address(Expert, "change", calendar.expert_id)).content.decode()

    assert "calendar.example.com/…" in page
    assert "No answer." in page
    assert "secret-1234" in calendar.url
    assert "secret-1234" not in page


def test_labels_are_text_and_no_markup(client, calendar):
    BusyCalendar.objects.update(label="<b>Work</b>")

    page = staff_on(client).get(address(Expert, "change", calendar.expert_id)).content.decode()

    assert "&lt;b&gt;Work&lt;/b&gt; (calendar.example.com/…): not read yet, next read 2026-11-03 12:00 UTC." in page


def refused(sql):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_database_refuses_an_address_that_is_never_read(calendar):
    refused("UPDATE experts_busycalendar SET next_read_at = NULL")


def test_database_refuses_the_same_address_twice(calendar):
    refused(
        "INSERT INTO experts_busycalendar (expert_id, kind, label, url, etag, last_modified, read_in_zone, failures,"
        " error, busy_count, next_read_at) SELECT expert_id, kind, label, url, etag, last_modified, read_in_zone,"
        " failures, error, busy_count, next_read_at FROM experts_busycalendar"
    )
