"""What the page of a meeting shows and asks after it: how it went, what its people thought of it, their notes."""

from datetime import datetime
from uuid import uuid4

from django.forms import Form
from django.utils.translation import gettext, gettext_lazy

from everwise import timefmt, wording
from everwise.accounts.models import User, first_names
from meetings.booking import feedback
from meetings.enums import OUTCOMES, Kind, Standing, Status
from meetings.models import Meeting, Note, Rating
from meetings.pages.meeting.feedback_forms import PRIVATE, SHARED, OutcomeForm, OwnNoteForm, RatingForm
from meetings.permissions import outcomes
from meetings.permissions.notes import may_read_booking_note, own_notes_refusal

READERS = {
    SHARED: gettext_lazy("Everybody here and the path’s admins read them."),
    PRIVATE: gettext_lazy("Only you can read it."),
}
NOT_WRITTEN = {
    SHARED: gettext_lazy("Nothing yet. Everybody here and the path’s admins read them."),
    PRIVATE: gettext_lazy("Nothing yet. Only you can read it."),
}
IN_MEETING = {Standing.EXPERT, Standing.PARTICIPANT}


def cards(
    meeting: Meeting, user: User, held: frozenset[Standing], now: datetime, bound: Form | None = None
) -> dict[str, object]:
    """The three cards. `bound`, a form that was sent and not taken, is shown instead of the fresh one of its kind."""
    return {
        "outcome": outcome_card(meeting, user, held, now, bound if isinstance(bound, OutcomeForm) else None),
        "rating": rating_card(meeting, user, held, now, bound if isinstance(bound, RatingForm) else None),
        "notes": notes_card(meeting, user, held, bound if isinstance(bound, OwnNoteForm) else None),
    }


def outcome_card(meeting, user, held, now, bound=None) -> dict[str, object] | None:
    """Nothing before the start and once it was cancelled."""
    can_say = not outcomes.outcome_refusal(meeting, held, now)
    text = outcome_text(meeting, user, now, can_say=can_say)
    if not text and not can_say:
        return None
    if not text:
        text = gettext("Once it is over, it can be marked as completed. Until then, only that somebody did not come.")
    form = (bound or outcome_form(meeting)) if can_say else None
    marked = meeting.status in OUTCOMES
    return {
        "title": _title(meeting, asks=form is not None),
        "text": text,
        "used": session_words(meeting, Status(meeting.status)) if marked else "",
        "form": form,
        "choices": _choices(meeting, form, now),
        "marked": marked,
    }


def _title(meeting: Meeting, *, asks: bool) -> str:
    if meeting.status in OUTCOMES:
        return meeting.get_status_display()
    return gettext("How did it go?") if asks else gettext("Outcome")


def outcome_form(meeting: Meeting) -> OutcomeForm:
    return OutcomeForm(initial={"token": uuid4(), "was": meeting.status, "outcome": meeting.status})


def outcome_text(meeting: Meeting, user: User, now: datetime, *, can_say: bool) -> str:
    """Who says how it went and when, or from when on it counts as completed if nobody does."""
    reader = user.reader
    if meeting.status in OUTCOMES:
        if not (meeting.outcome_by and meeting.outcome_at):
            return gettext("Nobody has said otherwise.")
        words = {
            "person": wording.isolated(meeting.outcome_by),
            "day": timefmt.short_day(meeting.outcome_at, reader, now),
            "time": timefmt.clock(meeting.outcome_at, reader),
        }
        if meeting.outcome_by == user:
            return gettext("You said so on %(day)s, %(time)s.") % words
        return gettext("%(person)s said so on %(day)s, %(time)s.") % words
    if not meeting.is_scheduled or not meeting.is_past(now):
        return ""
    if meeting.counts_as_held(now):
        return gettext("Nobody has said otherwise, so it counts as completed.")
    words = {
        "day": timefmt.short_day(meeting.held_from, reader, now),
        "time": timefmt.clock(meeting.held_from, reader),
    }
    if can_say:
        return gettext("If nobody says, it counts as completed on %(day)s, %(time)s.") % words
    return gettext("Nobody has said yet how it went. On %(day)s, %(time)s it counts as completed.") % words


def session_words(meeting: Meeting, outcome: Status) -> str:
    """What an outcome means for the session; only a drop-in of a path that counts its sessions uses one up."""
    if meeting.kind != Kind.DROP_IN or meeting.path.sessions_per_participant is None:
        return ""
    return gettext("No session used") if outcome == Status.NO_SHOW_EXPERT else gettext("1 session used")


def _choices(meeting: Meeting, form: Form | None, now: datetime) -> list[dict[str, object]]:
    """What can be marked at this moment. Completed only once it is over."""
    if form is None:
        return []
    whose = wording.names([person.first_name for person in meeting.participants])
    means = {
        Status.HELD: gettext("Uses one of %(person)s’s sessions.") % {"person": whose},
        Status.NO_SHOW_PARTICIPANT: gettext("Uses the session, too."),
        Status.NO_SHOW_EXPERT: gettext("%(person)s gets the session back.") % {"person": whose},
    }
    return [
        {
            "value": outcome.value,
            "label": outcome.label,
            "text": means[outcome] if session_words(meeting, outcome) else "",
            "checked": form["outcome"].value() == outcome.value,
        }
        for outcome in OUTCOMES
        if outcome != Status.HELD or meeting.is_past(now)
    ]


def rating_card(meeting, user, held, now, bound=None) -> dict[str, object] | None:
    """Their own rating to a participant; everybody's to an admin, unless the admin was the expert.

    None to an admin who looks at the page as somebody else.
    """
    if user.seen_as:
        return None
    may_rate = not outcomes.rating_refusal(meeting, held, now)
    may_read = Standing.ADMIN in held and not held & IN_MEETING
    if not may_rate and not may_read:
        return None
    ratings = list(Rating.objects.filter(meeting=meeting).select_related("user").order_by("user__name", "pk"))
    own = next((rating for rating in ratings if rating.user_id == user.pk), None)
    form = (bound or rating_form(own)) if may_rate else None
    if not form and not ratings:
        return None
    return {
        "form": form,
        "own": own,
        "stars": str(form["stars"].value()) if form else "",
        "ratings": [{"user": each.user, "given": str(each), "words": each.comment} for each in ratings if may_read],
        "experts": wording.names(first_names(meeting.experts)),
    }


def rating_form(rating: Rating | None) -> RatingForm:
    stored = {"stars": rating.stars, "comment": rating.comment} if rating else {}
    return RatingForm(initial={"seen": feedback.seen_rating(rating), **stored})


def notes_card(meeting, user, held, bound=None) -> dict[str, object] | None:
    """One's own private note, and what is shared."""
    # Who looks at the page as somebody else reads what is shared, and is asked for nothing.
    may_write = not user.seen_as and not own_notes_refusal(meeting, held)
    if not may_write and not may_read_booking_note(meeting, user, held):
        return None
    found = (
        Note.objects.visible_to(user).filter(meeting=meeting).select_related("author").order_by("author__name", "pk")
    )
    own = {SHARED if note.shared else PRIVATE: note for note in found if note.author_id == user.pk}
    others = [note for note in found if note.author_id != user.pk and note.text]
    forms = {sort: own_note_form(sort, own.get(sort)) for sort in (PRIVATE, SHARED)} if may_write else {}
    if bound is not None:
        forms[bound.which] = bound
    # Somebody who has left the path reads what they wrote.
    kept = {} if may_write else {sort: note for sort, note in own.items() if note.text}
    if not forms and not kept and not others:
        return None
    written = {sort for sort, note in own.items() if note.text} | ({SHARED} if others else set())
    return {
        "private": forms.get(PRIVATE),
        "shared": forms.get(SHARED),
        "kept": kept,
        "others": others,
        # What is written is shown at once, and so is what was sent and not taken.
        "open": written | ({bound.which} if bound is not None else set()),
        "readers": {sort: (READERS if sort in written else NOT_WRITTEN)[sort] for sort in READERS},
    }


def own_note_form(sort: str, note: Note | None) -> OwnNoteForm:
    text = note.text if note else ""
    return OwnNoteForm(sort=sort, initial={"sort": sort, "seen": feedback.seen_note(note), "text": text})
