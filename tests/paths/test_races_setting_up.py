"""Of one form sent many times at once one path is made; two who invite the same new person find one person."""

from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from everwise.accounts.models import User
from meetings.models import Notice
from paths import adding, setting_up
from paths.enums import Happened, Role
from paths.models import Membership, Path, PathEvent
from paths.setting_up import Copy, NewPath
from tests.meetings.racing import race, tally
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

CLIENTS = 6


def a_call(source, by, **fields):
    known = {"name": "Spring", "program": source.program_id, "time_zone": ZoneInfo("UTC")}
    token = fields.pop("token", None) or uuid4()
    return partial(setting_up.create, plan=NewPath(**{**known, **fields}), by=by, now=NOW, token=token)


def test_of_the_same_form_many_times_at_once_one_path_comes():
    source = a_path()
    ruth, helen, maya = an_admin(source), an_expert(source), a_participant(source)
    a_theme(source, helen)
    call = a_call(source, ruth, token=uuid4(), copy=Copy(source=source.pk, participants=True))

    (came,) = race([call] * CLIENTS, clients=CLIENTS)

    assert tally(came) == {"Path": CLIENTS}
    path = Path.objects.exclude(pk=source.pk).get()
    assert {each.pk for each in came} == {path.pk}
    live = Membership.objects.live().filter(path=path)
    assert sorted(live.values_list("user__name", "role")) == sorted(
        [(ruth.name, Role.ADMIN), (helen.user.name, Role.EXPERT), (maya.name, Role.PARTICIPANT)]
    )
    assert path.themes.count() == 1
    assert PathEvent.objects.filter(what=Happened.CREATED).count() == 1
    assert Notice.objects.count() == 1


def test_of_two_forms_of_one_name_one_path_comes():
    source = a_path()
    calls = [a_call(source, an_admin(source, f"Admin {number}")) for number in range(4)]

    (came,) = race(calls, clients=4)

    assert tally(came) == {"Path": 1, "NewPathFaults": 3}
    assert Path.objects.count() == 2


def test_two_who_invite_the_same_new_person_find_one():
    source = a_path()
    experts = tuple(adding.read("helen@torch.example"))
    calls = [
        a_call(source, an_admin(source, f"Admin {number}"), name=f"Path {number}", experts=experts)
        for number in range(3)
    ]

    (came,) = race(calls, clients=3)

    assert tally(came) == {"Path": 3}
    helen = User.objects.get(email="helen@torch.example")
    assert Membership.objects.live().filter(user=helen, role=Role.EXPERT).count() == 3
