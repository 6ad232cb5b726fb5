"""The outbox in Django's admin: what waits, what is parked, what was sent; and “send again”."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.messages import get_messages

from meetings.models import Notice
from tests.admin_site import NOON, a_world, address, limited_staff_on, staff_on
from tests.scene import NOW

ACTION = {"action": "send_again", "index": 0}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def staff(client):
    return staff_on(client)


@pytest.fixture
def notices():
    """One that waits, one parked, one sent."""
    for day in range(3):
        a_world(day)
    waiting, parked, sent = Notice.objects.order_by("pk")
    Notice.objects.filter(pk=parked.pk).update(parked_at=NOON, due_at=NOON, attempts=8, last_error="gone")
    Notice.objects.filter(pk=sent.pk).update(sent_at=NOON, attempts=1)
    return {"waiting": waiting, "parked": parked, "sent": sent}


def send_again(client, *chosen, **more):
    return client.post(
        address(Notice, "changelist"), {**ACTION, "_selected_action": [notice.pk for notice in chosen], **more}
    )


def said(response):
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("state", ["waiting", "parked", "sent"])
def test_outbox_is_filtered_by_state(staff, notices, state):
    response = staff.get(address(Notice, "changelist"), {"state": state})

    assert list(response.context["cl"].result_list) == [notices[state]]
    assert f'<td class="field-state">{state.capitalize()}</td>' in response.text


def test_parked_is_sent_again_and_what_became_of_the_others_is_said(staff, notices):
    response = send_again(staff, *notices.values())

    notices["parked"].refresh_from_db()
    assert (notices["parked"].parked_at, notices["parked"].attempts, notices["parked"].last_error) == (None, 0, "gone")
    assert notices["parked"].due_at == NOW
    assert said(response) == [
        ("success", "1 e-mail was put back, to be sent now."),
        ("warning", "2 e-mails were not parked, and stay as they were."),
    ]
    assert Notice.objects.get(pk=notices["sent"].pk).sent_at == NOON


def test_nothing_parked_is_said(staff, notices):
    response = send_again(staff, notices["waiting"])

    assert said(response) == [("warning", "1 e-mail was not parked, and stays as it was.")]
    assert not LogEntry.objects.exists()


def test_sending_again_is_in_the_log_of_what_staff_did(staff, notices):
    send_again(staff, *notices.values())

    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.action_flag) == (str(notices["parked"].pk), CHANGE)
    assert str(entry.user_id) == staff.session["_auth_user_id"]
    assert "Put back to be sent again." in staff.get(address(Notice, "history", notices["parked"].pk)).text


def test_all_that_were_found_are_sent_again(staff, notices):
    response = staff.post(
        address(Notice, "changelist") + "?state=parked",
        {**ACTION, "select_across": 1, "_selected_action": [notices["parked"].pk]},
    )

    assert said(response) == [("success", "1 e-mail was put back, to be sent now.")]


def test_search_and_filter_go_with_the_action(staff, notices):
    query = f"?q={notices['parked'].meeting_id}&user__id__exact={notices['parked'].user_id}"

    staff.post(
        address(Notice, "changelist") + query,
        {**ACTION, "select_across": 1, "_selected_action": [notices["parked"].pk]},
    )

    assert not Notice.objects.parked().exists()


def test_staff_with_the_right_to_change_send_again(client, notices):
    limited_staff_on(client, "view_notice", "change_notice")

    send_again(client, notices["parked"])

    assert not Notice.objects.parked().exists()
    # The right is for this alone: the row is nobody's to edit.
    assert client.post(address(Notice, "change", notices["parked"].pk), {"attempts": 1}).status_code == 403


def test_staff_who_may_only_look_do_not_send_again(client, notices):
    limited_staff_on(client, "view_notice")

    send_again(client, notices["parked"])

    assert Notice.objects.parked().get() == notices["parked"]
    assert "send_again" not in client.get(address(Notice, "changelist")).text
    limited_staff_on(client, "view_notice", "change_notice")
    assert "send_again" in client.get(address(Notice, "changelist")).text


def test_send_again_by_get_does_nothing(staff, notices):
    staff.get(address(Notice, "changelist"), {**ACTION, "_selected_action": notices["parked"].pk})

    assert Notice.objects.parked().get() == notices["parked"]


@pytest.mark.parametrize("chosen", ["x", "9" * 30, "-" + "9" * 30, "1.5", "a\x00b"])
def test_rows_that_cannot_be_there_are_told(staff, notices, chosen):
    response = staff.post(address(Notice, "changelist"), {**ACTION, "_selected_action": chosen})

    assert (response.status_code, said(response)) == (302, [("error", "These rows are not there.")])
    assert Notice.objects.parked().get() == notices["parked"]


def test_rows_no_longer_there_are_none(staff, notices):
    response = staff.post(address(Notice, "changelist"), {**ACTION, "_selected_action": 10**9})

    assert (response.status_code, said(response)) == (302, [])
    assert Notice.objects.parked().get() == notices["parked"]
