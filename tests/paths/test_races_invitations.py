"""An invitation is accepted once, however many press its button at once."""

from functools import partial
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress

from everwise.accounts.models import User
from paths import enrolment, invitations
from paths.enums import Happened, Role
from paths.models import Invitation
from tests.meetings.racing import race, tally
from tests.scene import NOW, a_path, an_admin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

CLIENTS = 8


@pytest.fixture
def invitation():
    path = a_path()
    user = User.objects.create_user("zanele@example.com", None, name="Zanele")
    enrolment.add(path=path, user=user, role=Role.PARTICIPANT, by=an_admin(path), now=NOW)
    return Invitation.objects.get()


def test_of_many_who_accept_at_once_one_sets_the_password(invitation):
    def accepting(number):
        details = invitations.Details("Zanele", f"seven wet umbrellas {number}", ZoneInfo("UTC"), "en")
        return partial(invitations.accept, invitation=invitation, details=details, now=NOW)

    (came,) = race([accepting(number) for number in range(CLIENTS)], clients=CLIENTS)

    assert tally(came) == {"User": 1, "InvitationNotOpen": CLIENTS - 1}
    (winner,) = [each for each in came if isinstance(each, User)]
    assert User.objects.get(pk=winner.pk).password == winner.password
    assert EmailAddress.objects.count() == 2
    assert invitation.path.events.filter(what=Happened.ACCEPTED).count() == 1


def test_accepting_and_declining_at_once_is_one_of_them(invitation):
    details = invitations.Details("Zanele", "seven wet umbrellas", ZoneInfo("UTC"), "en")
    calls = [
        partial(invitations.accept, invitation=invitation, details=details, now=NOW),
        partial(invitations.decline, invitation=invitation, now=NOW),
    ]

    (came,) = race(calls * 3, clients=6)

    assert tally(came)["InvitationNotOpen"] == 5
    current = Invitation.objects.get()
    assert (current.accepted_at is None) != (current.declined_at is None)
    assert User.objects.get(pk=current.user_id).has_usable_password() == (current.accepted_at is not None)
