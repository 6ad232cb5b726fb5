"""What a participant lets the expert of a session see of their earlier ones on the same path.

Only what they themselves wrote can be chosen: their notes to earlier experts, their answers, their own notes, private
ones too. Nothing is chosen by itself, and whoever becomes the session's expert sees the same.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from meetings.booking.errors import BookingRefused, Changed, Overtaken, StaleMeeting, Unfit
from meetings.booking.feedback import digest
from meetings.booking.records import people_of, record
from meetings.enums import Happening, Status
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import Attendee, BriefPart, Meeting, MeetingAnswer, Note
from meetings.permissions import standings
from meetings.permissions.notes import brief_refusal
from paths.enums import Role

# The latest, of which texts can be chosen.
MOST_SESSIONS = 30


class EarlierText(NamedTuple):
    """A text of an earlier session, as one of a note, an answer and the session's own note to its expert."""

    session: Meeting
    text: str
    note: Note | None = None
    answer: MeetingAnswer | None = None

    @property
    def digest(self) -> str:
        return digest(self.text)

    @property
    def key(self) -> str:
        """Names it and its very words, in a form."""
        if self.note:
            return f"note-{self.note.pk}-{self.digest}"
        if self.answer:
            return f"answer-{self.answer.pk}-{self.digest}"
        return f"session-{self.session.pk}-{self.digest}"


def sessions_before(participant: User, path: UUID, now: datetime) -> QuerySet[Attendee]:
    """Their sessions on the path that have begun, the latest first, as rows of who attended."""
    attended = Attendee.objects.present().filter(user=participant, role=Role.PARTICIPANT, starts_at__lte=now)
    return attended.filter(meeting__path=path).exclude(meeting__status=Status.DELETED).order_by("-starts_at", "-pk")


def earlier(participant: User, path: UUID, now: datetime) -> list[EarlierText]:
    """All that can be chosen, session by session, the latest first. In three queries."""
    rows = sessions_before(participant, path, now).select_related("meeting")[:MOST_SESSIONS]
    sessions = [row.meeting for row in rows]
    found: dict[UUID, list[EarlierText]] = {session.pk: [] for session in sessions}
    by_key = {session.pk: session for session in sessions}
    for session in sessions:
        if session.is_dropin and session.note.strip():
            found[session.pk].append(EarlierText(session, session.note))
    if sessions:
        for answer in MeetingAnswer.objects.filter(meeting__in=found).exclude(text=""):
            found[answer.meeting_id].append(EarlierText(by_key[answer.meeting_id], answer.text, answer=answer))
        for note in Note.objects.filter(meeting__in=found, author=participant).exclude(text="").order_by("-shared"):
            found[note.meeting_id].append(EarlierText(by_key[note.meeting_id], note.text, note=note))
    return [text for texts in found.values() for text in texts]


def chosen_for(meeting: Meeting) -> list[EarlierText]:
    """What the expert of the meeting sees: what was chosen, as far as it still says what it said then."""
    texts = [text for _part, text in _parts(meeting) if text is not None]
    return sorted(texts, key=lambda text: text.session.starts_at, reverse=True)


def _parts(meeting: Meeting) -> list[tuple[BriefPart, EarlierText | None]]:
    """What was chosen; None where the text says something else by now, or nothing."""
    parts = BriefPart.objects.filter(meeting=meeting).select_related("note__meeting", "answer__meeting", "session")
    texts = [(part, _text_of(part)) for part in parts]
    return [(part, text if text.text and text.digest == part.digest else None) for part, text in texts]


def _text_of(part: BriefPart) -> EarlierText:
    if part.note:
        return EarlierText(part.note.meeting, part.note.text, note=part.note)
    if part.answer:
        return EarlierText(part.answer.meeting, part.answer.text, answer=part.answer)
    # The third of the three, which the database sees to.
    session = cast("Meeting", part.session)
    return EarlierText(session, session.note)


def offered_for(meeting: Meeting, participant: User, now: datetime) -> list[EarlierText]:
    """What can be chosen for it, with what is chosen already, however old."""
    offered = earlier(participant, meeting.path_id, now)
    known = {text.key for text in offered}
    return [*offered, *(text for text in chosen_for(meeting) if text.key not in known)]


def seen_brief(texts: Iterable[EarlierText]) -> str:
    """Names what is chosen, as a form has shown it."""
    return digest(*sorted(text.key for text in texts))


def choose(meeting: Meeting, participant: User, keys: Collection[str], now: datetime) -> None:
    """With a new meeting, in its transaction. Raises Changed where one of the texts is not what it was."""
    offered = {text.key: text for text in earlier(participant, meeting.path_id, now)}
    if not offered.keys() >= set(keys):
        raise Changed(gone())
    _add(meeting, [offered[key] for key in dict.fromkeys(keys)])


def gone() -> str:
    """What is said where a text that was shown is not there any more, or says something else."""
    return _("One of the earlier texts has changed or is gone. Look at them again.")


def carry_over(old: Meeting, new: Meeting) -> None:
    """To the meeting that stands in for another one, in its transaction."""
    _add(new, chosen_for(old))


@in_turn(Overtaken)
def change_brief(*, meeting: Meeting, by: User, keys: Collection[str], seen: str, now: datetime) -> Meeting:
    """Let the expert see exactly these texts, until the session starts. Nobody is mailed.

    `seen` is that of what was chosen as the form showed it (`seen_brief`); if it has been chosen otherwise since,
    StaleMeeting is raised. What is chosen already is not stale. Raises a BookingError.
    """
    with transaction.atomic():
        lock_people(people_of(meeting), by=by.pk)
        current = Meeting.objects.with_people().get(pk=meeting.pk)
        if reason := brief_refusal(current, standings.meeting_standings(by, current), now):
            raise BookingRefused(reason)
        parts = _parts(current)
        # It would be shown again if its text went back to what it was.
        BriefPart.objects.filter(pk__in=[part.pk for part, text in parts if text is None]).delete()
        had = {text.key: text for _part, text in parts if text is not None}
        if had.keys() == set(keys):
            return current
        if seen != seen_brief(had.values()):
            raise StaleMeeting(_("You have chosen otherwise meanwhile."))
        offered = {text.key: text for text in offered_for(current, by, now)}
        if not offered.keys() >= set(keys):
            raise Unfit("brief", gone())
        BriefPart.objects.filter(meeting=current).delete()
        _add(current, [text for key, text in offered.items() if key in set(keys)])
        record(current, Happening.BRIEF_CHANGED, by, now)
    return current


def _add(meeting: Meeting, texts: Iterable[EarlierText]) -> None:
    BriefPart.objects.bulk_create(
        BriefPart(
            meeting=meeting,
            note=text.note,
            answer=text.answer,
            session=None if text.note or text.answer else text.session,
            digest=text.digest,
        )
        for text in texts
    )
