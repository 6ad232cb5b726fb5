"""What a person may do with a meeting and why not, in sentences. Asks the one matrix; has no rule of its own."""

from datetime import datetime

from everwise.accounts.models import User, first_names
from everwise.wording import names, sentence
from meetings.enums import Action, Kind, Standing
from meetings.models import Meeting
from meetings.permissions import can, deadlines, standings

KINDS = {
    Kind.DROP_IN: "A drop-in session, booked on demand.",
    Kind.AD_HOC: "An ad-hoc meeting, added by hand.",
}
AS = {
    Standing.ADMIN: "an admin of this path",
    Standing.EXPERT: "its expert",
    Standing.PARTICIPANT: "its participant",
    Standing.ORGANIZER: "its organizer",
}


def actions_of(kind: Kind) -> list[Action]:
    """What anybody at all may do with meetings of this kind, once they are made."""
    return [action for action in Action if action is not Action.SCHEDULE and can(action, kind, Standing)]


def sentences(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> list[str]:
    """What kind of meeting it is, who organizes it, what this reader may do, what not and why, and who else may."""
    kind = Kind(meeting.kind)
    reasons = {action: deadlines.refusal(action, meeting, held, now) for action in actions_of(kind)}
    organizer = "You are its organizer." if meeting.organizer == user else f"Its organizer is {meeting.organizer}."
    told = [KINDS[kind], organizer]
    allowed = [action for action, reason in reasons.items() if not reason]
    if allowed:
        told.append(f"As {_as(allowed, kind, held)} you can {_words(allowed)} it.")
    told += dict.fromkeys(reason for reason in reasons.values() if reason)
    if len(allowed) == len(reasons):
        told += _others(meeting, user, allowed)
    return told


def summary(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """“Reschedule or cancel it, as its participant.”, or why nothing of that kind."""
    kind = Kind(meeting.kind)
    reasons = {action: deadlines.refusal(action, meeting, held, now) for action in actions_of(kind)}
    allowed = [action for action, reason in reasons.items() if not reason]
    if not allowed:
        return next(iter(reasons.values()))
    return f"{sentence(_words(allowed))} it, as {_as(allowed, kind, held)}."


def _as(actions: list[Action], kind: Kind, held: frozenset[Standing]) -> str:
    """Each standing that gives one of these rights, since rights add up."""
    giving = [AS[each] for each in Standing if each in held and any(can(action, kind, {each}) for action in actions)]
    return " and ".join(giving)


def _words(actions: list[Action]) -> str:
    return " or ".join(action.value for action in actions)


def _others(meeting: Meeting, user: User, actions: list[Action]) -> list[str]:
    """Who else may do all of this, and which people of the meeting may not."""
    kind = Kind(meeting.kind)

    def may(held) -> bool:
        return all(can(action, kind, held) for action in actions)

    told = []
    everybody = standings.standings_of_people(meeting)
    if may({Standing.ADMIN}):
        told.append("So can the path’s admins.")
    if barred := first_names(person for person, held in everybody.items() if person != user and not may(held)):
        told.append(f"{names(barred)} can’t.")
    return told
