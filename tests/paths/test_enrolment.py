"""Who joins a path in which role, who may say so, and when somebody may leave."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experts.models import Expert
from paths import enrolment
from paths.enums import Role
from paths.models import Membership
from tests.scene import NOW, a_dropin, a_path, a_person, a_theme, an_admin, an_expert, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def admin(path):
    return an_admin(path)


@pytest.fixture
def person():
    return a_person("Pia Holm", time_zone="Asia/Tokyo")


def test_add_makes_live_membership(path, admin, person):
    membership = enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW)

    assert Membership.objects.live().get(user=person) == membership
    assert (membership.path, membership.role, membership.started_at) == (path, Role.PARTICIPANT, NOW)
    assert not Expert.objects.exists()


def test_add_expert_gives_profile_in_their_zone(path, admin, person):
    enrolment.add(path=path, user=person, role=Role.EXPERT, by=admin, now=NOW)

    assert str(Expert.objects.get(user=person).time_zone) == "Asia/Tokyo"


def test_add_expert_keeps_profile_that_is_there(path, admin, person):
    Expert.objects.create(user=person, title="Torch coach", time_zone="Europe/London")

    enrolment.add(path=path, user=person, role=Role.EXPERT, by=admin, now=NOW)

    assert Expert.objects.get(user=person).title == "Torch coach"


def test_add_same_role_twice_is_refused(path, admin, person):
    enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW)

    with pytest.raises(enrolment.AlreadyOnPath, match="Pia Holm is already a participant on this path"):
        enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW)

    assert Membership.objects.filter(user=person).count() == 1


@pytest.mark.parametrize(("first", "second"), [(Role.EXPERT, Role.PARTICIPANT), (Role.PARTICIPANT, Role.EXPERT)])
def test_add_expert_and_participant_of_one_path_is_refused(path, admin, person, first, second):
    enrolment.add(path=path, user=person, role=first, by=admin, now=NOW)

    with pytest.raises(enrolment.RolesClash, match="nobody can be both expert and participant"):
        enrolment.add(path=path, user=person, role=second, by=admin, now=NOW)

    assert list(Membership.objects.filter(user=person).values_list("role", flat=True)) == [first]
    assert Expert.objects.filter(user=person).exists() == (first == Role.EXPERT)


@pytest.mark.parametrize("other", [Role.EXPERT, Role.PARTICIPANT])
def test_add_admin_combines_with_any_role(path, admin, person, other):
    enrolment.add(path=path, user=person, role=other, by=admin, now=NOW)

    enrolment.add(path=path, user=person, role=Role.ADMIN, by=admin, now=NOW)

    assert Membership.objects.live().filter(user=person).count() == 2


def test_add_other_role_on_another_path_is_allowed(path, admin, person):
    join(person, a_path(), Role.EXPERT)

    enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW)

    assert Membership.objects.live().filter(user=person).count() == 2


def test_add_after_an_end_begins_afresh(path, admin, person):
    first = enrolment.add(path=path, user=person, role=Role.EXPERT, by=admin, now=NOW)
    enrolment.end(membership=first, by=admin, now=NOW)

    second = enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW + timedelta(days=1))

    assert first.pk != second.pk
    assert Membership.objects.live().get(user=person) == second


@pytest.mark.parametrize("role", [Role.EXPERT, Role.PARTICIPANT, None])
def test_add_by_somebody_who_is_no_admin_is_refused(path, person, role):
    by = join(a_person(), path, role).user if role else a_person(is_superuser=True)

    with pytest.raises(enrolment.EnrolmentRefused, match="Only an admin"):
        enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=by, now=NOW)

    assert not Membership.objects.filter(user=person).exists()


def test_add_by_former_admin_is_refused(path, person):
    former = join(a_person(), path, Role.ADMIN, ended_at=NOW).user

    with pytest.raises(enrolment.EnrolmentRefused):
        enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=former, now=NOW)


def test_end_keeps_the_row(path, admin, person):
    membership = enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW)

    enrolment.end(membership=membership, by=admin, now=NOW + timedelta(days=3))

    assert Membership.objects.get(user=person).ended_at == NOW + timedelta(days=3)


def test_end_twice_is_refused(path, admin, person):
    membership = enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW)
    enrolment.end(membership=membership, by=admin, now=NOW)

    with pytest.raises(enrolment.AlreadyEnded, match="no longer a participant"):
        enrolment.end(membership=membership, by=admin, now=NOW + timedelta(days=1))

    assert Membership.objects.get(user=person).ended_at == NOW


def test_end_by_somebody_who_is_no_admin_is_refused(path, admin, person):
    membership = enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW)

    with pytest.raises(enrolment.EnrolmentRefused):
        enrolment.end(membership=membership, by=person, now=NOW)

    assert Membership.objects.live().filter(user=person).exists()


@pytest.fixture
def joined(path, person):
    return join(person, path, Role.PARTICIPANT)


def a_session(path, person, *, days, **fields):
    return a_dropin(a_theme(path), person, an_expert(path), NOW + timedelta(days=days), **fields)


@pytest.mark.parametrize(
    ("days", "words"), [([1], "Pia Holm has 1 upcoming meeting on"), ([1, 2], "Pia Holm has 2 upcoming meetings on")]
)
def test_end_with_upcoming_meetings_is_refused(path, admin, person, joined, days, words):
    for day in days:
        a_session(path, person, days=day)

    with pytest.raises(enrolment.HasMeetings, match=words):
        enrolment.end(membership=joined, by=admin, now=NOW)

    assert Membership.objects.live().filter(user=person).exists()


def test_end_of_expert_with_upcoming_meeting_is_refused(path, admin, person, joined):
    meeting = a_session(path, person, days=1)
    expert = Membership.objects.get(path=path, role=Role.EXPERT)

    with pytest.raises(enrolment.HasMeetings):
        enrolment.end(membership=expert, by=admin, now=NOW)
    enrolment.end(membership=expert, by=admin, now=meeting.starts_at)

    assert not Membership.objects.live().filter(role=Role.EXPERT).exists()


def test_end_minds_only_meetings_that_it_would_lose(path, admin, person, joined):
    a_session(path, person, days=-1, status="held")
    a_session(path, person, days=1, status="cancelled")
    a_session(a_path(), person, days=2)

    enrolment.end(membership=joined, by=admin, now=NOW)

    assert not Membership.objects.live().filter(user=person).exists()


def test_end_of_admin_leaves_their_sessions_as_participant(path, admin, person, joined):
    a_session(path, person, days=1)
    as_admin = enrolment.add(path=path, user=person, role=Role.ADMIN, by=admin, now=NOW)

    enrolment.end(membership=as_admin, by=admin, now=NOW)

    assert Membership.objects.live().get(user=person) == joined


@pytest.mark.postgres
def test_add_locks_the_person(path, admin, person):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        enrolment.add(path=path, user=person, role=Role.PARTICIPANT, by=admin, now=NOW)

    assert any("FOR NO KEY UPDATE" in query["sql"] for query in queries)


def test_end_of_the_last_admin_is_refused(path, admin):
    own = Membership.objects.get(user=admin)
    with pytest.raises(enrolment.LastAdmin, match="is the only admin of this path"):
        enrolment.end(membership=own, by=admin, now=NOW)

    an_admin(path)
    assert enrolment.end(membership=own, by=admin, now=NOW).ended_at == NOW


def test_end_of_an_organizer_is_refused_unless_they_keep_another_role(path, admin):
    other, expert = an_admin(path), an_expert(path)
    meeting = a_dropin(
        a_theme(path, expert), join(a_person(), path, Role.PARTICIPANT).user, expert, NOW + timedelta(days=1)
    )
    type(meeting).objects.filter(pk=meeting.pk).update(organizer=other)
    own = Membership.objects.get(user=other)
    with pytest.raises(enrolment.HasMeetings):
        enrolment.end(membership=own, by=admin, now=NOW)

    join(other, path, Role.PARTICIPANT)
    assert enrolment.end(membership=own, by=admin, now=NOW).ended_at == NOW
