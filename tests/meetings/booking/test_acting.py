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
    a_meeting,
    a_participant,
    a_path,
    a_person,
    a_theme,
    add,
    an_admin,
    an_expert,
    at,
    book,
    leave,
)

pytestmark = pytest.mark.django_db


class World:
    def __init__(self):
        self.path = a_path()
        self.eva, self.ines = an_expert(self.path), an_expert(self.path)
        self.theme = a_theme(self.path, self.eva, self.ines)
        self.pia, self.admin = a_participant(self.path), an_admin(self.path)
        self.session = book(self.theme, self.pia, at(10), expert=self.eva)
        self.lost = book(self.theme, self.pia, at(11), expert=self.eva)
        booking.cancel(meeting=self.lost, by=self.eva.user, now=NOW)
        self.talk = a_meeting(self.path, self.eva.user, self.pia, at(15))
        self.over = a_meeting(self.path, self.eva.user, self.pia, at(9, day=-1))
        self.plan = booking.MeetingPlan(
            "Talk", at(13), at(14), experts=(self.eva.user,), participants=(self.pia,), organizer=self.pia
        )

    def change(self, writer, meeting, by, **more):
        return partial(writer, meeting=meeting, by=by, now=NOW, **more)

    def calls(self):
        marked = {"token": uuid4(), "sequence": 0}
        return {
            "schedule": (self.admin, partial(book, self.theme, self.pia, at(12), by=self.admin)),
            "schedule-named": (self.admin, partial(book, self.theme, self.pia, at(12), by=self.admin, expert=self.eva)),
            "schedule-own": (self.pia, partial(book, self.theme, self.pia, at(12))),
            "reschedule": (
                self.admin,
                self.change(booking.reschedule, self.session, self.admin, start=at(12), token=uuid4()),
            ),
            "cancel": (self.admin, self.change(booking.cancel, self.session, self.admin)),
            "rescue": (self.pia, self.change(booking.rescue, self.lost, self.pia, token=uuid4())),
            "note": (self.pia, self.change(booking.change_note, self.session, self.pia, note="New")),
            "add": (self.admin, partial(add, self.path, self.plan, self.admin)),
            "edit": (self.admin, self.change(booking.edit, self.talk, self.admin, plan=self.plan, **marked)),
            "hand over": (
                self.admin,
                self.change(booking.hand_over, self.talk, self.admin, to=self.eva.user, **marked),
            ),
            "delete": (self.admin, self.change(booking.delete, self.talk, self.admin, **marked)),
            "outcome": (
                self.admin,
                self.change(
                    booking.mark_outcome, self.over, self.admin, outcome=Status.HELD, was="scheduled", token=uuid4()
                ),
            ),
            "own note": (
                self.pia,
                self.change(feedback.write_note, self.over, self.pia, shared=False, text="New", seen=""),
            ),
            "rating": (self.pia, self.change(feedback.rate, self.over, self.pia, stars=5, comment="", seen="")),
            "add a member": (
                self.admin,
                partial(enrolment.add, path=self.path, user=a_person(), role=Role.PARTICIPANT, by=self.admin, now=NOW),
            ),
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
def test_control_acts_while_nothing_is_lost(writer):
    _, call = World().calls()[writer]

    call()


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_right_lost_at_the_last_moment_is_refused(writer, loss, monkeypatch):
    world = World()
    who, call = world.calls()[writer]
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
