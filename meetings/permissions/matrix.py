"""Who may do what with which kind of meeting. Plain data and one question; knows no model, no request, no clock."""

from collections.abc import Iterable

from meetings.enums import Action, Kind, Standing

ADMIN, EXPERT = Standing.ADMIN, Standing.EXPERT
PARTICIPANT, ORGANIZER = Standing.PARTICIPANT, Standing.ORGANIZER
NOBODY: frozenset[Standing] = frozenset()

# SCHEDULE is asked of a path: the person's roles on it. The others are asked of a meeting: admin of its path,
# expert or participant of that very meeting, its organizer.
MATRIX: dict[tuple[Action, Kind], frozenset[Standing]] = {
    (Action.SCHEDULE, Kind.DROP_IN): frozenset({ADMIN, EXPERT, PARTICIPANT}),
    (Action.SCHEDULE, Kind.AD_HOC): frozenset({ADMIN, EXPERT}),
    (Action.RESCHEDULE, Kind.DROP_IN): frozenset({ADMIN, EXPERT, PARTICIPANT, ORGANIZER}),
    (Action.RESCHEDULE, Kind.AD_HOC): NOBODY,
    (Action.CANCEL, Kind.DROP_IN): frozenset({ADMIN, EXPERT, PARTICIPANT, ORGANIZER}),
    (Action.CANCEL, Kind.AD_HOC): NOBODY,
    (Action.EDIT, Kind.DROP_IN): NOBODY,
    (Action.EDIT, Kind.AD_HOC): frozenset({ADMIN, ORGANIZER}),
    (Action.DELETE, Kind.DROP_IN): NOBODY,
    (Action.DELETE, Kind.AD_HOC): frozenset({ADMIN, ORGANIZER}),
}


def can(action: Action, kind: Kind, standings: Iterable[Standing]) -> bool:
    """Whether somebody with these standings may do this to a meeting of this kind. Rights add up."""
    return not MATRIX[action, kind].isdisjoint(standings)


def codename(action: Action, kind: Kind) -> str:
    """The name under which Django is asked: user.has_perm("meetings." + codename, obj)."""
    return f"{action.value}_{kind.value}"
