"""The writer of imports: what was shown, all of it or nothing, with an event and one e-mail for each person."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from experts.models import Expert
from meetings.booking.credits import credits_of, taken_by
from meetings.models import Notice
from paths import adding, enrolment
from paths.enums import Role, Via
from paths.importing import reading, writer
from paths.importing.writer import ChangedMeanwhile, HasProblems, Written
from paths.models import ExtraSessions, Invitation, Membership, PathEvent
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, an_expert, join, leave

pytestmark = pytest.mark.django_db


@pytest.fixture
def path():
    return a_path(sessions_per_participant=4, language="es", time_zone="Europe/Madrid", opened_at=NOW)


@pytest.fixture
def admin(path):
    return an_admin(path)


@pytest.fixture
def run(path, admin):
    def run(text, *, between=lambda: None, leaves_out=False, by=admin, token=None, **fields):
        lines = reading.read_text(text).lines
        shown = writer.made_plan(path=path, lines=lines, taken=taken_by, now=NOW).signatures
        between()
        known = {"path": path, "lines": lines, "shown": shown, "leaves_out": leaves_out, "by": by, "now": NOW}
        return writer.write(**known, token=token or uuid4(), taken=taken_by, **fields)

    return run


def written(path):
    """All that adding and importing leave behind, but ids."""
    return {
        "members": sorted(path.memberships.live().values_list("user__email", "role", "started_at")),
        "events": sorted(path.events.values_list("about__email", "what", "facts__role")),
        "invitations": sorted(
            path.invitations.values_list("user__email", "role", "sent_at", "withdrawn_at", "by"), key=str
        ),
        "mails": sorted(Notice.objects.values_list("address", "kind", "facts__role", "facts__by", "due_at"), key=str),
        "experts": sorted(Expert.objects.values_list("user__email", "time_zone"), key=str),
        "people": sorted(User.objects.values_list("email", "name", "language", "time_zone", "is_active"), key=str),
    }


def a_crowd(path, admin):
    """Somebody of every sort, and their lines."""
    join(a_person("Known", email="known@example.com"), a_path(program=path.program), Role.EXPERT)
    a_person("Elsewhere", email="elsewhere@example.com")
    back = a_participant(path, "Back", email="back@example.com")
    leave(back, path)
    User.objects.create_user("invited@example.com", name="Invited elsewhere")
    old = User.objects.create_user("old@example.com", name="Old")
    join(old, path, Role.PARTICIPANT)
    invitation = Invitation(path=path, user=old, role=Role.PARTICIPANT, by=admin)
    invitation.send_from(NOW)
    invitation.save()
    leave(old, path)
    waiting = User.objects.create_user("waiting@example.com", name="Waiting")
    join(waiting, path, Role.ADMIN)
    second = Invitation(path=path, user=waiting, role=Role.ADMIN, by=admin)
    second.send_from(NOW)
    second.save()
    names = ["new", "known", "elsewhere", "back", "invited", "old", "waiting"]
    return [f"{name}@example.com" for name in names]


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.EXPERT])
@pytest.mark.parametrize("draft", [False, True])
def test_importing_leaves_behind_what_adding_does(role, draft, run, path, admin):
    path.opened_at = None if draft else NOW
    path.save(update_fields=["opened_at"])
    addresses = a_crowd(path, admin)
    with transaction.atomic():
        adding.add_people(path=path, lines="\n".join(addresses), role=role, by=admin, now=NOW, token=uuid4())
        expected = written(path)
        transaction.set_rollback(True)

    run("email,role\n" + "".join(f"{address},{role}\n" for address in addresses))

    assert written(path) == expected
    assert len(expected["members"]) == 9
    assert set(path.events.values_list("via", flat=True)) == {Via.IMPORT}


def test_new_people_are_as_the_file_has_them(run, path):
    result = run(
        "name,email,role,time zone,sessions\nZoë Kim,ZOE@Example.com,,Europe/Berlin,6\nOmar,omar@example.com,expert,,\n"
    )

    assert result == Written(total=2, invited=2, told=0)
    zoe, omar = (User.objects.get(email=f"{name}@example.com") for name in ("zoe", "omar"))
    assert (zoe.name, zoe.language, str(zoe.time_zone), zoe.has_arrived) == ("Zoë Kim", "es", "Europe/Berlin", False)
    assert str(omar.time_zone) == str(omar.expert.time_zone) == "Europe/Madrid"
    assert credits_of(zoe, [path], now=NOW)[path.pk].total == 6
    assert list(path.events.filter(about=zoe).values_list("what", "via")) == [
        ("invited", "import"),
        ("extra-sessions", "import"),
    ]
    assert path.events.get(what="extra-sessions").facts == {"number": 2, "before": {"total": 4}, "total": 6}


def test_people_here_change_in_what_is_not_theirs(run, path, admin):
    pia = a_participant(path, "Pia", email="pia@example.com")
    invited = adding.add_people(
        path=path, lines="S. Rossi <sofia@example.com>", role=Role.PARTICIPANT, by=admin, now=NOW, token=uuid4()
    )
    mails = Notice.objects.count()
    run(
        "name,email,time zone,sessions\n"
        "Pia Other,pia@example.com,Asia/Tokyo,5\nSofia Rossi,sofia@example.com,Asia/Tokyo,\n"
    )

    sofia = User.objects.get(email="sofia@example.com")
    pia.refresh_from_db()
    assert invited.invited == 1
    assert (pia.name, str(pia.time_zone)) == ("Pia", "UTC")
    assert (sofia.name, str(sofia.time_zone)) == ("Sofia Rossi", "Asia/Tokyo")
    assert list(path.events.filter(via=Via.IMPORT).values_list("about__email", "what")) == [
        ("sofia@example.com", "described"),
        ("pia@example.com", "extra-sessions"),
    ]
    assert Notice.objects.count() == mails


def test_nobody_is_ended(run, path):
    pia = a_participant(path)
    run("email\nnew@example.com")

    assert Membership.objects.live().filter(path=path, user=pia).exists()


def test_the_same_file_twice_changes_nothing(run, path):
    text = "name,email,role,time zone,sessions\nZoë,zoe@example.com,,Europe/Berlin,6\nOmar,omar@example.com,expert,,\n"
    run(text)
    before = written(path)

    assert run(text) == Written(0, 0, 0)
    assert written(path) == before
    assert ExtraSessions.objects.count() == 1


def test_what_another_admin_did_meanwhile_is_told_and_nothing_written(run, path, admin):
    def add():
        adding.add_people(path=path, lines="a@example.com", role=Role.EXPERT, by=admin, now=NOW, token=uuid4())

    with pytest.raises(ChangedMeanwhile, match=r"1 person changed meanwhile\."):
        run("email\na@example.com\nb@example.com", between=add)

    assert not User.objects.filter(email="b@example.com").exists()
    assert not path.events.filter(via=Via.IMPORT).exists()


def test_problems_are_left_out_only_if_asked_to(run, path):
    text = "email\nbad\ngood@example.com"
    with pytest.raises(HasProblems, match="1 line has a problem"):
        run(text)
    assert not User.objects.filter(email="good@example.com").exists()

    assert run(text, leaves_out=True).total == 1


def test_only_an_admin_of_the_path_imports(run, path):
    expert = an_expert(path).user
    with pytest.raises(enrolment.EnrolmentRefused):
        run("email\na@example.com", by=expert)

    assert not User.objects.filter(email="a@example.com").exists()


def test_what_fails_at_the_end_leaves_nothing(run, path):
    def fail(_written):
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        run("email,sessions\na@example.com,6", finish=fail)

    assert not User.objects.filter(email="a@example.com").exists()
    assert not PathEvent.objects.filter(path=path).exists()
    assert not Notice.objects.exists()


def test_two_addresses_of_one_person_are_one_membership(run, path):
    pia = a_person("Pia", email="pia@example.com")
    pia.emailaddress_set.create(email="other@example.com", verified=True)

    assert run("email\npia@example.com\nother@example.com").total == 1
    assert Membership.objects.filter(path=path, user=pia).count() == 1


@pytest.mark.parametrize("opened_at", [NOW, None])
def test_statements_grow_slower_than_people(run, path, opened_at):
    path.opened_at = opened_at
    path.save(update_fields=["opened_at"])
    counts = []
    for number in (10, 400):
        text = "email,sessions\n" + "".join(f"p{number}-{each}@example.com,6\n" for each in range(number))
        with CaptureQueriesContext(connection) as queries:
            run(text)
        counts.append(len(queries))

    assert counts[1] - counts[0] < 400
