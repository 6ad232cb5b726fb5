"""The time page stays small: few queries, few names, few bytes, however many experts and meetings there are."""

import re
from datetime import timedelta
from random import Random
from string import ascii_lowercase

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from everwise.accounts.models import User
from everwise.templatetags import ui
from experts.models import AvailabilityRule, BusyTime, DateOverride, Expert
from meetings.enums import Kind
from meetings.models import Attendee, Meeting
from paths.enums import Role
from paths.models import Membership
from tests.scene import NOW, a_participant, a_path, a_theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MOST_QUERIES = 12
MOST_BYTES = 80_000
ALL_DAY = ((0, 24 * 60),)


class Crowd:
    """A path with many experts, each busy in every second hour of the next days, around the clock."""

    def __init__(self, experts, *, days=10, **policy):
        self.now = NOW
        self.path = a_path(**policy)
        self.participant = a_participant(self.path)
        users = User.objects.bulk_create(
            User(name=f"Expert Number{number}", email=f"e{number}@example.test") for number in range(experts)
        )
        Membership.objects.bulk_create(Membership(path=self.path, user=user, role=Role.EXPERT) for user in users)
        self.experts = Expert.objects.bulk_create(Expert(user=user) for user in users)
        AvailabilityRule.objects.bulk_create(
            AvailabilityRule(expert=one, rrule="FREQ=DAILY", first_date="2020-01-01", windows=ALL_DAY)
            for one in self.experts
        )
        self.theme = a_theme(self.path, *self.experts)
        self.fill(range(0, days * 24, 2))

    def fill(self, hours, minutes=60):
        """Meetings of every expert at these hours from now on."""
        facts = {"path": self.path, "theme": self.theme, "kind": Kind.DROP_IN, "created_at": self.now}
        facts |= {"organizer": self.participant, "created_by": self.participant}
        rows = []
        for hour in hours:
            start = self.now + timedelta(hours=hour)
            times = {"starts_at": start, "ends_at": start + timedelta(minutes=minutes)}
            meetings = Meeting.objects.bulk_create(Meeting(**facts, **times) for _ in self.experts)
            rows += [
                Attendee(meeting=meeting, user_id=one.user_id, role=Role.EXPERT, added_at=self.now, **times)
                for meeting, one in zip(meetings, self.experts, strict=True)
            ]
        Attendee.objects.bulk_create(rows, batch_size=500)

    def scatter(self, hours, share):
        """Each expert is busy in hours of their own, so large a share of them, and has a name unlike the others'."""
        chance = Random(7)
        for one in self.experts:
            name = " ".join("".join(chance.choices(ascii_lowercase, k=6)).title() for _ in range(2))
            User.objects.filter(pk=one.user_id).update(name=name)
        times = [(self.now + timedelta(hours=hour), self.now + timedelta(hours=hour + 1)) for hour in hours]
        BusyTime.objects.bulk_create(
            BusyTime(expert=one, starts_at=start, ends_at=end)
            for one in self.experts
            for start, end in times
            if chance.random() < share
        )

    def url(self, **query):
        query = {"theme": self.theme.pk, **query}
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return f"{reverse('schedule:time', args=[self.path.pk])}?{text}"

    def client(self):
        client = Client()
        client.force_login(self.participant)
        return client


@pytest.mark.parametrize("experts", [1, 10, 100])
@pytest.mark.parametrize("weeks_ahead", [None, 0, 3])
def test_queries_are_few(experts, weeks_ahead, django_assert_max_num_queries):
    crowd = Crowd(experts, days=2, sessions_per_participant=5)
    for one in crowd.experts:
        BusyTime.objects.create(expert=one, starts_at=crowd.now, ends_at=crowd.now + timedelta(hours=1))
        DateOverride.objects.create(expert=one, date=crowd.now.date() + timedelta(days=5))
    day = {} if weeks_ahead is None else {"day": (crowd.now + timedelta(weeks=weeks_ahead)).date()}
    client = crowd.client()

    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(crowd.url(**day))

    assert 'class="ew-slot' in response.text


@pytest.mark.parametrize("query", [{}, {"day": "later"}])
def test_queries_are_few_where_nothing_is_free_for_weeks(query, django_assert_max_num_queries):
    crowd = Crowd(2, days=0, sessions_per_participant=5)
    crowd.fill(range(0, 30 * 24, 8), minutes=8 * 60)
    if query:
        query = {"day": (crowd.now + timedelta(weeks=2)).date()}
    client = crowd.client()

    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(crowd.url(**query)).content.decode()

    assert "No times from" in page
    assert "Go to " in page


def test_queries_are_few_with_twenty_thousand_meetings(django_assert_max_num_queries):
    crowd = Crowd(100, days=17)
    assert Meeting.objects.count() == 20_400
    client = crowd.client()

    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(crowd.url()).content.decode()

    # Everybody's name once, in the list to choose from, and none at any time.
    assert page.count("Expert Number99") == 1
    assert re.search(r'aria-label="[^"]*, \d\d:\d\d, with 100 experts"', page)
    assert len(page) < 150_000


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The settings of an installation whose static files are collected."""
    hashed = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "everwise.assets.storage.BundledStaticFilesStorage"},
    }
    known = {"STORAGES": hashed, "STATIC_ROOT": tmp_path_factory.mktemp("static"), "WHITENOISE_AUTOREFRESH": False}
    known["WHITENOISE_USE_FINDERS"] = False
    with override_settings(**known):
        # The admin's files are many and belong to other pages.
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
    return known


@pytest.mark.parametrize("experts", [10, 100])
def test_first_load_is_small(experts, collected):
    assert first_load(Crowd(experts, days=15), collected) < MOST_BYTES


@pytest.mark.parametrize(("experts", "share"), [(10, 0.5), (100, 0.95)])
def test_first_load_is_small_where_each_expert_is_free_at_times_of_their_own(experts, share, collected):
    crowd = Crowd(experts, days=0, start_interval_minutes=15)
    crowd.scatter(range(14 * 24), share)

    assert first_load(crowd, collected) < MOST_BYTES


def first_load(crowd, collected) -> int:
    """Everything that a browser without a cache is sent for the page, as compressed as it is sent."""
    ui.icon.cache_clear()
    with override_settings(**collected):
        client = crowd.client()
        # A whole week, whatever day it is today.
        address = crowd.url(day=(crowd.now + timedelta(weeks=1)).date())
        page = client.get(address, headers={"accept-encoding": "gzip, br"})
        html = client.get(address).content.decode()
        files = sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html)))
        sent = {file: _bytes(client.get(file, headers={"accept-encoding": "gzip, br"})) for file in files}
    ui.icon.cache_clear()

    assert {file.rpartition(".")[2] for file in files} == {"css", "js", "svg"}
    return _bytes(page) + sum(sent.values())


def _bytes(response) -> int:
    assert response.status_code == 200
    return len(b"".join(response) if response.streaming else response.content)
