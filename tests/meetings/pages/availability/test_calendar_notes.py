"""What an expert's page of foreign calendars tells of a reading, and what they go by in one."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from experts.models import BusyCalendar
from tests.experts.feeds.test_parse import event, file
from tests.meetings.pages.availability.scene import INDEX, upload

# The sandbox waits with a time limit, which libfaketime refuses now and then (EINVAL).
pytestmark = [pytest.mark.django_db, pytest.mark.real_clock]


def test_page_tells_what_was_left_out(own, expert):
    start = timezone.now() + timedelta(days=2)
    good = event(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT1H", uid="good")
    bad = event("DTSTART:29991105T090000Z", "DTEND:None", "SUMMARY:Dinner", uid="bad")
    odd = event(f"DTSTART;TZID=Eastern <b> Time 1:{start:%Y%m%dT%H%M%S}", "DURATION:PT1H", uid="odd")

    sent = file(good, bad, odd)

    own.post(reverse("calendars:upload"), upload(sent))

    page = own.get(INDEX).content.decode()
    assert "1 event left out, in whole or in part" in page
    assert "5 Nov 2999, line 7: “…” in the calendar is neither a date nor a time." in page
    assert "“Eastern &lt;b&gt; Time 1”" in page
    assert (b"Dinner" in sent, "Dinner" in page) == (True, False)


def test_calendar_that_is_read_whole_tells_of_nothing(own, calendar):
    assert "left out" not in own.get(INDEX).content.decode()
    BusyCalendar.objects.update(notes={"left_out": 1})
    assert "left out" in own.get(INDEX).content.decode()


@pytest.mark.parametrize(
    ("own_address", "named", "count"),
    [("me@example.com", "", 0), ("else@example.com", "", 1), ("else@example.com", "x@example.com; ME@example.com", 0)],
)
@pytest.mark.parametrize("verified", [True, False])
def test_what_the_owner_declined_is_free(own, expert, own_address, named, count, verified):
    EmailAddress.objects.filter(user=expert.user).delete()
    EmailAddress.objects.create(user=expert.user, email=own_address, verified=verified)
    start = timezone.now() + timedelta(days=2)
    declined = "ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.com"
    data = file(event(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT1H", declined))

    own.post(reverse("calendars:upload"), {**upload(data), "addresses": named})

    # An address that nobody has confirmed may be anybody's.
    assert BusyCalendar.objects.get().busy_count == (count if verified or named else 1)


def test_addresses_are_named_later_and_the_calendar_is_read_anew(own, calendar):
    page = reverse("calendars:addresses", args=[calendar.pk])

    response = own.post(page, {"addresses": "a@example.com,b@example.com  a@example.com"})

    assert (response.status_code, response.url) == (302, INDEX)
    calendar.refresh_from_db()
    assert calendar.addresses == "a@example.com, b@example.com"
    assert list(BusyCalendar.objects.due(timezone.now())) == [calendar]
    assert "a@example.com, b@example.com" in own.get(page).content.decode()


@pytest.mark.parametrize("typed", ["maya", "a@example.com, <b>", ",".join(f"a{n}@example.com" for n in range(11))])
def test_address_that_is_none_is_told_and_kept(own, calendar, typed):
    response = own.post(reverse("calendars:addresses", args=[calendar.pk]), {"addresses": typed})

    assert response.status_code == 400
    assert response.context["form"]["addresses"].value() == typed
    assert len(response.context["form"].errors["addresses"]) == 1
    calendar.refresh_from_db()
    assert calendar.addresses == ""


def test_addresses_in_an_uploaded_file_are_named_by_another_upload(own, calendar):
    BusyCalendar.objects.update(kind="upload", url="", next_read_at=None)

    response = own.post(reverse("calendars:addresses", args=[calendar.pk]), {"addresses": "a@example.com"})

    assert response.status_code == 400
    assert "Upload it again" in response.content.decode()
