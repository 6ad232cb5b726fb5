"""Admins of a program are admins of each of its paths, now and later."""

import pytest
from django.utils import timezone

from meetings.integrity.invariants import count_broken
from meetings.models import Notice
from paths import enrolment, program_admins
from paths.enums import Happened, Role
from paths.models import Invitation, Membership, Path, Program, ProgramAdmin
from tests.admin_site import address, as_sent, staff_on
from tests.scene import NOW, a_path, a_person, an_admin, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

BROKEN = "program admins who are not an admin of each path"


@pytest.fixture
def staff():
    return a_person("Sue", is_staff=True, is_superuser=True)


@pytest.fixture
def paths():
    first = a_path(name="One")
    return [first, a_path(name="Two", program=first.program)]


@pytest.fixture
def program(paths):
    return paths[0].program


@pytest.fixture
def person():
    return a_person("Ruth Abara")


def admin_of(person):
    live = Membership.objects.live().filter(user=person, role=Role.ADMIN)
    return sorted(live.values_list("path__name", flat=True))


def test_appointed_is_admin_of_every_path_and_hears_of_it_once(program, paths, person, staff):
    a_path(name="Elsewhere")

    program_admins.appoint(program=program, user=person, by=staff, now=NOW)

    assert admin_of(person) == ["One", "Two"]
    assert list(Notice.objects.values_list("kind", flat=True)) == ["added"]
    assert [event.what for path in paths for event in path.events.all()] == [Happened.ADDED] * 2


def test_program_admin_who_can_not_sign_in_yet_is_invited_once(program, staff):
    person = a_person("Ruth", verified=False)
    person.set_unusable_password()
    person.save(update_fields=["password"])

    program_admins.appoint(program=program, user=person, by=staff, now=NOW)

    assert Invitation.objects.get().path is None
    assert list(Notice.objects.values_list("kind", flat=True)) == ["invited"]


def test_path_that_is_made_later_has_them_too(program, person, staff):
    program_admins.appoint(program=program, user=person, by=staff, now=NOW)
    later = a_path(name="Later", program=program)
    assert count_broken(NOW)[BROKEN] == 1

    program_admins.join_program_admins(path=later, by=staff, now=NOW)

    assert "Later" in admin_of(person)
    assert count_broken(NOW)[BROKEN] == 0


def test_own_membership_stays_when_they_are_dismissed(program, paths, person, staff):
    join(person, paths[0], Role.ADMIN)
    program_admins.appoint(program=program, user=person, by=staff, now=NOW)
    an_admin(paths[1], "Otto")

    program_admins.dismiss(program=program, user=person, by=staff, now=NOW)

    assert admin_of(person) == ["One"]
    assert not ProgramAdmin.objects.live().exists()
    assert count_broken(NOW)[BROKEN] == 0


def test_dismissing_leaves_no_path_without_an_admin(program, paths, person, staff):
    program_admins.appoint(program=program, user=person, by=staff, now=NOW)
    an_admin(paths[0])
    join(a_person(is_active=False), paths[1], Role.ADMIN)

    with pytest.raises(program_admins.WithoutAdmin, match="“Two” would have no admin any more"):
        program_admins.dismiss(program=program, user=person, by=staff, now=NOW)
    assert admin_of(person) == ["One", "Two"]


@pytest.mark.parametrize("own", [True, False])
def test_place_of_a_program_admin_can_not_be_ended_on_one_path(program, paths, person, staff, own):
    admin = an_admin(paths[0])
    if own:
        join(person, paths[0], Role.ADMIN)
    program_admins.appoint(program=program, user=person, by=staff, now=NOW)
    membership = Membership.objects.live().get(path=paths[0], user=person)

    with pytest.raises(enrolment.AdminOfProgram, match="Ruth Abara is an admin of the program"):
        enrolment.end(membership=membership, by=admin, now=NOW)


@pytest.mark.parametrize("who", ["program admin", "path admin", "former staff", "staff without the right"])
@pytest.mark.parametrize("writer", [program_admins.appoint, program_admins.dismiss])
def test_only_staff_who_may_change_programs_name_their_admins(program, paths, person, staff, who, writer):
    head = a_person("Head")
    program_admins.appoint(program=program, user=head, by=staff, now=NOW)
    by = {
        "program admin": lambda: head,
        "path admin": lambda: an_admin(paths[0]),
        "former staff": lambda: a_person(is_active=False, is_staff=True, is_superuser=True),
        "staff without the right": lambda: a_person(is_staff=True),
    }[who]()

    with pytest.raises(program_admins.ProgramAdminRefused):
        writer(program=program, user=person, by=by, now=NOW)


def test_nobody_is_appointed_twice_or_dismissed_twice(program, paths, person, staff):
    for path in paths:
        an_admin(path)
    program_admins.appoint(program=program, user=person, by=staff, now=NOW)
    with pytest.raises(program_admins.AlreadyProgramAdmin):
        program_admins.appoint(program=program, user=person, by=staff, now=NOW)
    program_admins.dismiss(program=program, user=person, by=staff, now=NOW)
    with pytest.raises(program_admins.NoProgramAdmin):
        program_admins.dismiss(program=program, user=person, by=staff, now=NOW)


def test_staff_appoint_and_dismiss_from_the_programs_page(client, program, paths, person):
    staff_on(client)
    page = address(Program, "change", program.pk)
    add = f"{address(ProgramAdmin, 'add')}?program={program.pk}"
    assert add.replace("&", "&amp;") in client.get(page).text

    client.post(add, as_sent(client.get(add), user=person.pk))
    held = ProgramAdmin.objects.get()
    assert admin_of(person) == ["One", "Two"]
    assert "Ruth Abara" in client.get(page).text

    own = address(ProgramAdmin, "change", held.pk)
    refused = client.post(own, as_sent(client.get(own), end_now="on"))
    assert "would have no admin any more" in refused.text
    for path in paths:
        an_admin(path)
    client.post(own, as_sent(client.get(own), end_now="on"))
    assert admin_of(person) == []
    assert ProgramAdmin.objects.get().ended_at == timezone.now()


def test_path_made_by_staff_has_the_programs_admins(client, program, person, staff):
    program_admins.appoint(program=program, user=person, by=staff, now=NOW)
    staff_on(client)
    page = address(Path, "add")

    client.post(page, as_sent(client.get(page), program=program.pk, name="Third"))

    assert "Third" in admin_of(person)
