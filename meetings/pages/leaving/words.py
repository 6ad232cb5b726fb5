"""What can become of a meeting, and what will, in sentences."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise.accounts.models import User
from everwise.wording import count, isolated, names
from meetings.booking.settling import Case, Decision, Leaving, Option, Way
from paths.enums import Role


def label(option: Option, case: Case, user: User) -> str:
    """What the page offers for one meeting."""
    match option.way:
        case Way.GIVE:
            return ngettext(
                "Give to %(name)s (%(number)s this week)", "Give to %(name)s (%(number)s this week)", option.sessions
            ) % {"name": isolated(option.to), "number": count(option.sessions)}
        case Way.REMOVE:
            others = case.others(user)
            if case.role == Role.EXPERT and len(others) == 1:
                return _("Give to %(name)s, who is in it") % {"name": isolated(others[0])}
            if case.role == Role.EXPERT:
                return _("Take %(name)s out; %(others)s stay") % {"name": isolated(user), "others": names(others)}
            return _("Take %(name)s out; the others meet") % {"name": isolated(user)}
        case Way.HAND:
            return _("Keep it, with another organizer")
        case Way.KEEP:
            return _("Keep with %(name)s") % {"name": isolated(user)}
    if case.meeting.is_dropin:
        return _("Cancel and write to them")
    number = len({*case.meeting.experts, *case.meeting.participants})
    said = ngettext("Delete and write to %(number)s person", "Delete and write to %(number)s people", number)
    return said % {"number": count(number)}


def organizer_label(person: User, case: Case, by: User) -> str:
    if person == by:
        return _("%(name)s (you)") % {"name": isolated(person)}
    if person in case.meeting.experts:
        return _("%(name)s (expert)") % {"name": isolated(person)}
    return _("%(name)s (participant)") % {"name": isolated(person)}


def what_will_happen(chosen: Iterable[tuple[Case, Decision]], leaving: Leaving, by: User, left: set[Role]) -> list[str]:
    """The choices in sentences, and what becomes of the person."""
    by_way: dict[Way, list[Case]] = defaultdict(list)
    given: dict[User, None] = {}
    organizers: dict[User, int] = defaultdict(int)
    for case, decision in chosen:
        by_way[decision.way].append(case)
        if decision.way == Way.GIVE:
            given |= {option.to: None for option in case.options if option.to and option.to.pk == decision.to}
        if case.organizes and decision.way in {Way.KEEP, Way.REMOVE, Way.HAND}:
            for person in case.organizers:
                if person.pk == decision.organizer:
                    organizers[person] += 1
    return [
        *_given(len(by_way[Way.GIVE]), list(given)),
        *_called_off(by_way[Way.CANCEL], by),
        *_goes_on(by_way, leaving.user),
        *_led(organizers),
        _person(leaving, by, left),
    ]


def _given(number: int, to: list[User]) -> list[str]:
    if not number:
        return []
    said = ngettext(
        "%(number)s session goes to %(names)s, at the same time, in the same calendar entry.",
        "%(number)s sessions go to %(names)s, at the same time, in the same calendar entry.",
        number,
    )
    return [said % {"number": count(number), "names": names(to)}]


def _called_off(cases: list[Case], by: User) -> list[str]:
    told = []
    dropins = [case.meeting for case in cases if case.meeting.is_dropin]
    if own := [meeting for meeting in dropins if by in meeting.participants]:
        said = ngettext(
            "%(number)s of your sessions is cancelled.", "%(number)s of your sessions are cancelled.", len(own)
        )
        told.append(said % {"number": count(len(own))})
    if others := [meeting for meeting in dropins if by not in meeting.participants]:
        people = list(dict.fromkeys(meeting.participants[0] for meeting in others))
        if len(others) == 1:
            told.append(_("1 session is cancelled. %(name)s gets it back.") % {"name": isolated(people[0])})
        else:
            said = ngettext(
                "%(number)s session is cancelled. %(names)s get it back.",
                "%(number)s sessions are cancelled. %(names)s get them back.",
                len(others),
            )
            told.append(said % {"number": count(len(others)), "names": names(people)})
    if deleted := len(cases) - len(dropins):
        said = ngettext(
            "%(number)s ad-hoc meeting is deleted. Everybody in it gets an e-mail.",
            "%(number)s ad-hoc meetings are deleted. Everybody in them gets an e-mail.",
            deleted,
        )
        told.append(said % {"number": count(deleted)})
    return told


def _goes_on(by_way: dict[Way, list[Case]], user: User) -> list[str]:
    told = []
    if out := len(by_way[Way.REMOVE]):
        said = ngettext(
            "%(number)s ad-hoc meeting takes place without %(name)s.",
            "%(number)s ad-hoc meetings take place without %(name)s.",
            out,
        )
        told.append(said % {"number": count(out), "name": isolated(user)})
    if kept := len(by_way[Way.KEEP]):
        said = ngettext(
            "%(name)s stays in %(number)s meeting, and can no longer change it.",
            "%(name)s stays in %(number)s meetings, and can no longer change them.",
            kept,
        )
        told.append(said % {"number": count(kept), "name": isolated(user)})
    return told


def _led(organizers: dict[User, int]) -> list[str]:
    told = []
    for person, number in organizers.items():
        said = ngettext(
            "%(name)s becomes the organizer of %(number)s meeting.",
            "%(name)s becomes the organizer of %(number)s meetings.",
            number,
        )
        told.append(said % {"name": isolated(person), "number": count(number)})
    return told


def _person(leaving: Leaving, by: User, left: set[Role]) -> str:
    name = {"name": isolated(leaving.user)}
    if leaving.path is None:
        return _("%(name)s is nowhere offered or booked any more, and gets no e-mail.") % name
    if leaving.user == by and not left:
        return _("You no longer see the path.")
    if leaving.user == by:
        return _("You stay on the path in your other role.")
    if leaving.new_role:
        return BECOMES[leaving.new_role]() % name
    if left:
        return _("%(name)s stays on the path in their other role.") % name
    if Role.EXPERT in leaving.roles:
        return _("%(name)s is no longer offered, and no longer sees the path.") % name
    return _("%(name)s no longer sees the path.") % name


BECOMES = {
    Role.ADMIN: lambda: _("%(name)s becomes an admin of this path."),
    Role.EXPERT: lambda: _("%(name)s becomes an expert of this path."),
    Role.PARTICIPANT: lambda: _("%(name)s becomes a participant of this path."),
}


def heading(leaving: Leaving, by: User, left: set[Role]) -> str:
    name = {"name": isolated(leaving.user)}
    if leaving.new_role:
        return {
            Role.ADMIN: _("%(name)s becomes an admin"),
            Role.EXPERT: _("%(name)s becomes an expert"),
            Role.PARTICIPANT: _("%(name)s becomes a participant"),
        }[leaving.new_role] % name
    if leaving.user == by:
        return _("Give this role up?") if left else _("Leave this path?")
    if not left:
        return _("%(name)s leaves this path") % name
    return {
        Role.ADMIN: _("%(name)s is no longer an admin here"),
        Role.EXPERT: _("%(name)s is no longer an expert here"),
        Role.PARTICIPANT: _("%(name)s is no longer a participant here"),
    }[min(leaving.roles)] % name


def how_many(number: int) -> str:
    if not number:
        return _("No meetings are to come, so nothing else needs to be settled.")
    said = ngettext(
        "%(number)s meeting is still to come. Say what becomes of it; you see it all before anything happens.",
        "%(number)s meetings are still to come. Say what becomes of each; you see it all before anything happens.",
        number,
    )
    return said % {"number": count(number)}


def button(leaving: Leaving, by: User, number: int) -> str:
    words = {"number": count(number)}
    if leaving.new_role:
        said = ngettext(
            "Change role and settle %(number)s meeting", "Change role and settle %(number)s meetings", number
        )
        return said % words if number else _("Change role")
    if leaving.user == by:
        said = ngettext("Leave and settle %(number)s meeting", "Leave and settle %(number)s meetings", number)
        return said % words if number else _("Leave this path")
    said = ngettext(
        "End membership and settle %(number)s meeting", "End membership and settle %(number)s meetings", number
    )
    return said % words if number else _("End membership")


def way_back(leaving: Leaving, by: User) -> str:
    if leaving.user == by:
        return _("Stay")
    if leaving.new_role:
        return _("Keep the role")
    return _("Keep %(name)s on the path") % {"name": isolated(leaving.user.first_name)}


def done(leaving: Leaving, by: User, number: int) -> str:
    """What is said afterwards."""
    name = {"name": isolated(leaving.user), "path": leaving.path, "number": count(number)}
    if leaving.user == by:
        return _("You have left “%(path)s”.") % name
    if leaving.new_role:
        return BECOMES[leaving.new_role]() % name
    if not number:
        return _("The membership of %(name)s has ended.") % name
    said = ngettext(
        "%(name)s is no longer on this path, and %(number)s meeting is settled. Who is concerned gets an e-mail.",
        "%(name)s is no longer on this path, and %(number)s meetings are settled. Who is concerned gets an e-mail.",
        number,
    )
    return said % name
