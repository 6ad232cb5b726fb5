"""What a sign-in at an organisation left to the path's admins, under "Needs attention"."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
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


def test_whoever_the_organisation_no_longer_knows_is_shown_until_they_are_back_or_off(client, path):
    """Their calendar pauses; what becomes of their role and meetings is the admins' to say."""
    expert = an_expert(path)
    pia, tom = a_participant(path, "Pia"), a_participant(path, "Tom")
    a_dropin(a_theme(path, expert), pia, expert, at(10))
    assert "no longer knows" not in overview(client, path)
    User.objects.filter(pk__in=[pia.pk, tom.pk]).update(disowned_at=at(8))
    a_participant(a_path(), "Elsewhere", disowned_at=at(8))

    page = overview(client, path).replace("\u2068", "").replace("\u2069", "")

    assert page.count("no longer knows their account") == 2
    assert "The organisation of Pia no longer knows their account" in page
    assert page.count("1 meeting of theirs here is still to come.") == 1
    assert reverse("paths:person", args=[path.pk, pia.pk]) in page

    leave(tom, path)
    User.objects.filter(pk=pia.pk).update(disowned_at=None)
    assert "no longer knows" not in overview(client, path)


def test_people_whom_organisations_no_longer_know_cost_no_query_each(client, path, django_assert_max_num_queries):
    User.objects.filter(pk=a_participant(path, "Pia").pk).update(disowned_at=at(8))
    with CaptureQueriesContext(connection) as one:
        overview(client, path)
    for number in range(5):
        User.objects.filter(pk=a_participant(path, f"Tom {number}").pk).update(disowned_at=at(8))
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("paths:detail", args=[path.pk]))
