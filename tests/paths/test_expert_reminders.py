"""Reminding an expert of hours, telling them of a calendar: once a day, by an admin, while there is a reason."""

from datetime import timedelta
from functools import partial

import pytest

from meetings.models import Notice
from paths import expert_reminders
from paths.enums import Happened, Role
from paths.models import PathEvent
from tests.factories import AvailabilityRuleFactory
from tests.meetings.racing import race, tally
from tests.scene import NOW, a_participant, a_path, an_admin, an_expert, join, leave

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def ruth(path):
    return an_admin(path, "Ruth Abara")


@pytest.fixture
def marcus(path):
    return an_expert(path, name="Marcus Bellamy", windows="")


def remind(path, marcus, by, now=NOW):
    expert_reminders.remind(path=path, user=marcus.user, by=by, now=now)


def test_it_is_written_down_and_queued(path, marcus, ruth):
    remind(path, marcus, ruth)

    event, notice = PathEvent.objects.get(), Notice.objects.get()
    assert (event.what, event.by, event.about, event.at) == (Happened.REMINDED, ruth, marcus.user, NOW)
    assert (notice.kind, notice.user, notice.address) == ("hours-wanted", marcus.user, marcus.user.email)


@pytest.mark.parametrize(("later", "again"), [(DAY - timedelta(seconds=1), False), (DAY, True)])
def test_once_in_24_hours(path, marcus, ruth, later, again):
    remind(path, marcus, ruth)
    if again:
        remind(path, marcus, an_admin(path), NOW + later)
    else:
        with pytest.raises(expert_reminders.SentAlready, match="This was sent already"):
            remind(path, marcus, an_admin(path), NOW + later)

    assert PathEvent.objects.count() == Notice.objects.count() == 1 + again


def test_only_a_live_admin_may(path, marcus, ruth):
    leave(ruth, path)
    for by in (ruth, a_participant(path), marcus.user, an_admin(a_path())):
        with pytest.raises(expert_reminders.ReminderRefused):
            remind(path, marcus, by)
    assert not Notice.objects.exists()


def test_no_reason_any_more(path, marcus, ruth):
    with pytest.raises(expert_reminders.NotNeeded, match="can be read again"):
        expert_reminders.tell(path=path, user=marcus.user, by=ruth, now=NOW)
    AvailabilityRuleFactory(expert=marcus)
    with pytest.raises(expert_reminders.NotNeeded, match="hours meanwhile"):
        remind(path, marcus, ruth)
    marcus.accepting = False
    marcus.save()
    with pytest.raises(expert_reminders.NotNeeded, match="not taking sessions"):
        remind(path, marcus, ruth)
    leave(marcus.user, path)
    with pytest.raises(expert_reminders.NotNeeded, match="no longer an expert"):
        remind(path, marcus, ruth)
    assert not Notice.objects.exists()


def test_whoever_has_no_way_in_is_not_reminded(path, marcus, ruth):
    marcus.user.set_unusable_password()
    marcus.user.save()

    with pytest.raises(expert_reminders.NotNeeded, match="not answered their invitation"):
        remind(path, marcus, ruth)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_of_many_who_press_at_once_one_sends():
    path = a_path()
    marcus = an_expert(path, name="Marcus Bellamy", windows="")
    admins = [an_admin(path) for _ in range(6)]
    other = join(admins[0], a_path(), Role.ADMIN).path
    join(marcus.user, other, Role.EXPERT)

    (came,) = race([partial(remind, path, marcus, by) for by in admins], clients=6)

    assert tally(came) == {"NoneType": 1, "SentAlready": 5}
    assert Notice.objects.count() == 1
    remind(other, marcus, admins[0])
    assert Notice.objects.count() == 2
