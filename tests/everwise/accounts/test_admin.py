"""Users and experts in Django's admin."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import AvailabilityRule, BusyTime, DateOverride, Expert
from tests.admin_site import NOON, a_world, address, as_sent, filled, inline, limited_staff_on, staff_on
from tests.scene import a_person, an_expert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def staff(client):
    return staff_on(client)


def test_user_added_can_sign_in_by_their_address(staff):
    response = staff.post(
        address(User, "add"),
        {
            "email": "Nadia@Example.com",
            "name": "Nadia Rahimi",
            "language": "de",
            "time_zone": "Asia/Kabul",
            "usable_password": "true",
            "password1": "a long sentence 7",
            "password2": "a long sentence 7",
        },
    )

    user = User.objects.get(name="Nadia Rahimi")
    assert response.status_code == 302
    assert user.check_password("a long sentence 7")
    assert (user.email, user.language) == ("nadia@example.com", "de")
    assert EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True).exists()


def test_user_address_changed_is_the_one_to_sign_in_with(staff):
    user = a_person(email="old@example.com")
    page = staff.get(address(User, "change", user.pk))

    response = staff.post(
        address(User, "change", user.pk), {**filled(page.context["adminform"].form), "email": "new@example.com"}
    )

    assert response.status_code == 302
    assert EmailAddress.objects.get(user=user).email == "new@example.com"


def test_user_password_can_be_changed(staff):
    user = a_person()

    staff.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"usable_password": "true", "password1": "another sentence 8", "password2": "another sentence 8"},
    )

    user.refresh_from_db()
    assert user.check_password("another sentence 8")


def test_user_address_that_signs_somebody_else_in_is_refused(staff):
    user = a_person(email="old@example.com")
    EmailAddress.objects.create(user=a_person(), email="second@example.com", verified=True)
    page = staff.get(address(User, "change", user.pk))

    response = staff.post(
        address(User, "change", user.pk), {**filled(page.context["adminform"].form), "email": "Second@example.com"}
    )

    assert response.status_code == 200
    assert "Somebody already uses this e-mail address." in response.text
    assert EmailAddress.objects.get(user=user).email == "old@example.com"


def test_user_address_changed_to_their_second_one(staff):
    user = a_person(email="old@example.com")
    EmailAddress.objects.create(user=user, email="second@example.com")
    page = staff.get(address(User, "change", user.pk))

    staff.post(
        address(User, "change", user.pk), {**filled(page.context["adminform"].form), "email": "second@example.com"}
    )

    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")) == [
        ("second@example.com", True, True)
    ]


def test_expert_window_is_shown_and_saved_as_text(staff):
    expert = an_expert(windows="09:00-12:00, 22:00-02:00")
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
        },
    )

    assert response.status_code == 302
    assert expert.rules.get().windows == ((600, 1440),)


def test_expert_saved_with_hours_and_overrides(staff):
    user = a_person()

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
        },
    )

    expert = Expert.objects.get(user=user)
    assert response.status_code == 302
    assert expert.video_link == "https://meet.example/room"
    assert AvailabilityRule.objects.get(expert=expert).windows == ((1320, 120),)
    assert DateOverride.objects.get(expert=expert).windows == ()


def test_expert_rule_in_wrong_words_is_refused(staff):
    user = a_person()

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
        },
    )

    assert response.status_code == 200
    assert "FREQ must be DAILY, WEEKLY or MONTHLY." in response.text
    assert "“9 to 5” is not a window" in response.text


def test_user_page_tells_the_addresses_they_sign_in_by(staff):
    user = a_person(email="first@example.com")
    EmailAddress.objects.create(user=user, email="second@example.com")

    page = staff.get(address(User, "change", user.pk))

    assert "first@example.com, second@example.com (not verified)" in page.text


def test_staff_without_all_rights_hands_out_none(client):
    limited_staff_on(client, "view_user", "change_user", "add_user")
    user = a_person()
    page = address(User, "change", user.pk)

    response = client.post(page, as_sent(client.get(page), name="Renamed", is_staff="on", is_superuser="on"))

    user.refresh_from_db()
    assert response.status_code == 302
    assert (user.name, user.is_staff, user.is_superuser) == ("Renamed", False, False)


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_superuser": True}])
def test_staff_without_all_rights_takes_over_no_colleague(client, rights):
    limited_staff_on(client, "view_user", "change_user")
    colleague = a_person(**rights)
    kept = colleague.password, colleague.email

    answers = [
        client.post(address(User, "change", colleague.pk), {"email": "mine@example.com", "name": "Mine"}),
        client.post(
            reverse("admin:auth_user_password_change", args=[colleague.pk]),
            {"usable_password": "true", "password1": "another sentence 8", "password2": "another sentence 8"},
        ),
    ]

    colleague.refresh_from_db()
    assert [answer.status_code for answer in answers] == [403, 403]
    assert (colleague.password, colleague.email) == kept


def test_staff_without_all_rights_changes_no_group(client):
    a_world()
    group = Group.objects.get()
    limited_staff_on(client, "view_group", "change_group", "add_group", "delete_group")

    changes = {
        address(Group, "change", group.pk): {"name": "Ours"},
        address(Group, "add"): {"name": "Mine"},
        address(Group, "delete", group.pk): {"post": "yes"},
    }

    def groups_after(who):
        for page, sent in changes.items():
            who.post(page, as_sent(who.get(page), **sent))
            yield [each.name for each in Group.objects.order_by("pk")]

    assert f'<div class="readonly">{group.name}</div>' in client.get(address(Group, "change", group.pk)).text
    assert list(groups_after(client)) == [[group.name]] * 3
    # The control: who has all rights makes each of these changes.
    assert list(groups_after(staff_on(client))) == [["Ours"], ["Ours", "Mine"], ["Mine"]]


def test_expert_page_takes_as_many_queries_for_much_time(staff):
    expert = an_expert(windows="")
    page = address(Expert, "change", expert.pk)

    def count():
        with CaptureQueriesContext(connection) as queries:
            response = staff.get(page)
        return len(queries), response

    count()
    few, _ = count()
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(expert=expert, first_date=NOON.date(), windows="09:00-10:00") for _ in range(50)
    )
    DateOverride.objects.bulk_create(
        DateOverride(expert=expert, date=NOON.date() + timedelta(days=day), windows="") for day in range(200)
    )
    BusyTime.objects.bulk_create(
        BusyTime(expert=expert, starts_at=NOON + timedelta(hours=2 * n), ends_at=NOON + timedelta(hours=2 * n + 1))
        for n in range(2000)
    )
    many, response = count()

    assert many == few
    time = f"{NOON:%Y-%m-%d %H:%M} to"
    assert time not in response.text
    assert time in staff.get(address(BusyTime, "change", expert.busy_times.first().pk)).text
    assert "2,000 busy times read from elsewhere" in response.text
    assert staff.post(page, as_sent(response, title="Busy coach")).status_code == 302
    assert Expert.objects.get().title == "Busy coach"


def test_expert_page_leads_to_their_busy_times_only(staff):
    a_world(1)
    a_world(2)
    expert = Expert.objects.first()
    page = staff.get(address(Expert, "change", expert.pk))
    link = f"{address(BusyTime, 'changelist')}?expert__id__exact={expert.pk}"

    assert f'href="{link}"' in page.text
    assert list(staff.get(link).context["cl"].result_list) == list(expert.busy_times.all())


def test_expert_page_keeps_busy_times_from_staff_who_may_not_see_them(client):
    a_world()
    page = address(Expert, "change", Expert.objects.get().pk)

    limited_staff_on(client, "view_expert")
    assert "read from elsewhere" not in client.get(page).text
    limited_staff_on(client, "view_expert", "view_busytime")
    assert "read from elsewhere" in client.get(page).text
