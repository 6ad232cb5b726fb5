"""What is wrong with a file, or with one of its lines, as a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everwise.wording import count, isolated, listed
from paths.enums import Role
from paths.importing.faults import FileFault, UnreadableFile
from paths.importing.plan import LineOutcome, LineProblem

FAULTS = {
    FileFault.NO_TABLE: gettext_lazy("This is no CSV or Excel file."),
    FileFault.OTHER_PROGRAM: gettext_lazy(
        "This is no CSV or Excel file (.xlsx). Save it as one of these and choose it again."
    ),
    FileFault.DAMAGED: gettext_lazy("This Excel file can’t be read. Save it once more, without a password, or as CSV."),
    FileFault.TOO_LARGE: gettext_lazy("The file is larger than %(most)d MB. Split it."),
    FileFault.UNPACKED_TOO_LARGE: gettext_lazy("There is too much in this Excel file. Save its first sheet as CSV."),
    FileFault.EMPTY: gettext_lazy(
        "There are no people in it: a line with the names of the columns, then a line for each."
    ),
    FileFault.TOO_MANY_ROWS: gettext_lazy("The sheet has more than %(most)d rows. Delete the empty ones, or split it."),
    FileFault.TOO_MANY_COLUMNS: gettext_lazy("More than %(most)d columns. Leave out those that are not listed here."),
    FileFault.LINE_TOO_LONG: gettext_lazy("Line %(line)d is longer than %(most)d characters."),
    FileFault.CELL_TOO_LONG: gettext_lazy("On line %(line)d there are more than %(most)d characters in one cell."),
    FileFault.OPEN_QUOTE: gettext_lazy("A quote that opens on line %(line)d never closes."),
    FileFault.STRAY_QUOTE: gettext_lazy(
        "On line %(line)d, something stands between a closing quote and the next column."
    ),
    FileFault.NO_EMAIL: gettext_lazy(
        "There is no column “email”. The first line must name the columns: email, name, role, time_zone, sessions."
    ),
    FileFault.COLUMN_TWICE: gettext_lazy("There is more than one column like “%(column)s”. Leave one."),
}
PROBLEMS = {
    LineProblem.ADDRESS: gettext_lazy("This is not a full e-mail address"),
    LineProblem.LOOK_ALIKE: gettext_lazy(
        "This address mixes letters of several alphabets that look alike. Type it anew"
    ),
    LineProblem.TWICE: gettext_lazy("The same person stands on line %(other)d"),
    LineProblem.IS_EXPERT: gettext_lazy("They are an expert here, and can’t be both"),
    LineProblem.IS_PARTICIPANT: gettext_lazy("They are a participant here, and can’t be both"),
    LineProblem.SWITCHED_OFF: gettext_lazy("They can’t be added. Ask the people who run Everwise"),
    LineProblem.NAME_TOO_LONG: gettext_lazy("The name is longer than %(most)d characters"),
    LineProblem.FORMULA: gettext_lazy("This is a formula, not a name"),
    LineProblem.SESSIONS: gettext_lazy("Not a number of sessions"),
}


def fault(error: UnreadableFile) -> str:
    if error.fault == FileFault.TOO_MANY_LINES:
        text = _("%(number)s lines; %(most)s at most. Split it.")
        return text % {name: count(int(number)) for name, number in error.facts.items()}
    return str(FAULTS[error.fault]) % error.facts


def roles() -> str:
    """“participant, expert or admin”: what may stand for a role."""
    return listed(role_words(), "or")


def role_words() -> list[str]:
    """In the language of the reader, and in English."""
    known = [(str(role.label), role.value) for role in (Role.PARTICIPANT, Role.EXPERT, Role.ADMIN)]
    own = [value if label.casefold() == value else label for label, value in known]
    return list(dict.fromkeys([*own, *(value for _label, value in known)]))


def problem(outcome: LineOutcome) -> str:
    """What is wrong with a line, without a full stop: it stands in a table."""
    facts = outcome.facts
    match outcome.problem:
        case None:
            return ""
        case LineProblem.ROLE:
            return _("Not a role: %(roles)s") % {"roles": roles()}
        case LineProblem.ZONE if facts["near"]:
            return _("Not a time zone; did you mean %(zone)s?") % {"zone": isolated(facts["near"])}
        case LineProblem.ZONE:
            return _("Not a time zone")
        case LineProblem.TOO_MANY_AT_ONCE:
            text = ngettext(
                "They have %(total)d session: from %(fewest)d to %(most)d are possible at once",
                "They have %(total)d sessions: from %(fewest)d to %(most)d are possible at once",
                int(facts["total"]),
            )
            return text % facts
        case LineProblem.TAKEN:
            text = ngettext(
                "They have used or booked %(number)d already",
                "They have used or booked %(number)d already",
                int(facts["number"]),
            )
            return text % facts
        case found:
            return str(PROBLEMS[found]) % facts
