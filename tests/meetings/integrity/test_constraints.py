"""Tries to break each rule of the database through raw SQL, where no Python of ours can help."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from experts.models import BusyTime
from meetings.enums import Kind
from meetings.integrity import overlap
from meetings.models import Attendee
from paths.enums import Role
from paths.models import Membership
from tests.scene import NOW, a_meeting, a_participant, a_person, a_theme, an_expert, at

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def first(path):
    """The row of a participant who is busy from 10:00 to 10:30."""
    return _row_of_participant(path, a_participant(path), at(10))


@pytest.fixture
def second(path, first):
    """Another row of the same person, from 12:00 to 12:30."""
    return _row_of_participant(path, first.user, at(12))


def _row_of_participant(path, participant, start):
    meeting = a_meeting(path, an_expert(path).user, participant, start)
    return meeting.attendees.get(user=participant)


def set_raw(row, **values):
    """UPDATE one row of a model, past every save() and every field but the adaption of values."""
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} = %s" for name in values)
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {columns} WHERE id = %s",
            [*(_adapt(value) for value in values.values()), _adapt(row.pk)],
        )


def insert_raw(model, **values):
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(values)}) VALUES ({marks})",
            [_adapt(value) for value in values.values()],
        )


def _adapt(value):
    if hasattr(value, "tzinfo"):
        return connection.ops.adapt_datetimefield_value(value)
    if hasattr(value, "hex") and not isinstance(value, int | float):
        return value.hex if connection.vendor == "sqlite" else value
    return value


def insert_attendee(like, start, end, *, live=True):
    """Put the person of a row into a further meeting, at these times."""
    other = a_meeting(like.meeting.path, an_expert().user, a_person("Paul"), start)
    insert_raw(
        Attendee,
        meeting_id=other.pk,
        user_id=like.user_id,
        role="participant",
        starts_at=start,
        ends_at=end,
        live=live,
        added_at=NOW,
    )


TOUCHING = [
    pytest.param(at(10), at(10, 30), id="the same time"),
    pytest.param(at(10, 15), at(10, 45), id="the end"),
    pytest.param(at(9, 45), at(10, 15), id="the beginning"),
    pytest.param(at(9), at(11), id="all of it"),
    pytest.param(at(10, 10), at(10, 20), id="the middle"),
    pytest.param(at(9, 30), at(10) + MICROSECOND, id="the first microsecond"),
    pytest.param(at(10, 30) - MICROSECOND, at(11), id="the last microsecond"),
]
FREE = [
    pytest.param(at(9, 30), at(10), id="back to back before"),
    pytest.param(at(10, 30), at(11), id="back to back after"),
    pytest.param(at(9, 30), at(10) - MICROSECOND, id="a microsecond before"),
    pytest.param(at(10, 30) + MICROSECOND, at(11), id="a microsecond after"),
    pytest.param(at(10, day=2), at(10, 30, day=2), id="another day"),
]


@pytest.mark.parametrize(("start", "end"), TOUCHING)
def test_overlap_insert_is_refused(first, start, end):
    with pytest.raises(IntegrityError, match=overlap.RULE):
        insert_attendee(first, start, end)


@pytest.mark.parametrize(("start", "end"), TOUCHING)
def test_overlap_update_is_refused(first, second, start, end):
    with pytest.raises(IntegrityError, match=overlap.RULE):
        set_raw(second, starts_at=start, ends_at=end)


@pytest.mark.parametrize(("start", "end"), FREE)
def test_overlap_free_time_is_allowed(first, second, start, end):
    insert_attendee(first, start, end)
    Attendee.objects.filter(user=first.user).exclude(pk__in=[first.pk, second.pk]).update(live=False)
    set_raw(second, starts_at=start, ends_at=end)

    second.refresh_from_db()
    assert (second.starts_at, second.ends_at) == (start, end)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite stores times as texts")
def test_overlap_text_with_and_without_fraction_is_one_instant(first):
    """A whole second may be stored with or without a fraction; both mean the same."""
    with connection.cursor() as cursor:
        text = at(10, 30).strftime("%F %T.000000")
        cursor.execute("UPDATE meetings_attendee SET ends_at = %s WHERE id = %s", [text, first.pk])

    insert_attendee(first, at(10, 30), at(11))


def test_overlap_by_another_person_is_allowed(first):
    insert_raw(
        Attendee,
        meeting_id=a_meeting(first.meeting.path, an_expert().user, a_person(), at(10)).pk,
        user_id=a_person().pk,
        role="participant",
        starts_at=at(10),
        ends_at=at(10, 30),
        live=True,
        added_at=NOW,
    )


def test_overlap_update_of_the_person_is_refused(first):
    other = _row_of_participant(first.meeting.path, a_participant(first.meeting.path), at(10))

    with pytest.raises(IntegrityError, match=overlap.RULE):
        set_raw(other, user_id=first.user_id)


def test_overlap_dead_rows_are_ignored(first, second):
    set_raw(first, live=False)
    set_raw(second, starts_at=at(10), ends_at=at(10, 30))
    insert_attendee(first, at(10), at(10, 30), live=False)


def test_overlap_revival_of_a_dead_row_is_refused(first, second):
    set_raw(first, live=False)
    set_raw(second, starts_at=at(10), ends_at=at(10, 30))

    with pytest.raises(IntegrityError, match=overlap.RULE):
        set_raw(first, live=True)


def test_overlap_rule_comes_back_after_it_was_lost(first, second):
    """As when SQLite drops a table's triggers because a migration remakes the table."""
    # PostgreSQL alters no table on which foreign keys are still to be checked.
    connection.check_constraints()
    overlap.IN_MEETINGS.drop(connection)
    assert overlap.IN_MEETINGS.exists(connection) is False

    overlap.IN_MEETINGS.ensure(using="default")

    assert overlap.IN_MEETINGS.exists(connection) is True
    with pytest.raises(IntegrityError, match=overlap.RULE):
        set_raw(second, starts_at=at(10), ends_at=at(10, 30))


def test_overlap_rule_lost_lets_everything_through(first, second):
    """The control: it is this rule, and nothing beside it, that refuses."""
    connection.check_constraints()
    overlap.IN_MEETINGS.drop(connection)

    set_raw(second, starts_at=at(10), ends_at=at(10, 30))

    assert Attendee.objects.filter(user=first.user, starts_at=at(10)).count() == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite remakes tables")
@pytest.mark.django_db(transaction=True)
def test_overlap_rule_survives_a_remake_and_the_next_migrate():
    with connection.schema_editor() as editor:
        editor._remake_table(Attendee)
    assert overlap.IN_MEETINGS.exists(connection) is False

    call_command("migrate", verbosity=0)

    assert overlap.IN_MEETINGS.exists(connection) is True


def test_overlap_rule_made_twice_is_one():
    overlap.IN_MEETINGS.ensure(using="default")
    overlap.IN_MEETINGS.ensure(using="default")

    assert overlap.IN_MEETINGS.exists(connection) is True


@pytest.mark.parametrize("end", [at(9), at(10)])
def test_attendee_end_not_after_start_is_refused(first, end):
    with pytest.raises(DatabaseError):
        set_raw(first, ends_at=end)


@pytest.mark.parametrize("end", [at(9), at(10)])
def test_meeting_end_not_after_start_is_refused(first, end):
    with pytest.raises(IntegrityError, match="meeting_ends_after_start"):
        set_raw(first.meeting, ends_at=end)


@pytest.mark.parametrize("end", [at(9), at(10)])
def test_busy_time_end_not_after_start_is_refused(path, end):
    busy = BusyTime.objects.create(expert=an_expert(path), starts_at=at(10), ends_at=at(11))

    with pytest.raises(IntegrityError, match="busy_ends_after_start"):
        set_raw(busy, ends_at=end)


@pytest.mark.parametrize("column", ["organizer_id", "created_by_id", "kind", "status", "path_id", "starts_at"])
def test_meeting_without_what_it_needs_is_refused(first, column):
    with pytest.raises(IntegrityError, match=column):
        set_raw(first.meeting, **{column: None})


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"kind": "other"}, "meeting_kind_known"),
        ({"kind": ""}, "meeting_kind_known"),
        ({"status": "gone"}, "meeting_status_known"),
        ({"kind": "dropin"}, "dropin_has_theme"),
        ({"status": "cancelled"}, "dropin_cancelled_adhoc_deleted"),
    ],
)
def test_meeting_word_that_does_not_fit_is_refused(first, values, rule):
    with pytest.raises(IntegrityError, match=rule):
        set_raw(first.meeting, **values)


def test_dropin_deleted_is_refused(path):
    expert = an_expert(path)
    theme = a_theme(path, expert)
    meeting = a_meeting(path, expert.user, a_participant(path), at(10), kind=Kind.DROP_IN, theme=theme)

    with pytest.raises(IntegrityError, match="dropin_cancelled_adhoc_deleted"):
        set_raw(meeting, status="deleted")


def test_attendee_as_admin_is_refused(first):
    with pytest.raises(IntegrityError, match="attendee_role_known"):
        set_raw(first, role="admin")


def test_attendee_twice_in_one_meeting_is_refused(first):
    with pytest.raises(IntegrityError):
        insert_raw(
            Attendee,
            meeting_id=first.meeting_id,
            user_id=first.user_id,
            role="participant",
            starts_at=at(15),
            ends_at=at(16),
            live=False,
            added_at=NOW,
        )


def test_membership_twice_in_one_role_is_refused(path):
    user = a_participant(path)

    with pytest.raises(IntegrityError):
        _insert_membership(path, user, "participant")


def test_membership_as_expert_and_participant_is_refused(path):
    user = a_participant(path)

    with pytest.raises(IntegrityError):
        _insert_membership(path, user, "expert")


def test_membership_in_an_unknown_role_is_refused(path):
    with pytest.raises(IntegrityError, match="membership_role_known"):
        _insert_membership(path, a_person(), "organizer")


def test_membership_as_admin_beside_another_role_is_allowed(path):
    user = a_participant(path)

    _insert_membership(path, user, "admin")

    assert user.memberships.live().count() == 2


def test_membership_ended_leaves_room_for_another(path):
    user = a_participant(path)
    set_raw(user.memberships.get(), ended_at=NOW)

    _insert_membership(path, user, Role.EXPERT.value)
    set_raw(user.memberships.live().get(), ended_at=NOW)
    _insert_membership(path, user, "participant")

    assert user.memberships.count() == 3


def _insert_membership(path, user, role):
    insert_raw(Membership, path_id=path.pk, user_id=user.pk, role=role, started_at=NOW)


def test_event_twice_from_one_form_is_refused(first):
    token = uuid4()
    first.meeting.events.create(happening="booked", by=first.user, at=NOW, sequence=0, token=token)

    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        first.meeting.events.create(happening="rescheduled", by=first.user, at=NOW, sequence=1, token=token)
    first.meeting.events.create(happening="rescheduled", by=a_person(), at=NOW, sequence=1, token=token)

    assert first.meeting.events.count() == 2
