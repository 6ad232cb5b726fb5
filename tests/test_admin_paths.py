"""Paths, their themes and people in Django's admin."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages

from paths.enums import Role
from paths.models import Membership, Path, Theme
from tests.admin_site import NOON, a_world, address, filled, inline, staff_on
from tests.factories import ExpertFactory, MembershipFactory, PathFactory, ThemeFactory, UserFactory

MAY = datetime(2026, 5, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    return staff_on(client)


def warnings_of(response):
    return [str(message) for message in get_messages(response.wsgi_request) if message.level_tag == "warning"]


def test_new_theme_without_experts_takes_all_live_experts_of_its_path(staff):
    path = PathFactory()
    live, former, elsewhere = ExpertFactory(), ExpertFactory(), ExpertFactory()
    MembershipFactory(path=path, user=live.user, role=Role.EXPERT)
    MembershipFactory(path=path, user=former.user, role=Role.EXPERT, ended_at=NOON)
    MembershipFactory(user=elsewhere.user, role=Role.EXPERT)

    response = staff.post(
        address(Theme, "add"), {"path": path.pk, "name": "Listening", "duration_minutes": 30, "position": 0}
    )

    assert list(Theme.objects.get().experts.all()) == [live]
    assert warnings_of(response) == []


def test_new_theme_keeps_the_experts_chosen(staff):
    path = PathFactory()
    one, two = (MembershipFactory(path=path, user=ExpertFactory().user, role=Role.EXPERT) for _ in range(2))

    staff.post(
        address(Theme, "add"),
        {
            "path": path.pk,
            "name": "Listening",
            "duration_minutes": 30,
            "position": 0,
            "experts": [one.user.expert.pk],
        },
    )

    assert list(Theme.objects.get().experts.all()) == [one.user.expert]
    assert two.user.expert.themes.count() == 0


@pytest.mark.parametrize("page", ["add", "change"])
def test_theme_without_any_expert_is_warned_of(staff, page):
    theme = ThemeFactory(name="Listening")

    response = staff.post(
        address(Theme, page, *([theme.pk] if page == "change" else [])),
        {"path": theme.path.pk, "name": "Listening", "duration_minutes": 30, "position": 0},
    )

    assert warnings_of(response) == ["No expert takes the theme “Listening”, so it offers no times."]


def test_path_saved_with_theme_and_expert_joins_them(staff):
    path, expert = PathFactory(), ExpertFactory()
    page = staff.get(address(Path, "change", path.pk))

    response = staff.post(
        address(Path, "change", path.pk),
        {
            **filled(page.context["adminform"].form),
            **inline("themes", {"name": "Listening", "duration_minutes": 30, "position": 0}),
            **inline("memberships", {"user": expert.user.pk, "role": "expert"}),
        },
    )

    assert response.status_code == 302
    assert list(Theme.objects.get(path=path).experts.all()) == [expert]


def save_memberships(staff, path, *rows, old=0):
    url = address(Path, "change", path.pk)
    page = staff.get(url)
    return staff.post(
        url,
        {
            **filled(page.context["adminform"].form),
            **inline("themes"),
            **inline("memberships", *rows, old=old),
        },
    )


def row_of(membership, **changes):
    row = {"id": membership.pk, "path": membership.path_id, "user": membership.user_id, "role": membership.role}
    return {**row, **changes}


def ended(moment):
    return {"ended_at_0": f"{moment:%Y-%m-%d}", "ended_at_1": f"{moment:%H:%M}"}


def test_path_membership_is_ended_and_stays(staff):
    membership = MembershipFactory()

    response = save_memberships(staff, membership.path, row_of(membership, **ended(MAY), DELETE="on"), old=1)

    assert response.status_code == 302
    assert Membership.objects.get().ended_at == MAY


def test_path_membership_once_ended_stays_ended(staff):
    membership = MembershipFactory(ended_at=MAY)

    save_memberships(staff, membership.path, row_of(membership, ended_at_0="", ended_at_1=""), old=1)

    assert Membership.objects.get().ended_at == MAY


def test_path_membership_keeps_its_person_and_role(staff):
    membership = MembershipFactory(role=Role.PARTICIPANT)

    save_memberships(staff, membership.path, row_of(membership, user=UserFactory().pk, role="admin"), old=1)

    kept = Membership.objects.get()
    assert (kept.user_id, kept.role) == (membership.user_id, Role.PARTICIPANT)


def test_path_membership_with_upcoming_meetings_is_not_ended(staff):
    path = a_world().path
    participant, expert = path.memberships.order_by("-role")

    response = save_memberships(staff, path, row_of(participant, **ended(MAY)), row_of(expert), old=2)

    assert response.status_code == 200
    assert "has 1 upcoming meeting on this path" in response.text
    assert path.memberships.live().count() == 2


def test_path_membership_is_not_ended_in_the_future(staff):
    membership = MembershipFactory()

    response = save_memberships(staff, membership.path, row_of(membership, **ended(NOON)), old=1)

    assert "A membership ends now, not later." in response.text
    assert Membership.objects.live().exists()


def test_path_membership_as_expert_and_participant_at_once_is_refused(staff):
    path, expert = PathFactory(), ExpertFactory()

    response = save_memberships(
        staff,
        path,
        {"user": expert.user.pk, "role": "expert"},
        {"user": expert.user.pk, "role": "participant"},
    )

    assert "This person is on this page twice." in response.text
    assert not Membership.objects.exists()
