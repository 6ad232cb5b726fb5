"""What a participant reads on the pages of a booking where the month is full, or enough is coming up."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings.booking.terms import Terms
from meetings.models import Meeting
from meetings.pages.fields import VALUE
from paths.models import Path
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import text_of
from tests.scene import a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
FULL = "You’ve used or booked your 1 session of November. The next one can start from Tue 1 Dec, 00:00 on."


class World:
    def __init__(self, **policy):
        self.path = a_path(**policy)
        self.eva = an_expert(self.path)
        self.theme = a_theme(self.path, self.eva)
        self.pia = a_participant(self.path)
        self.client = signed_in(self.pia)

    def get(self, step, client=None, **query):
        address = reverse(f"schedule:{step}", args=[self.path.pk])
        return (client or self.client).get(address, {"theme": self.theme.pk, **query})

    def confirm(self, start, **form):
        address = reverse(
            "schedule:confirm", args=[self.path.pk], query={"theme": self.theme.pk, "start": value(start)}
        )
        return self.client.post(address, {"token": uuid4(), "expert": "any", "note": "Please.", **form})


def value(start):
    return start.strftime(VALUE)


def test_times_of_a_full_month_are_not_offered_and_the_page_leads_on():
    world = World(sessions_per_month=1)
    assert value(at(10)) in world.get("time").content.decode()
    book(world.theme, world.pia, at(9))

    response = world.get("time")
    assert FULL in text_of(response)
    assert value(at(10)) not in response.content.decode()
    december = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert value(december) in response.content.decode()
    assert value(december) in world.get("time", day="2026-12-01").content.decode()


def test_where_no_other_month_is_in_reach_it_is_said_why():
    world = World(sessions_per_month=1, horizon_days=7)
    book(world.theme, world.pia, at(9))

    text = text_of(world.get("time"))
    assert "No times are offered" in text
    assert FULL in text
    assert "fully booked" not in text


def test_a_time_of_a_full_month_is_not_confirmed_and_the_note_is_kept():
    world = World(sessions_per_month=1)
    terms = str(Terms.of(world.path, 30, 0))
    book(world.theme, world.pia, at(9))
    response = world.confirm(at(12), shown=terms)

    assert response.status_code == 409
    assert "No session is left in that month" in text_of(response)
    assert FULL in text_of(response)
    assert "Please." in response.content.decode()
    assert Meeting.objects.count() == 1
    assert world.confirm(datetime(2026, 12, 1, 9, tzinfo=UTC), shown=terms).status_code == 302


def test_as_many_as_may_come_up_at_once():
    world = World(sessions_at_once=1)
    assert world.get("time").status_code == 200
    book(world.theme, world.pia, at(9))
    said = "You can have 1 session coming up at a time, and it is booked."

    for response in (world.get("time"), world.get("theme"), world.confirm(at(12))):
        assert said in text_of(response)
        assert "The next one can be booked from tomorrow, 09:00 on." in text_of(response)
    overview = text_of(world.client.get(reverse("paths:detail", args=[world.path.pk])))
    assert said in overview
    assert "At most 1 session coming up at the same time." in overview
    # An admin who books for them reads it of them.
    other = world.get("time", client=signed_in(an_admin(world.path)), **{"for": world.pia.pk})
    assert "Pia can have 1 session coming up at a time, and it is booked." in text_of(other)


def test_limits_that_were_set_meanwhile_are_told_before_anything_is_booked():
    world = World()
    shown = str(Terms.of(world.path, 30, 0))
    Path.objects.update(sessions_per_month=2, most_moves=1)
    response = world.confirm(at(9), shown=shown)

    assert response.status_code == 409
    assert "Sessions in one month: now 2 instead of no limit." in text_of(response)
    assert "Moves of one session: now 1 instead of no limit. Nothing was booked." in text_of(response)
    assert "At most 2 sessions in one month." in text_of(response)
    # A form that was opened before there were such limits says nothing of them.
    assert world.confirm(at(9), shown="30-720-").status_code == 302


def test_a_session_is_not_moved_into_a_full_month():
    world = World(sessions_per_month=1)
    meeting = book(world.theme, world.pia, at(9))
    a_dropin(world.theme, world.pia, world.eva, datetime(2026, 12, 2, 9, tzinfo=UTC))
    address = reverse("meetings:reschedule", args=[meeting.pk])
    said = "You’ve used or booked your 1 session of December."

    assert said in text_of(world.client.get(address, {"day": "2026-12-08"}))
    assert said in text_of(world.client.get(address, {"start": "2026-12-03T09:00:00Z"}))
    form = {"token": uuid4(), "sequence": 0, "expert": world.eva.pk, "start": "2026-12-03T09:00:00Z"}
    assert said in text_of(world.client.post(address, form))
    assert world.client.post(address, form | {"start": "2026-11-04T09:00:00Z"}).status_code == 302


def test_moved_often_enough_the_button_is_gone():
    world = World(most_moves=1)
    meeting = book(world.theme, world.pia, at(9))
    page, address = meeting.get_absolute_url(), reverse("meetings:reschedule", args=[meeting.pk])
    assert address in world.client.get(page).content.decode()
    form = {"token": uuid4(), "sequence": 0, "expert": world.eva.pk, "start": value(at(10))}
    assert world.client.post(address, form).status_code == 302

    response = world.client.get(page)
    assert address not in response.content.decode()
    assert "You have moved this session 1 time, as often as this path allows." in text_of(response)
    assert world.client.get(address).status_code == 403


def test_why_names_the_month():
    world = World(sessions_per_month=1)
    book(world.theme, world.pia, at(9))
    query = {"theme": world.theme.pk, "day": "2026-11-04", "time": "10:00", "zone": "UTC"}

    assert FULL in text_of(world.client.get(reverse("why", args=[world.path.pk]), query))
    query["day"] = "2026-12-04"
    assert FULL not in text_of(world.client.get(reverse("why", args=[world.path.pk]), query))
