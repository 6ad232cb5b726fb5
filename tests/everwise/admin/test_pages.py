"""Every page of Django's admin, found by what is registered: who may open it, what it costs, what it refuses."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import Expert
from meetings.models import Meeting
from paths.models import Membership, Path, Program, ProgramAdmin, Theme
from tests.admin_site import (
    EDITED,
    MODELS,
    VIEWED,
    a_world,
    address,
    as_sent,
    limited_staff_on,
    sign_in,
    staff_on,
)
from tests.scene import a_path, a_person, an_admin

NEVER_DELETED = [*VIEWED, User, Expert, Membership, ProgramAdmin]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
REFUSED = "You can’t do this"


@pytest.fixture
def staff(client):
    return staff_on(client)


def label(model):
    return model._meta.label_lower


def every_row():
    """Each row of each table but the admin's log and the sessions, by value."""
    return {
        model.__name__: sorted(map(str, model.objects.values_list()))
        for model in apps.get_models()
        if model.__name__ not in {"LogEntry", "Session"}
    }


def every_page():
    """The address of every page of every registered model, each with a row."""
    for model in MODELS:
        yield address(model, "changelist")
        yield address(model, "add")
        for page in ("change", "history", "delete"):
            yield address(model, page, model.objects.first().pk)


def test_every_table_of_ours_has_pages():
    ours = {model._meta.label for model in MODELS}

    # The other tables of ours are rows of these: shown inline with them.
    assert {"accounts.User", "experts.Expert", "paths.Program", "paths.Path", "paths.Theme", "paths.Membership"} <= ours
    assert {"meetings.Meeting", "meetings.Attendee", "meetings.MeetingEvent", "meetings.Notice"} <= ours


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_pages_open_for_a_superuser(staff, model):
    a_world()
    row, name = model.objects.first(), model._meta.verbose_name
    may_edit, may_delete = model in EDITED, model not in NEVER_DELETED
    verb = "change" if may_edit else "view"
    deleting = "Cannot delete" if model in {Program, Path, Theme} else "Are you sure you want to delete"

    assert f"Select {name} to {verb}" in staff.get(address(model, "changelist")).text
    assert f"Select {name} to {verb}" in staff.get(address(model, "changelist"), {"q": "e"}).text
    assert (f"Add {name}" if may_edit else REFUSED) in staff.get(address(model, "add")).text
    assert f"{verb.capitalize()} {name}" in staff.get(address(model, "change", row.pk)).text
    assert "Change history:" in staff.get(address(model, "history", row.pk)).text
    assert (deleting if may_delete else REFUSED) in staff.get(address(model, "delete", row.pk)).text


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_pages_open_for_staff_who_may_only_look(client, model):
    a_world()
    row = model.objects.first()
    limited_staff_on(client, f"view_{model._meta.model_name}")

    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "changelist"), {"q": "e"}).status_code == 200
    assert client.get(address(model, "change", row.pk)).status_code == 200
    assert client.get(address(model, "history", row.pk)).status_code == 200
    assert client.get(address(model, "add")).status_code == 403
    assert client.get(address(model, "delete", row.pk)).status_code == 403
    before = every_row()
    assert client.post(address(model, "change", row.pk), {"name": "Other"}).status_code == 403
    assert every_row() == before


def test_pages_are_closed_to_staff_without_rights(client):
    a_world()
    limited_staff_on(client)

    answers = [client.get(page) for page in every_page()]

    assert {(answer.status_code, REFUSED in answer.text) for answer in answers} == {(403, True)}


@pytest.mark.parametrize("who", ["nobody", "admin of a path", "staff no longer active"])
def test_pages_are_closed_to_all_but_staff(client, who):
    a_world()
    if who == "admin of a path":
        sign_in(client, an_admin(a_path()))
    elif who == "staff no longer active":
        sign_in(client, a_person(is_staff=True, is_superuser=True, is_active=False))

    answers = [client.get(page) for page in [reverse("admin:index"), *every_page()]]

    assert {answer.status_code for answer in answers} == {302}
    assert {answer.url.partition("?")[0] for answer in answers} <= {reverse("admin:login"), reverse("account_login")}


def test_staff_sign_in_where_everybody_does(client):
    response = client.get(reverse("admin:login"), {"next": "/admin/"}, follow=True)

    assert response.redirect_chain == [("/accounts/login/?next=%2Fadmin%2F", 302)]
    assert "<h1>Sign in</h1>" in response.text


def test_sign_in_for_staff_is_refused_to_others(client):
    sign_in(client, a_person())

    response = client.get(reverse("admin:login"))

    assert (response.status_code, REFUSED in response.text) == (403, True)


@pytest.mark.parametrize("model", EDITED, ids=label)
def test_form_sent_back_as_it_is_changes_nothing(staff, model):
    a_world()
    page = address(model, "change", model.objects.order_by("pk").first().pk)
    form = as_sent(staff.get(page))
    before = every_row()

    response = staff.post(page, form)

    assert response.status_code == 302
    assert every_row() == before


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_no_page_changes_anything_when_opened(staff, model):
    a_world()
    row = model.objects.first()
    staff.get(address(model, "changelist"))
    before = every_row()

    for page in ("change", "history", "delete"):
        staff.get(address(model, page, row.pk), {"post": "yes", "_save": "1"})
    staff.get(address(model, "add"), {"post": "yes"})
    for action in ("delete_selected", "send_again"):
        staff.get(address(model, "changelist"), {"action": action, "_selected_action": row.pk, "post": "yes"})

    assert every_row() == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("model", VIEWED, ids=label)
def test_meetings_are_only_for_viewing(staff, model):
    a_world()
    row = model.objects.first()
    before = every_row()

    assert staff.post(address(model, "add"), {"title": "New"}).status_code == 403
    assert staff.post(address(model, "change", row.pk), {"title": "Other", "_save": "1"}).status_code == 403
    assert staff.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert every_row() == before


def test_meetings_rows_cannot_be_written_inline(staff):
    a_world()
    meeting = Meeting.objects.get()
    attendee = meeting.attendees.first()
    before = every_row()

    response = staff.post(
        address(Meeting, "change", meeting.pk),
        {
            "attendees-TOTAL_FORMS": 1,
            "attendees-INITIAL_FORMS": 1,
            "attendees-0-id": attendee.pk,
            "attendees-0-role": "expert",
            "attendees-0-DELETE": "on",
        },
    )

    assert response.status_code == 403
    assert every_row() == before


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_nothing_is_deleted_in_bulk(staff, model, monkeypatch):
    a_world()
    before = every_row()

    response = staff.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk for row in model.objects.all()], "post": "yes"},
    )

    assert "delete_selected" not in staff.get(address(model, "changelist")).text
    assert response.status_code in {200, 302}
    assert every_row() == before
    # The control: Django would offer it wherever a row may be deleted.
    monkeypatch.setitem(admin.site._actions, "delete_selected", delete_selected)
    may_delete = model not in NEVER_DELETED
    assert ("delete_selected" in staff.get(address(model, "changelist")).text) == may_delete


@pytest.mark.parametrize("model", NEVER_DELETED, ids=label)
def test_people_and_what_happened_are_never_deleted(staff, model):
    a_world()
    before = every_row()

    response = staff.post(address(model, "delete", model.objects.first().pk), {"post": "yes"})

    assert (response.status_code, REFUSED in response.text) == (403, True)
    assert every_row() == before


@pytest.mark.parametrize(
    ("model", "hang_on_it"),
    [
        (Program, ["1 path", "1 program admin"]),
        (Path, ["1 theme", "2 memberships", "1 meeting"]),
        (Theme, ["1 meeting", "1 expert"]),
    ],
    ids=["program", "path", "theme"],
)
def test_what_is_in_use_is_not_deleted(staff, model, hang_on_it):
    a_world()
    page = address(model, "delete", model.objects.get().pk)
    before = every_row()

    response = staff.post(page, {"post": "yes"})

    assert response.status_code == 200
    assert response.context["protected"] == hang_on_it
    assert "would require deleting the following protected related objects" in response.text
    assert every_row() == before


def test_what_is_unused_is_deleted(staff):
    program = Program.objects.create(name="A mistake")

    response = staff.post(address(Program, "delete", program.pk), {"post": "yes"})

    assert response.status_code == 302
    assert not Program.objects.exists()


def test_what_came_into_use_meanwhile_is_not_deleted(staff, monkeypatch):
    program = Program.objects.create(name="Just begun")
    monkeypatch.setattr("paths.admin.paths.ProgramPage.kept_for", [])

    def begun(self, request, obj):
        Path.objects.create(program=obj, name="New")
        obj.delete()

    monkeypatch.setattr("paths.admin.paths.ProgramPage.delete_model", begun)

    response = staff.post(address(Program, "delete", program.pk), {"post": "yes"}, follow=True)

    assert "This is in use by now and was not deleted." in response.text
    assert Program.objects.get() == program


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_changelist_takes_as_many_queries_for_many_rows(staff, model):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address(model, "changelist")).status_code == 200
        return len(queries)

    a_world()
    count()
    one = count()
    for day in range(1, 20):
        a_world(day)

    assert count() == one
