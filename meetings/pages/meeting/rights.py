"""What a person may do with a meeting and why not, in sentences. Asks the one matrix; has no rule of its own."""

from datetime import datetime

from django.utils.translation import gettext, gettext_lazy, pgettext

from everwise.accounts.models import User, first_names
from everwise.wording import isolated, listed, names
from meetings.enums import Action, Kind, Standing
from meetings.models import Meeting
from meetings.permissions import can, deadlines, standings

KINDS = {
    Kind.DROP_IN: gettext_lazy("A drop-in session, booked on demand."),
    Kind.AD_HOC: gettext_lazy("An ad-hoc meeting, added by hand."),
}
# Whole sentences for all that can be allowed together: verbs have other forms and places in other languages.
# Translators: %(role)s is “its participant” or “an admin of this path and its organizer”.
MAY = {
    (Action.RESCHEDULE, Action.CANCEL): gettext_lazy("As %(role)s you can reschedule or cancel it."),
    (Action.RESCHEDULE,): gettext_lazy("As %(role)s you can reschedule it."),
    (Action.CANCEL,): gettext_lazy("As %(role)s you can cancel it."),
    (Action.EDIT, Action.DELETE): gettext_lazy("As %(role)s you can edit or delete it."),
    (Action.EDIT,): gettext_lazy("As %(role)s you can edit it."),
    (Action.DELETE,): gettext_lazy("As %(role)s you can delete it."),
}
IN_SHORT = {
    (Action.RESCHEDULE, Action.CANCEL): gettext_lazy("Reschedule or cancel it, as %(role)s."),
    (Action.RESCHEDULE,): gettext_lazy("Reschedule it, as %(role)s."),
    (Action.CANCEL,): gettext_lazy("Cancel it, as %(role)s."),
    (Action.EDIT, Action.DELETE): gettext_lazy("Edit or delete it, as %(role)s."),
    (Action.EDIT,): gettext_lazy("Edit it, as %(role)s."),
    (Action.DELETE,): gettext_lazy("Delete it, as %(role)s."),
}


def actions_of(kind: Kind) -> list[Action]:
    """What anybody at all may do with meetings of this kind, once they are made."""
    return [action for action in Action if action is not Action.SCHEDULE and can(action, kind, Standing)]


def sentences(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> list[str]:
    """What kind of meeting it is, who organizes it, what this reader may do, what not and why, and who else may."""
    kind = Kind(meeting.kind)
    reasons = {action: deadlines.obstacle(action, meeting, held, now) for action in actions_of(kind)}
    if meeting.organizer == user:
        organizer = gettext("You are its organizer.")
    else:
        organizer = gettext("Its organizer is %(organizer)s.") % {"organizer": isolated(meeting.organizer)}
    said = [str(KINDS[kind]), organizer]
    allowed = [action for action, reason in reasons.items() if not reason]
    if allowed:
        said.append(MAY[tuple(allowed)] % {"role": _as(allowed, kind, held)})
    said += dict.fromkeys(str(reason) for reason in reasons.values() if reason)
    if len(allowed) == len(reasons):
        said += _others(meeting, user, allowed)
    return said


def summary(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """“Reschedule or cancel it, as its participant.”, or why nothing of that kind."""
    kind = Kind(meeting.kind)
    reasons = {action: deadlines.obstacle(action, meeting, held, now) for action in actions_of(kind)}
    allowed = [action for action, reason in reasons.items() if not reason]
    if not allowed:
        return next(iter(reasons.values()))
    return IN_SHORT[tuple(allowed)] % {"role": _as(allowed, kind, held)}


def _as(actions: list[Action], kind: Kind, held: frozenset[Standing]) -> str:
    """Each standing that gives one of these rights, since rights add up."""
    names_of = {
        Standing.ADMIN: pgettext("as ...", "an admin of this path"),
        Standing.EXPERT: pgettext("as ...", "its expert"),
        Standing.PARTICIPANT: pgettext("as ...", "its participant"),
        Standing.ORGANIZER: pgettext("as ...", "its organizer"),
    }
    return listed(
        [names_of[each] for each in Standing if each in held and any(can(action, kind, {each}) for action in actions)]
    )


def _others(meeting: Meeting, user: User, actions: list[Action]) -> list[str]:
    """Who else may do all of this, and which people of the meeting may not."""
    kind = Kind(meeting.kind)

    def may(held) -> bool:
        return all(can(action, kind, held) for action in actions)

    said = []
    everybody = standings.standings_of_people(meeting)
    if may({Standing.ADMIN}):
        said.append(gettext("So can the path’s admins."))
    if barred := first_names(person for person, held in everybody.items() if person != user and not may(held)):
        said.append(gettext("%(people)s can’t.") % {"people": names(barred)})
    return said
