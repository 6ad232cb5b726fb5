"""Writes what people think of a meeting: each their own notes, and the participants' ratings. Nobody is mailed."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.errors import Refused, Stale
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import Meeting, Note, Rating
from meetings.permissions import outcomes, standings
from meetings.permissions.notes import own_notes_refusal


class FeedbackError(Exception):
    """It was not saved. Its text says why, for the person who wrote it."""


class FeedbackRefused(FeedbackError, Refused):
    """The person has no right to write this, or not any more."""


class StaleFeedback(FeedbackError, Stale):
    """The person has saved another version since the form was opened, in another tab perhaps."""


class FeedbackOvertaken(FeedbackError):
    """Lost too many races in a row."""


def digest(*parts: object) -> str:
    """Names what is stored, so that a form can say which version it was opened on; empty for nothing."""
    text = "\0".join(map(str, parts))
    return hashlib.sha256(text.encode()).hexdigest()[:32] if text else ""


def seen_note(note: Note | None) -> str:
    """What a form that shows this note sends back as `seen`; empty where there is none yet."""
    return digest(note.text) if note else ""


def seen_rating(rating: Rating | None) -> str:
    """What a form that shows this rating sends back as `seen`; empty where there is none yet."""
    return digest(rating.stars, rating.comment) if rating else ""


@in_turn(FeedbackOvertaken)
def write_note(*, meeting: Meeting, shared: bool, text: str, seen: str, by: User, now: datetime) -> None:
    """Keep this as the person's private or shared note, in place of the one whose digest is `seen`.

    What is stored already is not stale, so that a double click is one change. Raises Refused, Stale.
    """
    with transaction.atomic():
        current = _locked(meeting, by)
        if reason := own_notes_refusal(current, standings.meeting_standings(by, current)):
            raise FeedbackRefused(reason)
        stored = Note.objects.filter(meeting=current, author=by, shared=shared).first()
        if text == (stored.text if stored else ""):
            return
        if seen != seen_note(stored):
            raise StaleFeedback(_("You have saved another version meanwhile."))
        Note.objects.update_or_create(
            meeting=current, author=by, shared=shared, defaults={"text": text, "written_at": now}
        )


@in_turn(FeedbackOvertaken)
def rate(*, meeting: Meeting, stars: int, comment: str, seen: str, by: User, now: datetime) -> None:
    """Keep this as the participant's rating, in place of the one whose digest is `seen`. Raises Refused, Stale."""
    with transaction.atomic():
        current = _locked(meeting, by)
        if reason := outcomes.rating_refusal(current, standings.meeting_standings(by, current), now):
            raise FeedbackRefused(reason)
        stored = Rating.objects.filter(meeting=current, user=by).first()
        if stored and (stars, comment) == (stored.stars, stored.comment):
            return
        if seen != seen_rating(stored):
            raise StaleFeedback(_("You have saved another version meanwhile."))
        Rating.objects.update_or_create(
            meeting=current, user=by, defaults={"stars": stars, "comment": comment, "rated_at": now}
        )


def _locked(meeting: Meeting, by: User) -> Meeting:
    """The meeting as it stands. Holding its writer is enough: who marks an outcome holds everybody in the meeting."""
    lock_people([by.pk])
    return Meeting.objects.with_people().get(pk=meeting.pk)
