"""Rows, not only queries: beside 100,000 meetings of others no page has the database read more than its own."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.urls import reverse

from meetings.models import Meeting, Subscription, digest_of
from meetings.pages.fields import VALUE
from meetings.slots.openings import Openings
from tests import grown
from tests.admin_site import MODELS, address, staff_on
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at

MEETINGS = 100_000
MOST = 1000
SECRET = "s" * 43

pytestmark = [pytest.mark.postgres, pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class World:
    """Maya, Priya and their admin on a path of their own, with meetings behind and ahead."""

    def __init__(self):
        self.path = a_path(sessions_per_participant=40)
        expert = an_expert(self.path, name="Priya Raman")
        self.theme = a_theme(self.path, expert, name="Giving feedback")
        self.expert, self.maya = expert.user, a_participant(self.path, "Maya Lindqvist")
        self.admin = an_admin(self.path)
        *_, self.over, self.ahead, _ = (
            a_dropin(self.theme, self.maya, expert, at(10, day=day)) for day in (-40, -9, -1, 3, 9)
        )
        Subscription.objects.create(user=self.maya, digest=digest_of(SECRET), made_at=NOW)
        grown.grow(MEETINGS, NOW)
        # Here once, instead of at the end of each test.
        connection.check_constraints()

    def pages(self):
        """Who opens what."""
        own, path = (self.maya, self.expert, self.admin), [self.path.pk]
        theme = f"?theme={self.theme.pk}"
        openings = Openings(self.path, since=NOW, until=NOW + timedelta(days=10), now=NOW, theme=self.theme)
        start = f"{theme}&start={min(openings.starts(30)).strftime(VALUE)}"
        for user in own:
            yield user, reverse("home")
            yield user, reverse("meetings:list")
            yield user, reverse("meetings:list") + "?show=past"
            yield user, reverse("paths:list")
            yield user, reverse("paths:detail", args=path)
            yield user, reverse("meetings:detail", args=[self.ahead.pk])
            yield user, reverse("meetings:detail", args=[self.over.pk])
            yield user, reverse("meetings:join", args=[self.ahead.pk])
            yield user, reverse("meetings:calendar-file", args=[self.ahead.pk])
            yield user, reverse("schedule:theme", args=path)
        for name in ("reschedule", "cancel"):
            yield self.maya, reverse(f"meetings:{name}", args=[self.ahead.pk])
        yield self.maya, reverse("schedule:time", args=path) + theme
        yield self.maya, reverse("schedule:confirm", args=path) + start
        yield self.maya, reverse("calendar-address")
        yield self.maya, f"/calendar/{SECRET}.ics"
        yield self.expert, reverse("availability")
        yield self.expert, reverse("calendars:list")
        yield self.expert, reverse("schedule:manually", args=path)
        yield self.admin, reverse("paths:meetings", args=path)
        yield self.admin, reverse("paths:meetings", args=path) + "?show=past"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def too_many(found):
    return [(rows, sql[:200]) for rows, sql in found if rows > MOST]


def test_member_pages_read_their_own_rows(client, world):
    wrong = {}
    for user, target in world.pages():
        client.force_login(user)
        with grown.rows_read() as found:
            response = client.get(target)
        assert response.status_code == 200, target
        assert found
        wrong |= {(user.name, target, rows): sql for rows, sql in too_many(found)}

    assert list(wrong.items()) == []


def test_admin_lists_read_what_they_show(client, world):
    staff_on(client)
    Group.objects.create(name="Coaches")
    wrong = {}
    for model in MODELS:
        for query in ("", "?q=priya", "?q=feedback+maya", "?q=other77%40grown", "?q=nobody-at-all"):
            with grown.rows_read() as found:
                response = client.get(address(model, "changelist") + query, follow=True)
            assert response.status_code == 200
            wrong |= {(model._meta.label, query, rows): sql for rows, sql in too_many(found)}

    assert list(wrong.items()) == []


def test_reading_everything_is_seen(world):
    """The control: what these tests count is what the database reads."""
    with grown.rows_read() as found:
        Meeting.objects.filter(cancel_message="nowhere").count()

    assert [rows > MEETINGS / 2 for rows, _ in found] == [True]
    assert connection.vendor == "postgresql"
