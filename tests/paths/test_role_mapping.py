"""Roles by the groups of an organisation: given, taken back, and what is left to the path's admins."""

import pytest

from everwise.sso.identity import Identity
from experts.models import Expert
from paths import role_mapping
from paths.enums import Happened, Role, Unmapped, Via
from paths.models import Membership, PathEvent, RoleMapping, UnmappedRole
from tests.everwise.sso import saml_provider
from tests.scene import NOW, a_dropin, a_path, a_person, a_theme, an_admin, an_expert, at, join

pytestmark = pytest.mark.django_db

ACME = saml_provider.provider()


@pytest.fixture
def path():
    path = a_path()
    an_admin(path)
    return path


@pytest.fixture
def pia():
    return a_person("Pia", email="pia@acme.example")


def maps(path, role, value="coaches", claim="groups", provider="acme"):
    return RoleMapping.objects.create(provider=provider, claim=claim, value=value, path=path, role=role)


def sign_in(person, *groups, claim="groups", now=NOW):
    identity = Identity(provider=ACME, uid="1", email=person.email, verified=True, groups={claim: groups})
    role_mapping.apply(user=person, identity=identity, now=now)


def roles(person, path) -> set[str]:
    return set(Membership.objects.live().filter(user=person, path=path).values_list("role", flat=True))


def noted() -> list[tuple]:
    return list(UnmappedRole.objects.values_list("user__name", "role", "why", "group"))


def test_group_gives_its_roles_on_each_path_and_history_says_by_what(path, pia):
    other = a_path()
    maps(path, Role.EXPERT)
    maps(path, Role.ADMIN)
    maps(other, Role.PARTICIPANT, value="people")
    maps(path, Role.PARTICIPANT, value="others")

    sign_in(pia, "coaches", "people")
    sign_in(pia, "coaches", "people")

    assert (roles(pia, path), roles(pia, other)) == ({Role.EXPERT, Role.ADMIN}, {Role.PARTICIPANT})
    assert Expert.objects.filter(user=pia).exists()
    event = PathEvent.objects.get(path=other)
    assert (event.what, event.by, event.about, event.via) == (Happened.ADDED, None, pia, Via.SSO)
    assert event.facts == {"role": "participant", "provider": "Acme", "group": "people"}
    assert PathEvent.objects.count() == 3


@pytest.mark.parametrize(
    "mapping",
    [{"value": "Coaches"}, {"value": "coach"}, {"claim": "department"}, {"provider": "other"}],
)
def test_only_the_very_value_of_the_claim_at_the_provider_counts(path, pia, mapping):
    maps(path, Role.PARTICIPANT, **mapping)
    sign_in(pia, "coaches")
    assert roles(pia, path) == set()


def test_any_attribute_can_be_mapped(path, pia):
    maps(path, Role.PARTICIPANT, claim="department", value="Sales")
    sign_in(pia, "Sales", claim="department")
    assert roles(pia, path) == {Role.PARTICIPANT}


def test_role_that_the_mapping_gave_is_taken_back(path, pia):
    maps(path, Role.EXPERT)
    sign_in(pia, "coaches")

    sign_in(pia)

    assert roles(pia, path) == set()
    event = PathEvent.objects.order_by("pk").last()
    assert (event.what, event.facts["group"]) == (Happened.ENDED, "coaches")


@pytest.mark.parametrize(("untold", "left"), [({"groups"}, {Role.EXPERT}), ({"other"}, set()), (set(), set())])
def test_role_stays_where_the_provider_names_no_groups_since_there_are_too_many(path, pia, caplog, untold, left):
    maps(path, Role.EXPERT)
    sign_in(pia, "coaches")

    identity = Identity(provider=ACME, uid="1", email=pia.email, verified=True, untold=frozenset(untold))
    role_mapping.apply(user=pia, identity=identity, now=NOW)

    assert roles(pia, path) == left
    assert ("names no groups" in caplog.text) == bool(left)


def test_role_that_an_admin_gave_stays(path, pia):
    maps(path, Role.PARTICIPANT)
    join(pia, path, Role.PARTICIPANT)

    sign_in(pia, "coaches")
    sign_in(pia)

    assert roles(pia, path) == {Role.PARTICIPANT}
    assert not PathEvent.objects.exists()


def test_role_that_another_provider_gave_stays(path, pia):
    join(pia, path, Role.PARTICIPANT, by_provider="other")
    sign_in(pia)
    assert roles(pia, path) == {Role.PARTICIPANT}


def test_role_with_meetings_is_kept_and_noted_until_they_are_over(path, pia):
    maps(path, Role.PARTICIPANT)
    sign_in(pia, "coaches")
    expert = an_expert(path)
    meeting = a_dropin(a_theme(path, expert), pia, expert, at(10))

    sign_in(pia)

    assert roles(pia, path) == {Role.PARTICIPANT}
    assert noted() == [("Pia", Role.PARTICIPANT, Unmapped.MEETINGS, "coaches")]
    # The control: once it is over, the role ends.
    sign_in(pia, now=meeting.ends_at)
    assert (roles(pia, path), noted()) == (set(), [])


def test_note_goes_when_the_group_comes_back(path, pia):
    maps(path, Role.PARTICIPANT)
    sign_in(pia, "coaches")
    expert = an_expert(path)
    a_dropin(a_theme(path, expert), pia, expert, at(10))
    sign_in(pia)
    sign_in(pia, "coaches")
    assert noted() == []


def test_last_admin_is_kept_and_noted(pia):
    path = a_path()
    maps(path, Role.ADMIN)
    sign_in(pia, "coaches")

    sign_in(pia)

    assert (roles(pia, path), noted()) == ({Role.ADMIN}, [("Pia", Role.ADMIN, Unmapped.LAST_ADMIN, "coaches")])
    an_admin(path)
    sign_in(pia)
    assert (roles(pia, path), noted()) == (set(), [])


def test_expert_and_participant_do_not_combine(path, pia, caplog):
    maps(path, Role.EXPERT)
    join(pia, path, Role.PARTICIPANT)

    sign_in(pia, "coaches")

    assert (roles(pia, path), noted()) == (
        {Role.PARTICIPANT},
        [("Pia", Role.EXPERT, Unmapped.CLASH, "coaches")],
    )
    assert "expert on path" in caplog.text
    assert "Pia" not in caplog.text


def test_person_changes_sides_with_their_group(path, pia):
    maps(path, Role.EXPERT)
    maps(path, Role.PARTICIPANT, value="people")
    sign_in(pia, "people")

    sign_in(pia, "coaches")

    assert (roles(pia, path), noted()) == ({Role.EXPERT}, [])
