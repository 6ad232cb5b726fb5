"""Staff save a person's page again and again while its person, or other staff, do: each keeps what they changed."""

import threading

import pytest
from django.db import connections
from django.test import Client

from experts.models import Expert
from tests.admin_site import address, as_sent, staff_on
from tests.everwise.admin.test_stale import by_themselves
from tests.meetings.racing import PATIENCE
from tests.scene import an_expert

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8


def together(*works):
    """Each in a thread of its own, all starting at once; what they raised."""
    gate, raised = threading.Barrier(len(works)), []

    def run(work):
        try:
            gate.wait(PATIENCE)
            for number in range(1, ROUNDS + 1):
                work(number)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test is to see it
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 2)
    return raised


def test_each_keeps_what_they_changed():
    expert = an_expert(title="Torch coach")
    page, refused = address(Expert, "change", expert.pk), []
    clients = {field: staff_on(Client()) for field in ("title", "bio")}

    def staff(field):
        def save(number):
            answer = clients[field].post(page, as_sent(clients[field].get(page), **{field: f"{field} {number}"}))
            if answer.status_code != 302:
                refused.append(answer.context["adminform"].form.errors)
            # At once seen by whoever looks.
            assert getattr(Expert.objects.get(), field) == f"{field} {number}"

        return save

    def themselves(number):
        by_themselves(expert, cap_per_day=number, accepting=bool(number % 2))
        read = Expert.objects.get()
        assert (read.cap_per_day, read.accepting) == (number, bool(number % 2))

    assert together(staff("title"), staff("bio"), themselves) == []

    expert.refresh_from_db()
    assert refused == []
    assert (expert.title, expert.bio, expert.cap_per_day) == (f"title {ROUNDS}", f"bio {ROUNDS}", ROUNDS)
