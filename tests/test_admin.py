"""Django's admin, as staff use it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import AvailabilityRule, DateOverride, Expert
from meetings.models import Attendee, Meeting, MeetingEvent, Notice
from paths.enums import Role
from paths.models import Path, Program, Theme
from tests.admin_site import a_world, address, filled, inline, sign_in, staff_on
from tests.factories import ExpertFactory, MembershipFactory, UserFactory

EDITED = [User, Expert, Program, Path, Theme]
VIEWED = [Meeting, Attendee, MeetingEvent, Notice]

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    return staff_on(client)


def test_every_model_of_ours_is_tested_here():
    ours = {
        model for model in admin.site._registry if model._meta.app_label in {"accounts", "experts", "paths", "meetings"}
    }

    assert ours == {*EDITED, *VIEWED}


@pytest.mark.parametrize("model", [*EDITED, *VIEWED])
def test_changelist_finds_rows(staff, model):
    a_world()

    assert staff.get(address(model, "changelist")).status_code == 200
    assert staff.get(address(model, "changelist"), {"q": "e"}).status_code == 200


@pytest.mark.parametrize("model", [*EDITED, *VIEWED])
def test_changelist_takes_as_many_queries_for_many_rows(staff, model):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert staff.get(address(model, "changelist")).status_code == 200
        return len(queries)

    a_world()
    one = count()
    for day in range(1, 20):
        a_world(day)

    assert count() == one


@pytest.mark.parametrize("model", [*EDITED, *VIEWED])
def test_change_page_opens(staff, model):
    a_world()

    response = staff.get(address(model, "change", model.objects.first().pk))

    assert response.status_code == 200


@pytest.mark.parametrize("model", EDITED)
def test_add_page_opens(staff, model):
    assert staff.get(address(model, "add")).status_code == 200


@pytest.mark.parametrize("model", VIEWED)
def test_meetings_are_only_for_viewing(staff, model):
    a_world()
    row = model.objects.first()

    assert staff.get(address(model, "add")).status_code == 403
    assert staff.post(address(model, "change", row.pk), {"title": "Other"}).status_code == 403
    assert staff.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_admin_is_closed_to_people_without_staff_rights(client):
    sign_in(client, MembershipFactory(role=Role.ADMIN).user)

    assert client.get(address(Path, "changelist")).status_code == 302


def test_user_added_can_sign_in_by_her_address(staff):
    response = staff.post(
        address(User, "add"),
        {
            "email": "Nadia@Example.com",
            "name": "Nadia Rahimi",
            "time_zone": "Asia/Kabul",
            "usable_password": "true",
            "password1": "a long sentence 7",
            "password2": "a long sentence 7",
        },
    )

    user = User.objects.get(name="Nadia Rahimi")
    assert response.status_code == 302
    assert user.check_password("a long sentence 7")
    assert user.email == "nadia@example.com"
    assert EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True).exists()


def test_user_address_changed_is_the_one_to_sign_in_with(staff):
    user = UserFactory(email="old@example.com")
    page = staff.get(address(User, "change", user.pk))

    response = staff.post(
        address(User, "change", user.pk), {**filled(page.context["adminform"].form), "email": "new@example.com"}
    )

    assert response.status_code == 302
    assert EmailAddress.objects.get(user=user).email == "new@example.com"


def test_user_password_can_be_changed(staff):
    user = UserFactory()

    staff.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"usable_password": "true", "password1": "another sentence 8", "password2": "another sentence 8"},
    )

    user.refresh_from_db()
    assert user.check_password("another sentence 8")


def test_user_is_never_deleted(staff):
    user = UserFactory()

    assert staff.post(address(User, "delete", user.pk), {"post": "yes"}).status_code == 403


def test_user_address_that_signs_somebody_else_in_is_refused(staff):
    user = UserFactory(email="old@example.com")
    EmailAddress.objects.create(user=UserFactory(), email="second@example.com", verified=True)
    page = staff.get(address(User, "change", user.pk))

    response = staff.post(
        address(User, "change", user.pk), {**filled(page.context["adminform"].form), "email": "Second@example.com"}
    )

    assert response.status_code == 200
    assert "Somebody already uses this e-mail address." in response.text
    assert EmailAddress.objects.get(user=user).email == "old@example.com"


def test_user_address_changed_to_her_second_one(staff):
    user = UserFactory(email="old@example.com")
    EmailAddress.objects.create(user=user, email="second@example.com")
    page = staff.get(address(User, "change", user.pk))

    staff.post(
        address(User, "change", user.pk), {**filled(page.context["adminform"].form), "email": "second@example.com"}
    )

    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")) == [
        ("second@example.com", True, True)
    ]


def test_expert_is_never_deleted(staff):
    assert staff.post(address(Expert, "delete", ExpertFactory().pk), {"post": "yes"}).status_code == 403


def test_expert_window_is_shown_and_saved_as_text(staff):
    expert = ExpertFactory(windows="09:00-12:00, 22:00-02:00")
    url = address(Expert, "change", expert.pk)
    page = staff.get(url)
    rule = expert.rules.get()

    assert 'value="09:00-12:00, 22:00-02:00"' in page.text
    response = staff.post(
        url,
        {
            **filled(page.context["adminform"].form),
            **inline(
                "rules",
                {
                    "id": rule.pk,
                    "expert": expert.pk,
                    "rrule": rule.rrule,
                    "first_date": "2020-01-01",
                    "windows": "10:00-24:00",
                },
                old=1,
            ),
            **inline("overrides"),
            **inline("busy_times"),
        },
    )

    assert response.status_code == 302
    assert expert.rules.get().windows == ((600, 1440),)


def test_expert_saved_with_hours_and_overrides(staff):
    user = UserFactory()

    response = staff.post(
        address(Expert, "add"),
        {
            "user": user.pk,
            "time_zone": "Asia/Tokyo",
            "accepting": "on",
            "video_link": "meet.example/room",
            "buffer_before_minutes": 0,
            "buffer_after_minutes": 10,
            "notice_minutes": 0,
            **inline("rules", {"rrule": "FREQ=DAILY", "first_date": "2026-01-01", "windows": "22:00-02:00"}),
            **inline("overrides", {"date": "2026-12-24", "windows": ""}),
            **inline("busy_times"),
        },
    )

    expert = Expert.objects.get(user=user)
    assert response.status_code == 302
    assert expert.video_link == "https://meet.example/room"
    assert AvailabilityRule.objects.get(expert=expert).windows == ((1320, 120),)
    assert DateOverride.objects.get(expert=expert).windows == ()


def test_expert_rule_in_wrong_words_is_refused(staff):
    user = UserFactory()

    response = staff.post(
        address(Expert, "add"),
        {
            "user": user.pk,
            "time_zone": "Asia/Tokyo",
            "buffer_before_minutes": 0,
            "buffer_after_minutes": 0,
            "notice_minutes": 0,
            **inline("rules", {"rrule": "FREQ=HOURLY", "first_date": "2026-01-01", "windows": "9 to 5"}),
            **inline("overrides"),
            **inline("busy_times"),
        },
    )

    assert response.status_code == 200
    assert "FREQ must be DAILY, WEEKLY or MONTHLY." in response.text
    assert "“9 to 5” is not a window" in response.text
