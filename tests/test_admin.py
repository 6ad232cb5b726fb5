"""Django's admin, as staff use it."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import AvailabilityRule, BusyTime, DateOverride, Expert
from meetings.models import Meeting, MeetingEvent, Notice
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme
from tests.factories import ExpertFactory, MembershipFactory, PathFactory, ThemeFactory, UserFactory, make_dropin

NOON = datetime(2030, 5, 6, 12, tzinfo=UTC)
EDITED = [User, Expert, Program, Path, Theme]
VIEWED = [Meeting, MeetingEvent, Notice]

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    sign_in(client, user)
    return client


def sign_in(client, user):
    # The first backend of the settings only knows rights on meetings.
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def a_world(day=0):
    """One row of everything that the admin shows."""
    path = PathFactory()
    expert = ExpertFactory()
    participant = MembershipFactory(path=path).user
    MembershipFactory(path=path, user=expert.user, role=Role.EXPERT)
    theme = ThemeFactory(path=path)
    theme.experts.add(expert)
    start = NOON + timedelta(days=day)
    DateOverride.objects.create(expert=expert, date=start.date(), windows="")
    BusyTime.objects.create(expert=expert, starts_at=start, ends_at=start + timedelta(hours=1))
    meeting = make_dropin(participant, expert, theme, start)
    event = meeting.events.get()
    Notice.objects.create(
        event=event, meeting=meeting, user=participant, kind=event.happening, sequence=0, due_at=event.at
    )
    return theme


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def warnings_of(response):
    return [str(message) for message in get_messages(response.wsgi_request) if message.level_tag == "warning"]


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
        address(User, "change", user.pk), {**_filled(page.context["adminform"].form), "email": "new@example.com"}
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
            **_inline("rules", {"rrule": "FREQ=DAILY", "first_date": "2026-01-01", "windows": "22:00-02:00"}),
            **_inline("overrides", {"date": "2026-12-24", "windows": ""}),
            **_inline("busy_times"),
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
            **_inline("rules", {"rrule": "FREQ=HOURLY", "first_date": "2026-01-01", "windows": "9 to 5"}),
            **_inline("overrides"),
            **_inline("busy_times"),
        },
    )

    assert response.status_code == 200
    assert "FREQ must be DAILY, WEEKLY or MONTHLY." in response.text
    assert "“9 to 5” is not a window" in response.text


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
            **_filled(page.context["adminform"].form),
            **_inline("themes", {"name": "Listening", "duration_minutes": 30, "position": 0}),
            **_inline("memberships", {"user": expert.user.pk, "role": "expert"}),
        },
    )

    assert response.status_code == 302
    assert list(Theme.objects.get(path=path).experts.all()) == [expert]


def test_path_membership_is_ended_and_stays(staff):
    membership = MembershipFactory()
    path = membership.path
    page = staff.get(address(Path, "change", path.pk))
    row = {"id": membership.pk, "path": path.pk, "user": membership.user.pk, "role": membership.role}

    response = staff.post(
        address(Path, "change", path.pk),
        {
            **_filled(page.context["adminform"].form),
            **_inline("themes"),
            **_inline("memberships", {**row, "ended_at_0": "2026-05-01", "ended_at_1": "12:00", "DELETE": "on"}, old=1),
        },
    )

    assert response.status_code == 302
    assert Membership.objects.get().ended_at == datetime(2026, 5, 1, 12, tzinfo=UTC)


def _filled(form):
    """What a browser would send back of a form left as it is."""
    return {
        name: value
        for name, field in form.fields.items()
        if (value := form.get_initial_for_field(field, name)) not in (None, False) and not field.disabled
    }


def _inline(prefix, *rows, old=0):
    fields = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": old}
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields
