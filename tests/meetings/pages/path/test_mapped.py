"""What a sign-in at an organisation left to the path's admins, under "Needs attention"."""

import pytest
from django.urls import reverse

from paths.enums import Role, Unmapped
from paths.models import UnmappedRole
from tests.everwise.sso import saml_provider
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, join, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def path(settings):
    settings.SSO_PROVIDERS = {"acme": saml_provider.provider()}
    return a_path()


def left(path, user, role, why):
    return UnmappedRole.objects.create(
        path=path, user=user, role=role, why=why, provider="acme", group="coaches", at=NOW
    )


def overview(client, path) -> str:
    client.force_login(an_admin(path))
    return client.get(reverse("paths:detail", args=[path.pk])).content.decode()


def test_person_outside_the_group_with_meetings_is_shown_with_the_way_to_leave(client, path):
    expert = an_expert(path)
    pia = a_participant(path, "Pia")
    a_dropin(a_theme(path, expert), pia, expert, at(10))
    left(path, pia, Role.PARTICIPANT, Unmapped.MEETINGS)

    page = overview(client, path)

    assert "is no longer in the group coaches, and has 1 meeting" in page
    address = f"{reverse('paths:end-membership', args=[path.pk, pia.pk])}?of=participant"
    assert f'href="{address}"' in page
    assert client.get(address).status_code == 200


def test_row_is_gone_once_the_role_has_ended(client, path):
    pia = a_participant(path, "Pia")
    left(path, pia, Role.PARTICIPANT, Unmapped.MEETINGS)
    assert "is no longer in the group coaches" in overview(client, path)

    leave(pia, path)

    assert "is no longer in the group coaches" not in overview(client, path)


def test_clash_is_shown_until_the_person_has_the_role(client, path):
    pia = a_participant(path, "Pia")
    left(path, pia, Role.EXPERT, Unmapped.CLASH)
    page = overview(client, path)
    assert "have the role Expert as well" in page
    assert reverse("paths:person", args=[path.pk, pia.pk]) in page

    leave(pia, path)
    join(pia, path, Role.EXPERT)
    assert "have the role Expert as well" not in overview(client, path)
