"""Length and policy are changed while a page is open: it comes again and says what changed, with what was typed."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from meetings import booking
from meetings.models import Meeting
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EARLY = at(9)
HOW_LONG = "This theme now takes 8 hours instead of 30 minutes."


@pytest.fixture
def world(client):
    """In UTC, seen by its participant."""
    path = a_path(sessions_per_participant=6)
    eva, pia = an_expert(path), a_participant(path)
    client.force_login(pia)
    return SimpleNamespace(path=path, eva=eva, theme=a_theme(path, eva, an_expert(path, name="Ines")), pia=pia)


def confirm(world, start=EARLY):
    query = f"?theme={world.theme.pk}&start={start:%Y-%m-%dT%H:%M:%SZ}"
    return reverse("schedule:confirm", args=[world.path.pk]) + query


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def hidden(page):
    """The hidden fields of a page's forms."""
    inputs = re.findall(r"<input[^>]*>", page.content.decode())
    found = [
        (re.search(r'name="([^"]*)"', each), re.search(r'value="([^"]*)"', each)) for each in inputs if "hidden" in each
    ]
    return {name[1]: value[1] for name, value in found if name and value and name[1] != "csrfmiddlewaretoken"}


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_confirm_says_that_the_theme_takes_longer_now(client, world):
    form = hidden(client.get(confirm(world))) | {"expert": "any", "note": "My case"}
    change(world.theme, duration_minutes=480)

    response = client.post(confirm(world), form)

    assert response.status_code == 409
    assert f"{HOW_LONG} Nothing was booked." in words(response)
    assert "My case</textarea>" in words(response)
    assert not Meeting.objects.exists()
    assert client.post(confirm(world), form | hidden(response)).status_code == 302
    assert Meeting.objects.get().duration_minutes == 480


def test_confirm_says_so_where_the_time_is_too_short_now(client, world):
    form = hidden(client.get(confirm(world, at(12)))) | {"expert": "any", "note": "My case"}
    change(world.theme, duration_minutes=480)

    response = client.post(confirm(world, at(12)), form)

    assert HOW_LONG in words(response)
    assert "My case" in words(response)
    assert not Meeting.objects.exists()


def test_confirm_says_that_the_rule_for_changes_is_another(client, world):
    form = hidden(client.get(confirm(world))) | {"expert": "any", "note": ""}
    change(world.path, change_until_minutes=60)

    response = client.post(confirm(world), form)

    assert response.status_code == 409
    assert "until 1 hour before it, not 12 hours. Nothing was booked." in words(response)


def test_confirm_says_that_there_is_a_limit_now(client, world):
    book(world.theme, world.pia, at(15))
    form = hidden(client.get(confirm(world))) | {"expert": "any", "note": "My case"}
    change(world.path, sessions_per_participant=1)

    response = client.post(confirm(world), form)

    assert response.status_code == 409
    assert "Sessions in all on this path: now 1 instead of 6. Nothing was booked." in words(response)
    assert "My case" in words(response)
    assert Meeting.objects.count() == 1


def test_confirm_with_another_problem_still_says_it(client, world):
    form = hidden(client.get(confirm(world))) | {"expert": "any", "note": "x" * 3000}
    change(world.theme, duration_minutes=480)

    response = client.post(confirm(world), form)

    assert HOW_LONG in words(response)
    assert "Please keep it under 2000 characters" in words(response)


def test_confirm_with_damaged_marks_shows_the_page_again(client, world):
    form = hidden(client.get(confirm(world))) | {"expert": "any", "note": "My case", "shown": "x"}

    response = client.post(confirm(world), form)

    assert response.status_code == 400
    assert "My case</textarea>" in words(response)
    assert client.post(confirm(world), form | hidden(response)).status_code == 302


def test_changed_between_the_view_and_the_lock_is_told(client, world, monkeypatch):
    form = hidden(client.get(confirm(world))) | {"expert": "any", "note": "My case"}
    real = booking.hold.fairest

    def change_and_choose(*args):
        change(world.theme, duration_minutes=480)
        return real(*args)

    monkeypatch.setattr(booking.hold, "fairest", change_and_choose)

    response = client.post(confirm(world), form)

    assert response.status_code == 409
    assert f"{HOW_LONG} Nothing was booked." in words(response)
    assert not Meeting.objects.exists()


def test_booking_without_a_page_goes_by_the_terms_under_the_lock(world):
    change(world.theme, duration_minutes=480)

    assert book(world.theme, world.pia, at(9)).duration_minutes == 480


def test_reschedule_says_that_the_rule_for_changes_is_another(client, world):
    meeting = book(world.theme, world.pia, at(15))
    address = reverse("meetings:reschedule", args=[meeting.pk])
    form = hidden(client.get(f"{address}?start={at(12):%Y-%m-%dT%H:%M:%SZ}"))
    change(world.path, change_until_minutes=60)

    response = client.post(address, form)

    assert response.status_code == 409
    assert "until 1 hour before it, not 12 hours. The meeting was not moved." in words(response)
    assert client.post(address, form | hidden(response)).status_code == 302


def test_reschedule_keeps_the_meetings_own_length(client, world):
    meeting = book(world.theme, world.pia, at(15))
    address = reverse("meetings:reschedule", args=[meeting.pk])
    form = hidden(client.get(f"{address}?start={at(12):%Y-%m-%dT%H:%M:%SZ}"))
    change(world.theme, duration_minutes=480)

    assert client.post(address, form).status_code == 302
    assert Meeting.objects.get().duration_minutes == 30


def test_rescue_says_that_the_rule_for_changes_is_another(client, world):
    meeting = book(world.theme, world.pia, at(15), expert=world.eva)
    booking.cancel(meeting=meeting, by=world.eva.user, now=NOW)
    form = hidden(client.get(meeting.get_absolute_url()))
    change(world.path, change_until_minutes=60)

    address = reverse("meetings:rescue", args=[meeting.pk])
    response = client.post(address, form, follow=True)

    assert "until 1 hour before it, not 12 hours. Nothing was booked." in words(response)
    assert client.post(address, hidden(response)).url.endswith("/booked/")


def test_cancel_that_counts_by_now_says_so(client, world, clock):
    meeting = book(world.theme, world.pia, at(15))
    address = reverse("meetings:cancel", args=[meeting.pk])
    form = hidden(client.get(address)) | {"message": "I am ill"}
    clock.move_to(at(15) - timedelta(hours=11))

    response = client.post(address, form)

    assert response.status_code == 409
    assert "If you cancel now, this session counts as used" in words(response)
    assert "I am ill</textarea>" in words(response)
    assert Meeting.objects.get().is_scheduled
    assert client.post(address, form | hidden(response)).status_code == 302
    assert Meeting.objects.get().counts_as_used


def test_nobody_is_booked_for_whose_account_is_switched_off(client, world):
    admin = an_admin(world.path)
    themes = reverse("schedule:theme", args=[world.path.pk])
    client.force_login(admin)
    assert world.pia.name in words(client.get(themes))
    change(world.pia, is_active=False)

    with pytest.raises(booking.BookingRefused):
        book(world.theme, world.pia, at(9), by=admin)
    assert world.pia.name not in words(client.get(themes))
