"""Whoever loses their right between the look of the page and the lock no longer acts, whatever they meant to do."""

from functools import partial
from importlib import import_module
from uuid import uuid4

import pytest

from everwise.accounts.models import User
from meetings import booking
from meetings.booking import adhoc, dropin, feedback, hold, outcome
from meetings.enums import Status
from meetings.models import Meeting, MeetingEvent
from paths import enrolment
from paths.enums import Role
from paths.models import Membership
from tests.scene import (
    NOW,
    a_person,
    add,
    at,
    book,
    leave,
)

pytestmark = pytest.mark.django_db


def change(writer, meeting, by, **more):
    return partial(writer, meeting=meeting, by=by, now=NOW, **more)


def calls(world):
    """Of each writer, who acts and what they do."""
    path, theme, pia, admin, eva = world.path, world.theme, world.pia, world.admin, world.eva
    plan = booking.MeetingPlan("Talk", at(13), at(14), experts=(eva.user,), participants=(pia,), organizer=pia)
    marked = {"token": uuid4(), "sequence": 0}
    went = {"outcome": Status.HELD, "was": "scheduled", "token": uuid4()}
    member = {"user": a_person(), "role": Role.PARTICIPANT, "by": admin, "now": NOW}
    return {
        "schedule": (admin, partial(book, theme, pia, at(12), by=admin)),
        "schedule-named": (admin, partial(book, theme, pia, at(12), by=admin, expert=eva)),
        "schedule-own": (pia, partial(book, theme, pia, at(12))),
        "reschedule": (admin, change(booking.reschedule, world.session, admin, start=at(12), token=uuid4())),
        "cancel": (admin, change(booking.cancel, world.session, admin)),
        "rescue": (pia, change(booking.rescue, world.lost, pia, token=uuid4())),
        "note": (pia, change(booking.change_note, world.session, pia, note="New")),
        "add": (admin, partial(add, path, plan, admin)),
        "edit": (admin, change(booking.edit, world.talk, admin, plan=plan, **marked)),
        "hand over": (admin, change(booking.hand_over, world.talk, admin, to=eva.user, **marked)),
        "delete": (admin, change(booking.delete, world.talk, admin, **marked)),
        "outcome": (admin, change(booking.mark_outcome, world.over, admin, **went)),
        "own note": (pia, change(feedback.write_note, world.over, pia, shared=False, text="New", seen="")),
        "rating": (pia, change(feedback.rate, world.over, pia, stars=5, comment="", seen="")),
        "add a member": (admin, partial(enrolment.add, path=path, **member)),
    }


LOSSES = {
    "left": lambda who, path: leave(who, path),
    "deactivated": lambda who, path: User.objects.filter(pk=who.pk).update(is_active=False),
}
WRITERS = [
    "schedule",
    "schedule-named",
    "schedule-own",
    "reschedule",
    "cancel",
    "rescue",
    "note",
    "add",
    "edit",
    "hand over",
    "delete",
    "outcome",
    "own note",
    "rating",
    "add a member",
]


def stored():
    return (
        list(Meeting.objects.order_by("pk").values()),
        MeetingEvent.objects.count(),
        Membership.objects.live().count(),
    )


@pytest.mark.parametrize("writer", WRITERS)
def test_control_acts_while_nothing_is_lost(world, writer):
    _, call = calls(world)[writer]

    call()


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_right_lost_at_the_last_moment_is_refused(world, writer, loss, monkeypatch):
    who, call = calls(world)[writer]
    locked = []

    def lose_and(lock):
        def first_lose(*args, **kwargs):
            if not locked:
                locked.append(True)
                LOSSES[loss](who, world.path)
            return lock(*args, **kwargs)

        return first_lose

    # Under this name the package has the function.
    rescue = import_module("meetings.booking.rescue")
    for module in (adhoc, dropin, hold, outcome, rescue, feedback):
        if hasattr(module, "lock_people"):
            monkeypatch.setattr(module, "lock_people", lose_and(module.lock_people))
    monkeypatch.setattr(hold, "fairest", lose_and(hold.fairest))
    monkeypatch.setattr(enrolment, "lock", lose_and(enrolment.lock))
    before = stored()

    with pytest.raises((booking.BookingRefused, feedback.FeedbackRefused, enrolment.EnrolmentRefused)):
        call()

    assert locked
    assert stored() == before
