"""What the list of a path's meetings says of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.wording import count
from meetings.booking import Marked
from meetings.enums import OUTCOMES, Status
from meetings.models import Meeting
from meetings.pages import meeting_rows


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A meeting whose outcome is asked for."""

    pk: UUID
    day: str
    time: str
    title: str
    text: str
    url: str
    choices: list[tuple[str, str, bool]]


def asking_rows(
    meetings: Iterable[Meeting], answers: Mapping[UUID, Status], user: User, now: datetime
) -> list[OutcomeRow]:
    """`answers` are ticked already."""
    reader = user.reader
    return [
        OutcomeRow(
            pk=meeting.pk,
            day=timefmt.day_in_words(meeting.starts_at, reader, now),
            time=timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader),
            title=meeting.title,
            text=meeting_rows.line(meeting, user),
            url=meeting.get_absolute_url(),
            choices=[(each.value, str(each.label), answers.get(meeting.pk) == each) for each in OUTCOMES],
        )
        for meeting in meetings
    ]


def waiting(number: int) -> str:
    """“4 past sessions have no outcome yet. ...”; empty for none."""
    text = ngettext(
        "%(number)s past meeting has no outcome yet. Its expert was asked after it.",
        "%(number)s past meetings have no outcome yet. Their experts were asked after each.",
        number,
    )
    return text % {"number": count(number)} if number else ""


def saved(marked: Marked) -> str:
    """What became of the form, in one line."""
    text = ngettext("%(number)s outcome is saved.", "%(number)s outcomes are saved.", marked.saved)
    parts = [text % {"number": count(marked.saved)}] if marked.saved else [_("No outcome was saved.")]
    if marked.by_experts:
        text = ngettext(
            "%(number)s was answered by its expert meanwhile.",
            "%(number)s were answered by their expert meanwhile.",
            marked.by_experts,
        )
        parts.append(text % {"number": count(marked.by_experts)})
    if marked.by_others:
        text = ngettext("%(number)s was answered meanwhile.", "%(number)s were answered meanwhile.", marked.by_others)
        parts.append(text % {"number": count(marked.by_others)})
    return " ".join(parts)


def question(number: int) -> str:
    """The heading of the page that asks once more."""
    text = ngettext("Mark %(number)s meeting as completed?", "Mark %(number)s meetings as completed?", number)
    return text % {"number": count(number)}


def button(number: int) -> str:
    text = ngettext("Mark %(number)s meeting", "Mark %(number)s meetings", number)
    return text % {"number": count(number)}


def also(number: int) -> str:
    """That what was answered on the list is saved with it; empty for nothing."""
    text = ngettext(
        "The %(number)s that you answered is saved as you said.",
        "The %(number)s that you answered are saved as you said.",
        number,
    )
    return text % {"number": count(number)} if number else ""


def grown(number: int) -> str:
    text = ngettext("It is %(number)s meeting now.", "They are %(number)s meetings now.", number)
    return text % {"number": count(number)}
