"""The history of a path is only ever added to; what people write lies beside it."""

import pytest
from django.db import DatabaseError, connection, transaction

from meetings.integrity.invariants import count_broken
from paths import history
from paths.append_only import HISTORY
from paths.enums import Happened, Via
from paths.models import PathEvent, PathEventText
from tests.scene import NOW, a_participant, a_path, an_admin

pytestmark = pytest.mark.django_db
RULE = "missing rule that history is only added to"


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def admin(path):
    return an_admin(path)


@pytest.fixture
def person(path):
    return a_participant(path)


@pytest.fixture
def event(path, admin, person):
    return history.write(
        path=path,
        what=Happened.EXTRA_SESSIONS,
        by=admin,
        now=NOW,
        about=person,
        facts={"number": 2},
        text="Returning from leave.",
    )


def test_line_says_who_did_what_to_whom_and_from_where(path, admin, person, event):
    found = PathEvent.objects.select_related("words").get()

    assert (found.path, found.by, found.about, found.at) == (path, admin, person, NOW)
    assert (found.what, found.from_where, found.facts) == (Happened.EXTRA_SESSIONS, Via.WEB, {"number": 2})
    assert found.words.text == "Returning from leave."
    assert str(found) == "Extra sessions given"


def test_without_words_there_is_no_text(path, person):
    history.write(path=path, what=Happened.ADDED, by=None, now=NOW, via=Via.EVERWISE, about=person)

    assert PathEvent.objects.count() == 1
    assert not PathEventText.objects.exists()


@pytest.mark.parametrize("change", ["change", "remove"])
def test_database_refuses_to_change_or_remove_a_line(event, change):
    def attempt():
        rows = PathEvent.objects.filter(pk=event.pk)
        PathEventText.objects.filter(event=event).delete()
        rows.update(what=Happened.ADDED) if change == "change" else rows.delete()

    with pytest.raises(DatabaseError, match=HISTORY.name), transaction.atomic():
        attempt()
    assert PathEvent.objects.get().what == Happened.EXTRA_SESSIONS

    HISTORY.drop(connection)
    attempt()
    HISTORY.make(connection)
    assert not PathEvent.objects.filter(what=Happened.EXTRA_SESSIONS).exists()


def test_what_was_written_can_be_blanked(event):
    PathEventText.objects.filter(event=event).update(text="")

    assert PathEvent.objects.get().words.text == ""


def test_missing_rule_is_counted(event):
    assert count_broken(NOW)[RULE] == 0

    HISTORY.drop(connection)
    assert count_broken(NOW)[RULE] == 1

    HISTORY.make(connection)
    HISTORY.make(connection)
    assert count_broken(NOW)[RULE] == 0
