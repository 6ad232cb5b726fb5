"""“Installation”, the checklist of staff, and its test e-mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from meetings.enums import AccountMail
from meetings.mail import outbox, trial
from meetings.mail.heartbeat import Heart
from meetings.models import Notice, Worker
from paths import setting_up
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import text_of
from tests.scene import NOW, a_meeting, a_participant, a_path, a_person, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADDRESS = "/staff/installation/"


@pytest.fixture
def staff():
    return a_person("Sam", email="sam@example.com", is_staff=True, is_superuser=True)


def steps(staff):
    """By their key: whether it is done, what it says, what is wrong."""
    found = signed_in(staff).get(ADDRESS).context["setup_steps"]
    return {step.key: (step.done, step.text, step.fault) for step in found}


def test_of_an_empty_installation_nothing_is_done(staff):
    response = signed_in(staff).get(ADDRESS)
    text = text_of(response)

    assert [(step.title, step.done) for step in response.context["setup_steps"]] == [
        ("E-mail goes out", False),
        ("Reminders and invitations are sent", False),
        ("First path", False),
        ("Somebody to run it", False),
    ]
    assert "No background worker. Start it with “python manage.py worker”." in text
    assert 'aria-label="0 of 4 done"' in response.content.decode()
    # Only the next one holds the page's first button.
    assert response.content.decode().count("btn btn-primary") == 1
    assert f'href="{reverse("paths:new")}"' in response.content.decode()


def test_a_test_e_mail_goes_out_by_the_worker(staff):
    response = signed_in(staff).post(reverse("staff:test-mail"))
    text = text_of(signed_in(staff).get(response.url))

    assert response.url == ADDRESS
    assert "A test to sam@example.com waits to be sent." in text
    # Pressed again while it waits.
    again = signed_in(staff).post(reverse("staff:test-mail"))
    assert again.url == ADDRESS
    notice = Notice.objects.get()
    assert (notice.kind, notice.address) == (AccountMail.TEST, staff.email)

    assert outbox.deliver(outbox.claim(NOW), lambda: NOW)
    [letter] = mail.outbox
    assert (letter.subject, letter.to) == ("Test e-mail from Everwise", [staff.email])
    assert f"{ADDRESS}" in letter.body
    done, said, fault = steps(staff)["email"]
    assert (done, fault) == (True, "")
    assert "The last test was sent to sam@example.com: today, 08:00." in said
    assert trial.send(by=staff, now=NOW)


def test_a_test_that_failed_says_why(staff):
    trial.send(by=staff, now=NOW)
    Notice.objects.update(parked_at=NOW, last_error="SMTPRecipientsRefused: 550 no such user")

    done, said, fault = steps(staff)["email"]
    assert not done
    assert "The last test to sam@example.com was not sent." in said
    assert fault == "It failed: SMTPRecipientsRefused: 550 no such user"
    # It may be tried again.
    assert trial.send(by=staff, now=NOW)


def test_nobody_but_staff_sends_one(staff):
    for user in (a_person(), a_person(is_staff=True, is_active=False)):
        with pytest.raises(trial.TrialRefused):
            trial.send(by=user, now=NOW)
    assert not Notice.objects.exists()
    assert trial.send(by=staff, now=NOW)


@pytest.mark.parametrize(("age", "lives"), [(0, True), (8, True), (119, True), (120, False), (86_400, False)])
def test_the_worker_is_seen_by_its_heartbeat(staff, age, lives):
    Heart().beat(NOW - timedelta(seconds=age))

    done, said, fault = steps(staff)["worker"]
    assert done == lives
    assert (f"It was last seen {age} second" in said) == lives
    assert bool(fault) != lives


def test_path_and_admin_are_counted_and_not_named(staff):
    assert not Worker.objects.exists()
    path = a_path(name="Secret plans")
    a_participant(path, "Pia Secret")
    assert steps(staff)["path"] == (True, "There is 1 path.", "")
    assert not steps(staff)["admin"][0]
    an_admin(path, "Ada Secret")

    assert steps(staff)["admin"] == (True, "There is an admin, who needs nothing from you.", "")
    text = text_of(signed_in(staff).get(ADDRESS))
    assert "Secret" not in text
    assert "There is 1 path." in text


def test_an_invited_admin_is_said_to_be_invited(staff):
    plan = {"name": "One", "program": None, "new_program": "New", "time_zone": staff.time_zone}
    plan = setting_up.NewPath(**plan, admin="ruth@new.example")
    setting_up.create(plan=plan, by=staff, now=NOW, token=staff.pk)

    assert steps(staff)["admin"] == (True, "An admin is invited, and has not answered yet.", "")


def test_it_stays_in_the_account_menu(staff):
    path = a_path()
    pia = a_participant(path)
    a_meeting(path, an_expert(path).user, pia, at(9))

    page = signed_in(staff).get("/").content.decode()
    assert f'<a class="dropdown-item" href="{ADDRESS}">' in page
    assert f'href="{ADDRESS}"' not in signed_in(pia).get("/").content.decode()
    assert "How this installation runs." in text_of(signed_in(staff).get(ADDRESS))
