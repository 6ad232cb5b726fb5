"""After a meeting: how it went, ratings, notes. The forms stand on its page; here they are taken, or shown again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from meetings import booking
from meetings.booking import feedback
from meetings.enums import Happening
from meetings.models import Note, Rating
from meetings.pages.form_tokens import mend
from meetings.pages.meeting import feedback_cards
from meetings.pages.meeting.facts import facts
from meetings.pages.meeting.feedback_forms import PRIVATE, SHARED, OutcomeForm, OwnNoteForm, RatingForm
from meetings.pages.next_page import once, said
from meetings.permissions import gates, outcomes, standings
from meetings.permissions.notes import own_notes_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@once
def outcome(request, meeting_id) -> HttpResponse:
    now, meeting, held = _opened(request, meeting_id)
    _refuse(outcomes.outcome_refusal(meeting, held, now))
    if request.method != "POST":
        return _page(request, meeting, held, now, "outcome", gettext("How did it go?"), _kept(request, OutcomeForm))
    form, status = OutcomeForm(request.POST), 400
    mend(form)
    if form.is_valid():
        try:
            booking.mark_outcome(meeting=meeting, by=request.user, now=now, **form.cleaned_data)
        except booking.BookingRefused as error:
            raise PermissionDenied(str(error)) from error
        except booking.Unfit as error:
            form.add_error(error.field, str(error))
        except booking.BookingError as error:
            meeting = gates.open_meeting(request.user, meeting_id, now=now)
            form.data = request.POST.dict() | {"was": meeting.status}
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, said(meeting, Happening.OUTCOME, request.user.reader, now))
            return redirect(meeting)
    return _page(request, meeting, held, now, "outcome", gettext("How did it go?"), form, status)


@require_http_methods(["GET", "HEAD", "POST"])
def rating(request, meeting_id) -> HttpResponse:
    now, meeting, held = _opened(request, meeting_id)
    _refuse(outcomes.rating_refusal(meeting, held, now))
    if request.method != "POST":
        return _page(request, meeting, held, now, "rating", gettext("Your rating"), _kept(request, RatingForm))
    form, status, stored = RatingForm(request.POST), 400, None
    if form.is_valid():
        try:
            feedback.rate(meeting=meeting, by=request.user, now=now, **form.cleaned_data)
        except feedback.FeedbackRefused as error:
            raise PermissionDenied(str(error)) from error
        except feedback.FeedbackError as error:
            stored = Rating.objects.filter(meeting=meeting, user=request.user).first()
            form.data = request.POST.dict() | {"seen": feedback.seen_rating(stored)}
            form.add_error(
                None,
                gettext("%(problem)s It stands below; save again to put this one in its place.") % {"problem": error},
            )
            status = 409
        else:
            messages.success(request, gettext("Your rating is saved. Thank you!"))
            return redirect(meeting)
    saved = f"{stored}. {stored.comment}".strip() if stored else ""
    return _page(request, meeting, held, now, "rating", gettext("Your rating"), form, status, saved)


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request, meeting_id) -> HttpResponse:
    now, meeting, held = _opened(request, meeting_id)
    _refuse(own_notes_refusal(meeting, held))
    if request.method != "POST":
        return _page(request, meeting, held, now, "notes", gettext("Notes"), _kept(request, _own_note))
    form, status, saved = _own_note(request.POST), 400, ""
    sort = form.which
    if form.is_valid():
        shared, text, seen = sort == SHARED, form.cleaned_data["text"], form.cleaned_data["seen"]
        try:
            feedback.write_note(meeting=meeting, shared=shared, text=text, seen=seen, by=request.user, now=now)
        except feedback.FeedbackRefused as error:
            raise PermissionDenied(str(error)) from error
        except feedback.FeedbackError as error:
            stored = Note.objects.filter(meeting=meeting, author=request.user, shared=shared).first()
            form.data = request.POST.dict() | {"seen": feedback.seen_note(stored)}
            saved = stored.text if stored and stored.text else gettext("Nothing: the note was emptied.")
            form.add_error(
                None,
                gettext("%(problem)s It stands below; save again to put this one in its place.") % {"problem": error},
            )
            status = 409
        else:
            messages.success(request, _saved(shared=shared, text=text))
            return redirect(meeting)
    return _page(request, meeting, held, now, "notes", gettext("Notes"), form, status, saved)


def _saved(*, shared: bool, text: str) -> str:
    if shared:
        return gettext("Your shared note is saved.") if text else gettext("Your shared note is empty now.")
    return gettext("Your private note is saved.") if text else gettext("Your private note is empty now.")


def _kept(request, make):
    """The form as it was sent before its sender signed in again."""
    sent = take(request)
    return make(sent) if sent else None


def _own_note(sent):
    return OwnNoteForm(sent, sort=SHARED if sent.get("sort") == SHARED else PRIVATE)


def _opened(request, meeting_id):
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    return now, meeting, standings.meeting_standings(request.user, meeting)


def _refuse(reason: str) -> None:
    if reason:
        raise PermissionDenied(reason)


def _page(request, meeting, held, now, part, title, form=None, status=200, saved=""):
    """The card alone, with the form that was sent, and what is saved where that is newer than the form."""
    context = {
        "nav": "meetings",
        "meeting": meeting,
        "part": f"meetings/_{part}.html",
        "title": title,
        "form": form,
        "saved": saved,
        **facts(meeting, request.user, held, now),
        **feedback_cards.cards(meeting, request.user, held, now, form),
    }
    return render(request, "meetings/feedback.html", context, status=status)
