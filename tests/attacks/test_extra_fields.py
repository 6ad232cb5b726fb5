"""Every form with more in it than it has fields: what is not asked for is not taken."""

import pytest
from django.db import transaction

from everwise.accounts.models import User
from meetings.enums import Kind
from meetings.models import Attendee, Meeting
from paths.models import Membership, Path
from tests.crawler import Markup, Walk, kind_of
from tests.gate_world import a_world, signed_in
from tests.languages.test_every_text import ClientVisitor
from tests.scene import a_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PEOPLE = ("participant", "expert", "admin")


def rights() -> dict[str, list]:
    """What nobody gets by a field of their own."""
    return {
        "people": sorted(User.objects.values_list("email", "is_staff", "is_superuser", "is_active", "password")),
        "roles": sorted(Membership.objects.values_list("user__email", "path__name", "role", "ended_at"), key=str),
        "meetings": sorted(Meeting.objects.values_list("title", "kind", "path__name", "organizer__name", "starts_at")),
        "attendees": sorted(Attendee.objects.values_list("meeting__title", "user__name", "role"), key=str),
        "paths": sorted(Path.objects.values_list("name", "program__name", "sessions_per_participant"), key=str),
    }


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def extra(world):
    elsewhere, attacker = a_path(name="Elsewhere"), world.people["other participant"]
    return {
        **dict.fromkeys(("is_staff", "is_superuser", "is_active", "admin", "verified"), "on"),
        **dict.fromkeys(("user", "user_id", "organizer", "organizer_id", "by", "created_by", "owner"), attacker.pk),
        **dict.fromkeys(("path", "path_id"), elsewhere.pk),
        **dict.fromkeys(("meeting", "meeting_id"), world.meetings[Kind.AD_HOC]["scheduler"].pk),
        **dict.fromkeys(("id", "pk"), world.people["staff"].pk),
        **dict.fromkeys(("role", "new_role"), "admin"),
        **dict.fromkeys(("status", "kind"), "cancelled"),
        **dict.fromkeys(("starts_at", "ends_at", "ended_at", "opened_at"), "2026-11-09T10:00:00Z"),
        **dict.fromkeys(("email", "password"), "evil@evil.example"),
        **dict.fromkeys(("sessions_per_participant", "sequence_", "program"), "99"),
    }


def forms_of(world):
    """One form of each kind that somebody meets, as they would send it."""
    seen = set()
    for name in PEOPLE:
        walk = Walk(ClientVisitor(world.people[name]), name, most=1)
        walk.follow_links(["/"])
        for page in walk.pages:
            for form in Markup(page.text).forms:
                action = form.action or page.asked.removeprefix("GET ")
                key = (name, kind_of(action), *sorted(form.fields))
                if form.method == "post" and key not in seen and not action.startswith("/accounts/logout/"):
                    seen.add(key)
                    yield world.people[name], action, form.fields


def after(user, action, fields):
    with transaction.atomic():
        status = signed_in(user).post(action, fields).status_code
        found = rights()
        transaction.set_rollback(True)
    return status, found


def test_extra_fields_change_nothing(world, extra):
    before, wrong, sent = rights(), [], 0
    changed = 0
    for user, action, fields in list(forms_of(world)):
        more = {name: value for name, value in extra.items() if name not in fields}
        plain, hostile = after(user, action, fields), after(user, action, {**fields, **more})
        sent += 1
        changed += plain[1] != before
        if hostile[0] != plain[0] or hostile[1] != plain[1]:
            wrong.append((user.name, action, plain[0], hostile[0]))

    assert wrong == []
    assert sent > 25
    # The control: some of these forms do change what is compared.
    assert changed > 2
    assert rights() == before
