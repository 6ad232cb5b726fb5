"""The page of an expert's foreign calendars, and what each of its buttons does for whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from experts.feeds.limits import MAX_CALENDARS
from experts.models import BusyCalendar, BusyTime
from tests.experts.feeds.test_parse import event, file
from tests.meetings.pages.availability.scene import ADDRESS, INDEX, upload
from tests.scene import NOW, a_path, a_person, an_expert

# A file is read by a process, awaited with a time limit: libfaketime refuses Python's sleep in it now and then.
pytestmark = [pytest.mark.django_db, pytest.mark.real_clock]


def sign_in(client, user):
    client.force_login(user)
    return client


def posts(calendar):
    """Each address that changes something, with what its form sends."""
    return {
        reverse("calendars:add"): {"address": "https://other.example.com/a.ics"},
        reverse("calendars:upload"): upload(),
        reverse("calendars:read", args=[calendar.pk]): {},
        reverse("calendars:addresses", args=[calendar.pk]): {"addresses": "other@example.com"},
        reverse("calendars:remove", args=[calendar.pk]): {},
    }


def everything():
    return sorted(BusyCalendar.objects.values_list()), sorted(BusyTime.objects.values_list())


def test_page_tells_the_state_of_each_calendar(clock, own, calendar):
    """Its expert reads it at 9 in the morning in Stockholm."""
    BusyCalendar.objects.update(
        error="There is no calendar at this address (any more).",
        last_read_at=NOW - timedelta(hours=10),
        next_read_at=NOW + timedelta(minutes=20),
    )

    page = own.get(INDEX).content.decode()

    assert "calendar.example.com/…, 3 busy times" in page
    assert "Last read Sun 1 Nov, 23:00." in page
    assert "Next read today, 09:20." in page
    assert "There is no calendar at this address (any more). The busy times of the last reading are kept." in page
    assert ("secret-1234" in calendar.url, "secret-1234" in page) == (True, False)


def test_page_of_a_calendar_that_was_never_read(own, calendar):
    BusyCalendar.objects.update(last_read_at=None, next_read_at=timezone.now() - timedelta(seconds=1))

    page = own.get(INDEX).content.decode()

    assert "Not read yet." in page
    assert "Next read in a moment." in page


def test_page_takes_as_many_queries_for_many_calendars(own, calendar):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert own.get(INDEX).status_code == 200
        return len(queries)

    one = count()
    for number in range(MAX_CALENDARS - 1):
        BusyCalendar.objects.create(expert=calendar.expert, kind="upload", label=f"File {number}")

    assert count() == one


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_nothing_changes_without_a_post(own, calendar, method):
    before = everything()

    statuses = {address: getattr(own, method)(address).status_code for address in posts(calendar)}

    assert everything() == before
    for name in ("addresses", "remove"):
        page = reverse(f"calendars:{name}", args=[calendar.pk])
        assert statuses.pop(page) == (200 if method in {"get", "head"} else 405)
    assert set(statuses.values()) == {405}


def test_stranger_is_asked_to_sign_in(client, calendar):
    before = everything()
    for address, sent in posts(calendar).items():
        response = client.post(address, sent)
        assert (response.status_code, response.url.partition("?")[0]) == (302, reverse("account_login"))
    assert everything() == before


@pytest.mark.parametrize("fields", [{}, {"is_staff": True, "is_superuser": True}])
def test_person_without_a_profile_finds_nothing(client, calendar, fields):
    sign_in(client, a_person(**fields))
    before = everything()

    assert client.get(INDEX).status_code == 404
    assert {client.post(address, sent).status_code for address, sent in posts(calendar).items()} == {404}
    assert everything() == before


def test_another_expert_does_not_see_it(client, calendar):
    assert "calendar.example.com" in sign_in(client, calendar.expert.user).get(INDEX).content.decode()
    sign_in(client, an_expert(a_path()).user)

    assert "calendar.example.com" not in client.get(INDEX).content.decode()
    for name in ("read", "addresses", "remove"):
        assert client.post(reverse(f"calendars:{name}", args=[calendar.pk])).status_code == 404
    assert client.get(reverse("calendars:remove", args=[calendar.pk])).status_code == 404
    assert BusyCalendar.objects.get() == calendar


def test_forms_need_their_token(client, expert):
    client.handler.enforce_csrf_checks = True
    sign_in(client, expert.user)

    assert client.post(reverse("calendars:add"), {"address": ADDRESS}).status_code == 403
    assert BusyCalendar.objects.count() == 0


def test_address_is_added_and_due_at_once(own, expert):
    response = own.post(reverse("calendars:add"), {"address": ADDRESS.replace("https", "webcal"), "label": ""})

    assert (response.status_code, response.url) == (302, INDEX)
    calendar = BusyCalendar.objects.get()
    assert (calendar.expert, calendar.kind, calendar.url) == (expert, "address", ADDRESS)
    assert calendar.label == "calendar.example.com"
    assert list(BusyCalendar.objects.due(timezone.now())) == [calendar]


def test_address_is_added_once(own, calendar):
    response = own.post(reverse("calendars:add"), {"address": ADDRESS, "label": "Again"})

    assert response.status_code == 400
    page = response.content.decode()
    assert "You have this calendar already." in page
    assert 'value="Again"' in page
    assert BusyCalendar.objects.count() == 1


def test_no_more_calendars_than_can_be_read(own, expert):
    for number in range(MAX_CALENDARS):
        BusyCalendar.objects.create(expert=expert, kind="upload", label=f"File {number}")

    added = own.post(reverse("calendars:add"), {"address": ADDRESS})
    uploaded = own.post(reverse("calendars:upload"), upload())

    assert (added.status_code, uploaded.status_code) == (400, 400)
    assert "which is as many as can be read" in added.content.decode()
    assert BusyCalendar.objects.count() == MAX_CALENDARS


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.com/a.ics",
        "https://user:pass@example.com/a.ics",
        "https://[::1",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://" + "ü" * 70 + ".example/",
        "https://example.com/" + "a" * 10_000,
        "https://example.com/\x00",
        "<script>",
    ],
)
def test_hostile_address_is_told_beside_its_field_and_kept(own, address):
    response = own.post(reverse("calendars:add"), {"address": address, "label": "Mine"})

    assert response.status_code == 400
    form = response.context["address_form"]
    assert len(form.errors["address"]) >= 1
    assert form["label"].value() == "Mine"
    assert form["address"].value() == address
    assert BusyCalendar.objects.count() == 0


@pytest.mark.parametrize("label", ["x" * 81, "a\x00b"])
def test_hostile_name_is_told_beside_its_field(own, label):
    response = own.post(reverse("calendars:add"), {"address": ADDRESS, "label": label})

    assert response.status_code == 400
    assert "label" in response.context["address_form"].errors


def test_file_is_read_at_once(own, expert):
    response = own.post(reverse("calendars:upload"), upload(name="my\u202ework.ics"))

    assert (response.status_code, response.url) == (302, INDEX)
    calendar = BusyCalendar.objects.get()
    assert (calendar.label, calendar.kind, calendar.busy_count) == ("mywork.ics", "upload", 1)
    assert BusyTime.objects.filter(expert=expert, calendar=calendar).count() == 1
    assert "“mywork.ics” is read: 1 busy time." in own.get(INDEX).content.decode()


def test_file_uploaded_twice_stands_twice(own):
    own.post(reverse("calendars:upload"), upload())
    own.post(reverse("calendars:upload"), upload())

    assert BusyCalendar.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n", "This is not a calendar file. Perhaps it is a page that wants a sign-in."),
        (b" " * 20_000_001, "The calendar is larger than 20 MB."),
        (file(event("DTSTART:21000231")), "“21000231” in the calendar is a date or time that does not exist."),
        (
            file(event("DTSTART:20260201", "RRULE:FREQ=SECONDLY")),
            "An event repeats more often than daily. Such events are not read.",
        ),
    ],
)
def test_bad_file_is_told_beside_its_field(own, data, words):
    response = own.post(reverse("calendars:upload"), upload(data) | {"label": "Mine"})

    assert response.status_code == 400
    assert response.context["upload_form"].errors["file"] == [words]
    assert response.context["upload_form"]["label"].value() == "Mine"
    assert BusyCalendar.objects.count() == 0


def test_no_file_is_told(own):
    response = own.post(reverse("calendars:upload"), {"label": "Mine"})

    assert response.context["upload_form"].errors["file"] == ["Choose a file."]


def test_calendar_is_read_again_when_asked(own, calendar):
    response = own.post(reverse("calendars:read", args=[calendar.pk]))

    assert (response.status_code, response.url) == (302, INDEX)
    assert list(BusyCalendar.objects.due(timezone.now())) == [calendar]


def test_calendar_that_is_about_to_be_read_is_left_alone(own, calendar):
    own.post(reverse("calendars:read", args=[calendar.pk]))
    before = everything()

    own.post(reverse("calendars:read", args=[calendar.pk]))

    assert everything() == before
    assert "about to be read" in own.get(INDEX).content.decode()


def test_calendar_just_read_is_left_alone(own, calendar):
    BusyCalendar.objects.update(tried_at=timezone.now())
    before = everything()

    own.post(reverse("calendars:read", args=[calendar.pk]))

    assert everything() == before
    assert "less than a minute ago" in own.get(INDEX).content.decode()


def test_uploaded_file_is_not_read_again(own, calendar):
    BusyCalendar.objects.update(kind="upload", url="", next_read_at=None)
    before = everything()

    own.post(reverse("calendars:read", args=[calendar.pk]))

    assert everything() == before


def test_calendar_is_removed_with_its_busy_times(own, calendar, expert):
    start = timezone.now()
    hour = {"expert": expert, "starts_at": start, "ends_at": start + timedelta(hours=1)}
    BusyTime.objects.create(calendar=calendar, **hour)
    by_hand = BusyTime.objects.create(**hour)

    page = own.get(reverse("calendars:remove", args=[calendar.pk])).content.decode()
    response = own.post(reverse("calendars:remove", args=[calendar.pk]))

    assert "Remove “Work”?" in page
    assert (response.status_code, response.url) == (302, INDEX)
    assert list(BusyCalendar.objects.all()) == []
    assert list(BusyTime.objects.all()) == [by_hand]


def test_calendar_removed_twice_is_gone(own, calendar):
    first, second = (own.post(reverse("calendars:remove", args=[calendar.pk])) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 404)
    assert "We can’t find that page" in second.text
