"""A person posts their profile in a loop while somebody else changes the same row: nothing of that is undone.

The control saves the row whole, as forms did, and shows that this would undo it.
"""

import threading
from functools import partial

import pytest
from django import forms
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from everwise.accounts.forms import ProfileForm
from everwise.accounts.models import ChangedColumns, User
from tests.admin_site import address, as_sent, sign_in, staff_on
from tests.meetings.racing import PATIENCE
from tests.scene import PROFILE, a_person

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8
PASSWORD = "a long sentence 7"


def deactivate(staff, user):
    page = reverse("staff:deactivate", args=[user.pk])
    assert staff.post(page, as_sent(staff.get(page))).status_code == 302


def take_the_staff_right(staff, user):
    page = address(User, "change", user.pk)
    sent = as_sent(staff.get(page))
    del sent["is_staff"]
    assert staff.post(page, sent).status_code == 302


def change_the_password(staff, user):
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    sent = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert staff.post(page, sent).status_code == 302


CHANGES = {
    deactivate: lambda user: not user.is_active,
    take_the_staff_right: lambda user: not user.is_staff,
    change_the_password: lambda user: user.check_password(PASSWORD),
}


def maya():
    return a_person("Maya", is_staff=True)


def posting(person, stop, started, posted):
    """Post the profile, each time with another name, until told to stop or signed out."""
    client = Client()
    sign_in(client, person)
    try:
        while not stop.is_set():
            response = client.post(reverse("profile"), PROFILE | {"name": f"Maya {len(posted)}"})
            posted.append(response.status_code)
            started.set()
            if response.url != reverse("profile"):
                break
    finally:
        started.set()
        connections.close_all()


def undone(change):
    """In how many rounds the change did not stay."""
    lost = 0
    for _ in range(ROUNDS):
        staff, person = staff_on(Client()), maya()
        stop, started, posted = threading.Event(), threading.Event(), []
        poster = threading.Thread(target=partial(posting, person, stop, started, posted))
        poster.start()
        assert started.wait(PATIENCE)
        change(staff, person)
        stop.set()
        poster.join(PATIENCE)
        assert not poster.is_alive()
        assert posted
        person.refresh_from_db()
        lost += not CHANGES[change](person)
    return lost


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_nothing_is_undone_by_a_profile_that_is_posted_meanwhile(change):
    assert undone(change) == 0


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_control_a_row_saved_whole_undoes_what_came_between(change, monkeypatch):
    """Deterministic: the change comes between the reading of the row and its saving."""
    person, staff = maya(), staff_on(Client())
    monkeypatch.setattr(ChangedColumns, "save", ChangedColumns.__base__.save.__wrapped__)
    read = User.objects.get(pk=person.pk)
    change_other = partial(change, staff, person)

    change_other()
    form = ProfileForm(PROFILE | {"name": "Maya L"}, instance=read)
    assert form.is_valid()
    forms.ModelForm.save(form)

    assert not CHANGES[change](User.objects.get(pk=person.pk))
    assert connection.vendor in {"sqlite", "postgresql"}
