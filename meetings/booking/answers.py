"""What a participant answers to the questions of their session's theme.

The questions stand with the session as they were when it was booked, whatever becomes of the theme's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from meetings.booking.errors import BookingRefused, Changed, Overtaken, StaleMeeting, Unanswered
from meetings.booking.feedback import digest
from meetings.booking.records import people_of, record
from meetings.enums import Happening
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import ANSWER_LENGTH, Meeting, MeetingAnswer
from meetings.permissions import standings
from meetings.permissions.notes import answers_refusal
from paths import questions
from paths.models import Theme
from paths.questions import Asking


class GivenAnswers(NamedTuple):
    """What was typed, by the keys of the questions; `version` names those that the page has shown, None: not said."""

    version: str | None
    texts: Mapping[str, str]


NOTHING = GivenAnswers(None, {})


def asked_of(theme: Theme, given: GivenAnswers, *, of_participant: bool) -> list[Asking]:
    """The questions of a theme that is held. Raises Changed where the page has shown others.

    Whoever books for somebody else may leave any; a participant who leaves a required one gets Unanswered.
    """
    asked = questions.of(theme)
    if given.version is not None and given.version != questions.version(asked):
        raise Changed(changed())
    left = [each for each in asked if each.required and not given.texts.get(each.key, "").strip()]
    if of_participant and left:
        raise Unanswered(_("Answer “%(question)s”.") % {"question": left[0].text})
    return asked


def changed() -> str:
    """What is said to whoever was shown other questions."""
    return _("The questions of this theme have changed.")


def keep(meeting: Meeting, asked: Iterable[Asking], given: GivenAnswers) -> None:
    """With a new meeting, in its transaction."""
    MeetingAnswer.objects.bulk_create(
        MeetingAnswer(
            meeting=meeting,
            position=place,
            question=each.text,
            required=each.required,
            text=given.texts.get(each.key, "")[:ANSWER_LENGTH],
        )
        for place, each in enumerate(asked, 1)
    )


def carry_over(old: Meeting, new: Meeting) -> None:
    """To the meeting that stands in for another one, in its transaction."""
    MeetingAnswer.objects.bulk_create(
        MeetingAnswer(meeting=new, position=row.position, question=row.question, required=row.required, text=row.text)
        for row in old.answers.all()
    )


def seen_answers(rows: Iterable[MeetingAnswer]) -> str:
    """Names the answers as a form has shown them."""
    return digest(*(row.text for row in rows))


@in_turn(Overtaken)
def change_answers(*, meeting: Meeting, by: User, texts: Mapping[int, str], seen: str, now: datetime) -> Meeting:
    """Replace the answers by those typed, by their places, until the session starts. Nobody is mailed.

    `seen` is that of the answers as the form showed them (`seen_answers`); if others have been saved since,
    StaleMeeting is raised. What is stored already is not stale. Raises a BookingError.
    """
    with transaction.atomic():
        lock_people(people_of(meeting), by=by.pk)
        current = Meeting.objects.with_people().get(pk=meeting.pk)
        rows = list(current.answers.all())
        if reason := answers_refusal(current, standings.meeting_standings(by, current), now, any_asked=bool(rows)):
            raise BookingRefused(reason)
        before = seen_answers(rows)
        changes = [(row, row.text) for row in rows if texts.get(row.position, row.text)[:ANSWER_LENGTH] != row.text]
        if not changes:
            return current
        if seen != before:
            raise StaleMeeting(_("Other answers were saved meanwhile."))
        for row, _was in changes:
            row.text = texts[row.position][:ANSWER_LENGTH]
        if left := [row for row in rows if row.required and not row.text.strip()]:
            raise Unanswered(_("Answer “%(question)s”.") % {"question": left[0].question})
        MeetingAnswer.objects.bulk_update([row for row, _was in changes], ["text"])
        was = "\n".join(text for _row, text in changes if text)
        record(current, Happening.ANSWERS_CHANGED, by, now, message=was)
    return current
