"""A draft is opened once, whoever presses the button at the same time, and nobody who is just added is left out."""

from functools import partial

import pytest

from everwise.accounts.models import User
from meetings.models import Notice
from paths import enrolment, opening
from paths.enums import Happened, Role
from paths.models import Path
from tests.meetings.racing import race, tally
from tests.scene import NOW, a_path, an_admin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

CLIENTS = 6


def somebody(number):
    return User.objects.create_user(f"person{number}@new.example", None, name=f"Person {number}")


def open_it(path, by, shown):
    return opening.open_draft(path=path, by=by, now=NOW, shown=shown, lacking=lambda held: [])


def told():
    return sorted(Notice.objects.of_accounts().values_list("user__email", flat=True))


@pytest.fixture
def draft():
    return a_path(opened_at=None)


def test_of_admins_who_open_it_at_once_one_does(draft):
    admins = [an_admin(draft, f"Ada {number}") for number in range(CLIENTS)]
    people = [somebody(number) for number in range(4)]
    for user in people:
        enrolment.add(path=draft, user=user, role=Role.PARTICIPANT, by=admins[0], now=NOW)

    (came,) = race([partial(open_it, draft, admin, 4) for admin in admins], clients=CLIENTS)

    assert tally(came) == {"PathEvent": CLIENTS}
    assert len({event.pk for event in came}) == 1
    assert told() == sorted(user.email for user in people)
    assert draft.events.filter(what=Happened.OPENED).count() == 1


def test_whoever_is_added_meanwhile_is_told_once(draft):
    admins = [an_admin(draft, f"Ada {number}") for number in range(3)]
    first, *others = [somebody(number) for number in range(4)]
    enrolment.add(path=draft, user=first, role=Role.PARTICIPANT, by=admins[0], now=NOW)

    adding = [
        partial(enrolment.add, path=draft, user=user, role=Role.PARTICIPANT, by=admins[0], now=NOW) for user in others
    ]
    # With each number of people that a page may have shown.
    opens = [partial(open_it, draft, admins[1], number) for number in (1, 2, 3, 4)]
    (came,) = race([*adding, *opens], clients=7)

    kinds = tally(came)
    assert kinds["Membership"] == 3
    assert set(kinds) <= {"Membership", "PathEvent", "OtherPeople"}
    if Path.objects.get(pk=draft.pk).is_draft:
        assert told() == []
        open_it(draft, admins[2], 4)
    assert told() == sorted(user.email for user in (first, *others))
