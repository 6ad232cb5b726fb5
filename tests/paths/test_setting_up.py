"""The writer of new paths: all of it or nothing, once for a token, by whoever may."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from meetings.models import Meeting, Notice
from paths import adding, copying, program_admins, setting_up
from paths.enums import Happened, Role
from paths.models import ExtraSessions, Invitation, Membership, Path, PathEvent, Program, Theme
from paths.setting_up import Copy, NewPath
from paths.theme_lines import NewTheme
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_person,
    a_theme,
    an_admin,
    an_expert,
    at,
    join,
    leave,
)

pytestmark = pytest.mark.django_db
UTC_ZONE = ZoneInfo("UTC")


def a_plan(program, **fields):
    known = {"name": "Leading through change", "program": program and program.pk, "time_zone": UTC_ZONE}
    return NewPath(**{**known, **fields})


def create(plan, by, **fields):
    return setting_up.create(plan=plan, by=by, **{"now": NOW, "token": uuid4(), **fields})


def roles(path):
    live = Membership.objects.live().filter(path=path)
    return {(user, Role(role)) for user, role in live.values_list("user__email", "role")}


def counted():
    return {each.__name__: each.objects.count() for each in (Path, Program, Theme, Membership, User, Notice, PathEvent)}


@pytest.fixture
def source():
    return a_path(sessions_per_participant=6)


@pytest.fixture
def ruth(source):
    return an_admin(source, "Ruth", email="ruth@example.com")


@pytest.fixture
def staff():
    return a_person("Sam", email="sam@example.com", is_staff=True, is_superuser=True)


def test_an_admin_makes_a_draft_of_which_they_are_the_admin(source, ruth):
    plan = a_plan(
        source.program,
        opens_on=date(2026, 12, 3),
        closes_on=date(2027, 3, 31),
        sessions=6,
        time_zone=ZoneInfo("Europe/Stockholm"),
        themes=(NewTheme("Saying no", 30), NewTheme("My next step", 60)),
        experts=tuple(adding.read("helen@torch.example")),
    )
    path = create(plan, ruth)

    assert (path.name, path.program, path.opened_at) == ("Leading through change", source.program, None)
    assert (path.opens_on, path.closes_on) == (date(2026, 12, 3), date(2027, 3, 31))
    assert (path.sessions_per_participant, str(path.time_zone)) == (6, "Europe/Stockholm")
    assert roles(path) == {("ruth@example.com", Role.ADMIN), ("helen@torch.example", Role.EXPERT)}
    assert list(path.themes.values_list("name", "duration_minutes", "experts__user__email")) == [
        ("Saying no", 30, "helen@torch.example"),
        ("My next step", 60, "helen@torch.example"),
    ]
    assert list(Notice.objects.values_list("address", "kind")) == [("helen@torch.example", "invited")]
    assert list(path.events.order_by("pk").values_list("what", "about__email")) == [
        (Happened.CREATED, None),
        (Happened.ADDED, "ruth@example.com"),
        (Happened.INVITED, "helen@torch.example"),
    ]


def test_what_a_copy_takes_over_and_what_not(source, ruth):
    helen, oliver, gone = (an_expert(source, name=name) for name in ("Helen", "Oliver", "Gone"))
    feedback = a_theme(source, helen, oliver, gone, minutes=45, name="Feedback", description="What to say", position=2)
    a_theme(source, helen, minutes=60, name="Next step", position=1)
    a_theme(source, helen, name="Old", retired_at=NOW)
    maya = a_participant(source, "Maya")
    left, off = a_participant(source, "Left"), a_participant(source, "Off")
    leave(left, source)
    leave(gone.user, source)
    User.objects.filter(pk=off.pk).update(is_active=False)
    a_meeting(source, helen.user, maya, at(9))
    ExtraSessions.objects.create(path=source, user=maya, number=2, by=ruth, at=NOW, token=uuid4())
    settings = {
        "description": "For everybody who leads",
        "time_zone": ZoneInfo("Asia/Kolkata"),
        "language": "de",
        "start_interval_minutes": 15,
        "notice_minutes": 77,
        "horizon_days": 33,
        "change_until_minutes": 99,
        "sessions_per_participant": 6,
        "sessions_per_month": 2,
        "sessions_at_once": 3,
        "most_moves": 4,
        "last_call_days": 5,
        "no_shows_allowed": 2,
    }
    Path.objects.filter(pk=source.pk).update(**settings, opens_on=date(2020, 1, 1), closed_at=NOW)
    path = create(a_plan(source.program, name="Spring", copy=Copy(source=source.pk, participants=True)), ruth)

    made = Path.objects.get(pk=path.pk)
    assert {name: getattr(made, name) for name in settings} == settings
    assert (made.opens_on, made.closes_on, made.opened_at, made.closed_at) == (None, None, None, None)
    assert roles(path) == {
        (ruth.email, Role.ADMIN),
        (helen.user.email, Role.EXPERT),
        (oliver.user.email, Role.EXPERT),
        (maya.email, Role.PARTICIPANT),
    }
    themes = Theme.objects.filter(path=path)
    assert list(themes.values_list("name", "description", "duration_minutes", "position")) == [
        ("Next step", "", 60, 1),
        ("Feedback", "What to say", 45, 2),
    ]
    assert set(themes.get(name="Feedback").experts.all()) == {helen, oliver}
    assert set(feedback.experts.all()) == {helen, oliver, gone}
    assert not Meeting.objects.filter(path=path).exists()
    assert not ExtraSessions.objects.filter(path=path).exists()
    # Experts hear of it at once, participants when it is opened.
    assert set(Notice.objects.values_list("user", flat=True)) == {helen.user_id, oliver.user_id}
    assert not Invitation.objects.filter(user=maya).exists()
    created = path.events.get(what=Happened.CREATED)
    assert (created.facts, created.words.text) == ({"source": str(source.pk)}, source.name)


def test_each_column_of_a_path_is_copied_or_begins_anew():
    begins_anew = {"id", "program", "name", "opens_on", "closes_on", "room_kind", "opened_at", "closed_at"}

    assert {field.name for field in Path._meta.concrete_fields} == {*copying.SETTINGS, *begins_anew}
    assert begins_anew.isdisjoint(copying.SETTINGS)


@pytest.mark.parametrize(
    ("copy", "themes", "sessions", "people"),
    [
        ({"settings": True, "experts": False, "participants": False}, [("Feedback", 0)], 6, set()),
        ({"settings": False, "experts": True, "participants": False}, [], None, {Role.EXPERT}),
        ({"settings": False, "experts": False, "participants": True}, [], None, {Role.PARTICIPANT}),
        ({"settings": True, "experts": True, "participants": False}, [("Feedback", 1)], 6, {Role.EXPERT}),
    ],
)
def test_only_what_is_ticked_comes_along(source, ruth, copy, themes, sessions, people):
    a_theme(source, an_expert(source), name="Feedback")
    a_participant(source)
    path = create(a_plan(source.program, copy=Copy(source=source.pk, **copy)), ruth)

    assert [(theme.name, theme.experts.count()) for theme in path.themes.all()] == themes
    assert path.sessions_per_participant == sessions
    assert {role for _email, role in roles(path)} == people | {Role.ADMIN}


def test_a_copy_may_have_another_number_of_sessions(source, ruth):
    path = create(a_plan(source.program, sessions=9, copy=Copy(source=source.pk)), ruth)

    assert path.sessions_per_participant == 9


def test_the_same_token_twice_is_the_same_path(source, ruth):
    token = uuid4()
    plan = a_plan(source.program, experts=tuple(adding.read("helen@torch.example")))
    first = create(plan, ruth, token=token)
    before = counted()

    assert create(plan, ruth, token=token) == first
    assert counted() == before
    # Somebody else's token is somebody else's path.
    other = an_admin(source, "Omar")
    assert create(a_plan(source.program, name="Other"), other, token=token) != first


def test_the_programs_admins_are_its_admins(source, ruth, staff):
    omar = a_person("Omar")
    program_admins.appoint(program=source.program, user=omar, by=staff, now=NOW)
    path = create(a_plan(source.program), ruth)

    assert roles(path) == {(ruth.email, Role.ADMIN), (omar.email, Role.ADMIN)}
    assert Membership.objects.get(path=path, user=omar).through is not None
    # And one of them makes paths by that alone.
    path = create(a_plan(source.program, name="Other"), omar)
    assert roles(path) == {(omar.email, Role.ADMIN)}


def test_staff_make_a_program_with_a_path_and_name_its_admin(staff):
    path = create(a_plan(None, new_program="Drop-in sessions", admin="ruth@new.example"), staff)

    assert path.program.name == "Drop-in sessions"
    assert roles(path) == {("ruth@new.example", Role.ADMIN)}
    assert list(Notice.objects.values_list("address", "kind")) == [("ruth@new.example", "invited")]


def test_staff_may_name_themselves_and_an_admin_who_is_an_expert(staff):
    path = create(a_plan(None, new_program="One", admin=staff.email), staff)
    assert roles(path) == {(staff.email, Role.ADMIN)}

    plan = a_plan(path.program, name="Two", admin="eva@new.example", experts=tuple(adding.read("eva@new.example")))
    path = create(plan, staff)
    assert roles(path) == {("eva@new.example", Role.ADMIN), ("eva@new.example", Role.EXPERT)}


def faults_of(plan, by):
    before = counted()
    with pytest.raises(setting_up.NewPathFaults) as caught:
        create(plan, by)
    assert counted() == before
    return caught.value.faults


def test_all_faults_are_told_at_once_and_nothing_is_made(source, ruth):
    off = a_person("Off", email="off@example.com", is_active=False)
    plan = a_plan(
        source.program,
        name=source.name.upper(),
        experts=tuple(adding.read(f"new@example.com\n{off.email}")),
        copy=Copy(source=a_path().pk),
    )

    assert faults_of(plan, ruth) == [
        ("name", "A path of this program has this name and these dates already."),
        ("source", "You are not an admin of this path, or no longer. Choose another one."),
        ("experts", "Line 2 of the experts: off@example.com can’t be added. Ask the people who run Everwise."),
    ]


def test_a_name_with_other_dates_is_free(source, ruth):
    assert create(a_plan(source.program, name=source.name, opens_on=date(2027, 1, 1)), ruth)


def test_a_path_without_anybody_to_run_it_is_not_made(source, staff):
    wanted = "Type the e-mail address of whoever looks after this path."
    assert faults_of(a_plan(None, new_program="New"), staff) == [("admin", wanted)]
    assert faults_of(a_plan(source.program), staff) == [("admin", wanted)]
    off = a_person("Off", email="off@example.com", is_active=False)
    assert faults_of(a_plan(source.program, admin=off.email), staff) == [
        ("admin", "off@example.com has been deactivated.")
    ]
    program_admins.appoint(program=source.program, user=a_person(), by=staff, now=NOW)
    assert create(a_plan(source.program), staff)


def test_a_new_program_needs_a_name_of_its_own(source, staff):
    assert faults_of(a_plan(None, new_program=source.program.name.lower(), admin="a@new.example"), staff) == [
        ("new_program", "There is a program of this name. Choose it from the list.")
    ]


def a_staff_with(*permissions):
    user = a_person(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


# Who makes a path in a program of theirs, elsewhere, in a new program, and names somebody else its admin.
RIGHTS = {
    "admin of a path": (True, False, False, False),
    "admin who has left": (False, False, False, False),
    "admin switched off": (False, False, False, False),
    "expert": (False, False, False, False),
    "participant": (False, False, False, False),
    "staff": (True, True, True, True),
    "staff who may add paths": (True, True, False, True),
    "staff who may not": (False, False, False, False),
}


@pytest.mark.parametrize("who", RIGHTS)
def test_who_may(source, who):
    match who:
        case "admin of a path":
            by = an_admin(source)
        case "admin who has left":
            by = an_admin(source)
            leave(by, source)
        case "admin switched off":
            by = an_admin(source)
            User.objects.filter(pk=by.pk).update(is_active=False)
        case "expert":
            by = an_expert(source).user
        case "participant":
            by = a_participant(source)
        case "staff":
            by = a_person(is_staff=True, is_superuser=True)
        case "staff who may add paths":
            by = a_staff_with("add_path")
        case _:
            by = a_staff_with("change_path")
    other = a_path().program
    named = {"admin": "ruth@new.example"} if by.is_staff else {}
    plans = (
        a_plan(source.program, name="One", **named),
        a_plan(other, name="Two", **named),
        a_plan(None, new_program="New", name="Three", **named),
        a_plan(source.program, name="Four", admin="else@new.example"),
    )

    def may(plan):
        before = counted()
        try:
            create(plan, by)
        except setting_up.SettingUpRefused:
            assert counted() == before
            return False
        return True

    assert tuple(may(plan) for plan in plans) == RIGHTS[who]


def test_only_who_is_an_admin_of_the_source_copies_it(source, ruth):
    theirs = a_path(program=source.program)
    a_participant(theirs)
    copy = Copy(source=theirs.pk, participants=True)
    for role in (None, Role.EXPERT):
        if role:
            join(ruth, theirs, role)
        assert [field for field, _text in faults_of(a_plan(source.program, copy=copy), ruth)] == ["source"]
    join(ruth, theirs, Role.ADMIN)
    path = create(a_plan(source.program, copy=copy), ruth)
    assert {role for _email, role in roles(path)} == {Role.ADMIN, Role.EXPERT, Role.PARTICIPANT}


def test_an_unknown_source_and_program_are_refused(source, ruth):
    assert [field for field, _text in faults_of(a_plan(source.program, copy=Copy(source=UUID(int=7))), ruth)] == [
        "source"
    ]
    with pytest.raises(setting_up.SettingUpRefused):
        create(replace(a_plan(source.program), program=2**40), ruth)


def test_as_many_queries_for_many_participants(source, ruth):
    def number(name):
        plan = a_plan(source.program, name=name, copy=Copy(source=source.pk, participants=True))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            path = create(plan, ruth)
        return len(seen), Membership.objects.filter(path=path, role=Role.PARTICIPANT).count()

    a_participant(source)
    few, one = number("One")
    for _ in range(40):
        a_participant(source)
    many, all_of_them = number("Many")
    assert (one, all_of_them) == (1, 41)
    assert many == few
