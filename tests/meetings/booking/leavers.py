"""People of a path who may leave it, their meetings, and the doors by which they go."""

from datetime import timedelta
from types import SimpleNamespace

from django.contrib.auth.models import Permission

from everwise.accounts.models import User
from meetings import booking
from meetings.booking import leaving
from meetings.booking.settling import Decision, Leaving, cases, concerned
from meetings.integrity import invariants
from paths.enums import Role, Via
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, add, an_admin, an_expert, at, book

LEAVER = {"expert": "eva", "participant": "pia", "admin": "abe"}


def a_world():
    path = a_path(name="Leading")
    eva, ines = an_expert(path, name="Eva"), an_expert(path, name="Ines")
    people = {"eva": eva.user, "ines": ines.user, "otto": an_expert(path, name="Otto").user}
    people |= {"pia": a_participant(path, "Pia"), "per": a_participant(path, "Per")}
    people |= {"ada": an_admin(path, "Ada"), "abe": an_admin(path, "Abe")}
    staff = a_person("Stig", is_staff=True)
    wanted = Permission.objects.filter(codename__in=["change_membership", "change_user"])
    staff.user_permissions.set(wanted)
    return SimpleNamespace(path=path, staff=staff, theme=a_theme(path, eva, ines), expert=eva, **people)


def a_meeting_of(world, kind):
    if kind == "dropin":
        return book(world.theme, world.pia, at(10), expert=world.expert)
    experts, participants = {
        "adhoc": ((world.eva, world.otto), (world.pia, world.per)),
        "alone": ((world.eva,), (world.pia,)),
        "led": ((world.otto,), (world.per,)),
        "alone_later": ((world.eva,), (world.per,)),
    }[kind]
    start = at(12 if kind == "alone_later" else 10)
    by = world.abe if kind == "led" else world.ada
    return add(
        world.path, booking.MeetingPlan("Check-in", start, start + timedelta(hours=1), experts, participants), by
    )


def names(world, ids):
    known = {person.pk: name for name, person in vars(world).items() if isinstance(person, User)}
    return ",".join(sorted(known[pk] for pk in ids)) or "-"


def leaving_of(world, door, leaves):
    user = getattr(world, LEAVER[leaves])
    if door in {"deactivate", "erase"}:
        return Leaving(user)
    return Leaving(user, world.path, frozenset({Role(leaves)}))


def actor(world, door, leaves):
    return {"admin": world.ada, "self": getattr(world, LEAVER[leaves])}.get(door, world.staff)


def cases_of(world, door, leaves):
    what = leaving_of(world, door, leaves)
    return cases(what, concerned(what, NOW).with_people(), by=actor(world, door, leaves), now=NOW)


def go(world, door, leaves, decisions, **fields):
    what, by = leaving_of(world, door, leaves), actor(world, door, leaves)
    known = {"decisions": decisions, "by": by, "now": NOW, **fields}
    if door in {"deactivate", "erase"}:
        return getattr(leaving, door)(user=what.user, **known)
    return leaving.end(leaving=what, via=Via.ADMIN if door == "staff" else Via.WEB, **known)


def decided(case, way):
    """As the page sends it, with what it proposes besides."""
    option = next(each for each in case.options if each.way == way)
    organizer = case.organizers[0].pk if case.organizers else None
    return Decision(way, option.to.pk if option.to else None, organizer, case.meeting.sequence)


def settled(found):
    return {case.meeting.pk: case.usual for case in found}


def broken():
    return {words: count for words, count in invariants.count_broken(NOW).items() if count}
