"""The numbers of the Overview equal a plain recount of a world that was thrown together."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import translation

from meetings.enums import Kind, Status
from meetings.models import Attendee, Meeting
from meetings.pages.path.admin_overview import span
from meetings.pages.path.numbers import Numbers
from meetings.pages.path.offer import PathOffer
from meetings.pages.path.overview import overviews
from meetings.slots.openings import Openings
from paths.enums import Role
from paths.models import ExtraSessions
from tests.scene import NOW, a_dropin, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
STATES = (*[Status.SCHEDULED] * 4, Status.HELD, Status.CANCELLED, Status.NO_SHOW_PARTICIPANT, Status.NO_SHOW_EXPERT)


@pytest.fixture(params=[1, 2])
def world(request):
    chance = Random(request.param)
    path = a_path(sessions_per_participant=4)
    admin = an_admin(path)
    experts = [
        an_expert(path, name=f"Eva {number}", windows=("09:00-17:00", "13:00-15:30")[number % 2]) for number in range(3)
    ]
    themes = [a_theme(path, *chance.sample(experts, 2), minutes=minutes) for minutes in (30, 45, 45)]
    people = [a_participant(path, f"Per {number}") for number in range(8)]
    hours = list(range(-200, 200))
    for hour in chance.sample(hours, 30):
        theme, person = chance.choice(themes), chance.choice(people)
        status = Status.SCHEDULED if hour >= 0 else chance.choice(STATES)
        status = Status.CANCELLED if chance.random() < 0.1 else status
        fields = {"status": status, "counts_as_used": chance.random() < 0.5}
        a_dropin(theme, person, chance.choice(experts), NOW + timedelta(hours=hour, minutes=7), **fields)
    a_meeting(path, experts[0].user, people[0], NOW + timedelta(hours=300))
    leave(people[7], path)
    ExtraSessions.objects.create(path=path, user=people[1], number=2, by=admin, at=NOW, token=path.pk)
    ExtraSessions.objects.create(path=path, user=people[7], number=2, by=admin, at=NOW, token=admin.pk)
    return path, admin, people[:7]


def test_counts_equal_a_plain_recount(world):
    path, admin, here = world
    week = span(admin.reader, NOW)
    numbers = Numbers(path, NOW, week)

    sessions = list(Meeting.objects.filter(path=path, kind=Kind.DROP_IN).with_people())
    theirs = [each for each in sessions if each.participants[0] in here]
    over = [each for each in theirs if each.status == Status.SCHEDULED and each.ends_at <= NOW]
    used = [each for each in theirs if each.status in {Status.HELD, Status.NO_SHOW_PARTICIPANT}]
    late = [each for each in theirs if each.status == Status.CANCELLED and each.counts_as_used]
    kept = [each for each in sessions if each.status not in {Status.CANCELLED, Status.DELETED}]
    times = [sum(person in each.participants for each in sessions) for person in here]
    assert used
    assert late
    assert numbers.number("used") == len(used) + len(late) + len(over)
    assert numbers.number("booked") == sum(each.is_scheduled and each.ends_at > NOW for each in theirs)
    assert numbers.number("total") == 4 * 7 + 2
    assert numbers.number("this-week") == sum(week.since <= each.starts_at < week.until for each in kept)
    assert numbers.number("today") == sum(NOW < each.starts_at < week.midnight for each in kept)
    assert numbers.have_booked == sum(number > 0 for number in times)
    assert numbers.more_than_once == sum(number > 1 for number in times)
    assert numbers.frame == {"people": 11, "participants": 7, "experts": 3}
    assert numbers.number("coming") == Meeting.objects.filter(path=path).upcoming(NOW).count()
    for expert in Attendee.objects.filter(role=Role.EXPERT).values_list("user", flat=True).distinct():
        given = [
            each
            for each in sessions
            if each.is_scheduled and expert == each.experts[0].pk and NOW < each.starts_at < NOW + timedelta(days=14)
        ]
        assert numbers.number("given", expert) == len(given)


def test_offered_times_equal_those_of_every_theme(world):
    path, admin, _here = world
    [overview] = overviews([path], admin, NOW)
    offer = PathOffer(overview)

    until, starts, by_expert = NOW + timedelta(days=14), set(), {}
    for theme in path.themes.all():
        openings = Openings(path, since=NOW, until=until, now=NOW, theme=theme)
        for start, free in openings.starts(theme.duration_minutes).items():
            starts.add(start)
            for pk in free:
                by_expert.setdefault(pk, set()).add(start)
    assert starts
    assert (offer.number, offer.first) == (len(starts), min(starts))
    assert offer.by_expert == {pk: len(found) for pk, found in by_expert.items()}


@pytest.mark.parametrize(("language", "first"), [("en", 2), ("de", 2), ("ar", 31)])
def test_a_week_begins_where_it_begins_in_the_language(language, first):
    with translation.override(language):
        week = span(an_admin(a_path()).reader, NOW)

    assert (week.since.day, week.until - week.since) == (first, timedelta(days=7))
