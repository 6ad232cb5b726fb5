"""The history of a meeting is only ever added to, save that what somebody wrote can be emptied."""

import pytest
from django.db import DatabaseError, connection, transaction

from everwise.accounts.authentication_event import LOG
from meetings.integrity.append_only import HISTORY
from meetings.integrity.invariants import count_broken
from meetings.models import MeetingEvent
from tests.rewriting import rewriting
from tests.scene import NOW, a_meeting, a_participant, a_path, a_person, an_expert, at

pytestmark = pytest.mark.django_db
RULE = "missing rule that meetings' history is only added to"
COLUMNS = [field.column for field in MeetingEvent._meta.concrete_fields if field.name not in {"id", "message"}]
OTHER = {
    "meeting_id": lambda event: a_meeting(event.meeting.path, a_person(), a_person(), at(15)).pk,
    "happening": lambda event: "deleted",
    "by_id": lambda event: a_person().pk,
    "at": lambda event: at(3),
    "sequence": lambda event: 7,
    "token": lambda event: event.meeting_id,
    "facts": lambda event: {"title": "Other"},
}


@pytest.fixture
def event():
    path = a_path()
    pia = a_participant(path)
    meeting = a_meeting(path, an_expert(path).user, pia, at(10))
    return MeetingEvent.objects.create(
        meeting=meeting, happening="booked", by=pia, at=NOW, sequence=0, facts={}, message="Sorry."
    )


def attempt(change):
    """What the database refuses it by; empty where it takes it."""
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return HISTORY.name if HISTORY.name in str(error) else str(error)
    return ""


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_can_be_changed(event, column):
    field = MeetingEvent._meta.get_field(column.removesuffix("_id"))
    value = OTHER[column](event)

    def change():
        MeetingEvent.objects.filter(pk=event.pk).update(**{field.attname: value})

    assert attempt(change) == HISTORY.name
    with rewriting():
        assert attempt(change) == ""


def test_no_line_can_be_removed(event):
    def remove():
        MeetingEvent.objects.filter(pk=event.pk).delete()

    assert attempt(remove) == HISTORY.name
    with rewriting():
        assert attempt(remove) == ""


def test_words_can_be_emptied_and_nothing_else(event):
    rows = MeetingEvent.objects.filter(pk=event.pk)

    assert attempt(lambda: rows.update(message="Never said.")) == HISTORY.name
    assert attempt(lambda: rows.update(message="", sequence=7)) == HISTORY.name
    assert rows.get().message == "Sorry."
    assert attempt(lambda: rows.update(message="")) == ""
    assert rows.get().message == ""


def test_missing_rule_is_counted_and_made_again(event):
    assert count_broken(NOW)[RULE] == 0
    with rewriting():
        assert count_broken(NOW)[RULE] == 1

    HISTORY.make(connection)
    assert count_broken(NOW)[RULE] == 0


def test_missing_rule_of_the_log_of_sign_ins_is_told():
    rule = "missing rule that the log of sign-ins is only added to"
    assert count_broken(NOW)[rule] == 0

    LOG.drop(connection)
    assert count_broken(NOW)[rule] == 1

    LOG.make(connection)
    assert count_broken(NOW)[rule] == 0
