"""A meeting's own pages: the list, one of them, the page after booking, the way into its room, its note."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everwise import wording
from everwise.accounts.kept_posts import take
from meetings import booking
from meetings.booking.feedback import digest
from meetings.booking.terms import Terms
from meetings.calendars.links import links
from meetings.enums import Action, Happening, Status
from meetings.models import Meeting
from meetings.pages import calendar_answers, meeting_rows
from meetings.pages.form_tokens import sending
from meetings.pages.held_cards import sooner_url
from meetings.pages.meeting import feedback_cards, history
from meetings.pages.meeting.again import again_card
from meetings.pages.meeting.answer_cards import answers_card, brief_card
from meetings.pages.meeting.cancellation import cancel_context
from meetings.pages.meeting.facts import facts, reminded
from meetings.pages.meeting.forms import CancelForm, NoteForm
from meetings.pages.meeting.rescue_offer import rescue_context
from meetings.pages.next_page import next_page, said
from meetings.permissions import deadlines, gates, standings
from meetings.permissions.notes import booking_note_refusal
from meetings.permissions.reassigning import reassign_refusal

PAGE_SIZE = 20


@require_safe
def meeting_list(request) -> HttpResponse:
    now = request.now = timezone.now()
    past = request.GET.get("show") == "past"
    found = Meeting.objects.of(request.user, since=None if past else now)
    found = found.past(now) if past else found.upcoming(now)
    page = Paginator(found.with_people(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"nav": "meetings", "past": past, "page": page, "rows": meeting_rows.rows(page, request.user, now)}
    return render(request, "meetings/list.html", context)


@require_safe
def detail(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    held = standings.meeting_standings(request.user, meeting)
    refused = deadlines.obstacles(meeting, held, now)
    context = {
        "nav": "meetings",
        "meeting": meeting,
        "refusals": refused,
        "may_give": not reassign_refusal(meeting, held, now),
        "declined": calendar_answers.alert(meeting, request.user, held, now),
        "history": history.lines(meeting, request.user),
        "calendar_links": None if request.user.seen_as else links(meeting, now),
        **facts(meeting, request.user, held, now),
        "answers": answers_card(meeting, request.user, held, now),
        "brief": brief_card(meeting, request.user, held, now),
        **feedback_cards.cards(meeting, request.user, held, now),
        **rescue_context(meeting, request.user, held, now),
        "again": again_card(meeting, request.user, held, now),
        "sooner_url": sooner_url(meeting, request.user, refused),
        # What was just saved stays open, also where it was emptied.
        "saved_fold": request.htmx.target,
    }
    if not refused["cancel"]:
        context |= cancel_context(request.user, meeting, now)
    return render(request, "meetings/detail.html", context)


@require_safe
def booked(request, meeting_id) -> HttpResponse:
    """What a person sees right after booking a drop-in; to anybody else the meeting's own page says more."""
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    everybody = [attendee.user for attendee in meeting.attendees.all()]
    fresh = meeting.is_dropin and meeting.is_scheduled and not meeting.has_started(now)
    if not fresh or request.user not in everybody:
        return redirect(meeting)
    held = standings.meeting_standings(request.user, meeting)
    context = {"nav": "meetings", "meeting": meeting, **facts(meeting, request.user, held, now)}
    refused = deadlines.obstacles(meeting, held, now)
    context |= {"refusals": refused, "sooner_url": sooner_url(meeting, request.user, refused)}
    context |= {"calendar_links": links(meeting, now), "reminded": reminded(meeting, request.user)}
    return render(request, "meetings/booked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_note(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    held = standings.meeting_standings(request.user, meeting)
    if reason := booking_note_refusal(meeting, held, now):
        raise PermissionDenied(reason)
    shown = {"note": meeting.note, "seen": digest(meeting.note)}
    posted = request.method == "POST"
    form = NoteForm(request.POST if posted else take(request), initial=shown)
    status, saved = 400 if posted else 200, ""
    if posted and form.is_valid():
        try:
            booking.change_note(meeting=meeting, by=request.user, now=now, **form.cleaned_data)
        except booking.BookingRefused as refused:
            raise PermissionDenied(str(refused)) from refused
        except booking.StaleMeeting as error:
            meeting = gates.open_meeting(request.user, meeting_id, now=now)
            form.data = request.POST.dict() | {"seen": digest(meeting.note)}
            text = gettext("%(problem)s It stands below; save again to put yours in its place.")
            form.add_error(None, text % {"problem": error})
            status, saved = 409, meeting.note or gettext("Nothing: the note was emptied.")
        else:
            return redirect(meeting)
    context = {"nav": "meetings", "meeting": meeting, "form": form, "saved": saved}
    return render(request, "meetings/note.html", context | facts(meeting, request.user, held, now), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    form = CancelForm(request.POST) if request.method == "POST" else None
    # The same form once more, or one from another tab: they have what they ask for.
    mine = meeting.status == Status.CANCELLED and meeting.cancelled_by_id == request.user.pk
    if form is not None and mine and form.is_valid():
        return _cancelled(request, meeting)
    if reason := deadlines.refusal(Action.CANCEL, meeting, standings.meeting_standings(request.user, meeting), now):
        raise PermissionDenied(reason)
    status = 200
    if form is not None:
        status = 400
        if form.is_valid():
            try:
                done = booking.cancel(
                    meeting=meeting,
                    by=request.user,
                    message=form.cleaned_data["message"],
                    sequence=form.cleaned_data["sequence"],
                    shown=form.cleaned_data["counts"],
                    now=now,
                )
            except (booking.StaleMeeting, booking.Changed) as error:
                meeting = gates.open_meeting(request.user, meeting_id, now=now, action=Action.CANCEL)
                form.data = request.POST.dict() | {"sequence": meeting.sequence}
                changed = isinstance(error, booking.Changed)
                problem = gettext("%(problem)s Nothing was cancelled.") % {"problem": error} if changed else str(error)
                form.add_error(None, problem)
                status = 409
            except booking.BookingRefused as error:
                raise PermissionDenied(str(error)) from error
            else:
                return _cancelled(request, done)
    elif kept := take(request):
        form = CancelForm(kept)
    context = {"meeting": meeting, "nav": "meetings", "now": now, **cancel_context(request.user, meeting, now, form)}
    return render(request, "meetings/cancel.html", context, status=status)


def _cancelled(request, meeting):
    """The same page for each sending; a message that comes after the first is not passed on, which is said."""
    messages.success(request, said(meeting, Happening.CANCELLED, request.user.reader, request.now))
    typed = " ".join(request.POST.get("message", "").split())
    if typed and typed != " ".join(meeting.cancel_message.split()):
        text = gettext("It was cancelled before, so this message was not sent: “%(message)s”")
        messages.info(request, text % {"message": typed})
    return redirect(next_page(request.user, meeting))


@require_POST
def rescue(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    # A damaged token does no harm: a meeting is rescued once, whatever form asks for it.
    token = sending(request.POST) or uuid4()
    shown = request.POST.get("shown", "")
    expert = request.POST.get("expert", "")
    try:
        terms = Terms.read(shown) if shown else None
        named = UUID(expert) if expert else None
    except ValueError:
        text = gettext("This form was damaged. Nothing was booked; please take the time once more.")
        messages.warning(request, text)
        return redirect(meeting)
    try:
        new = booking.rescue(meeting=meeting, by=request.user, token=token, shown=terms, named=named, now=now)
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    except booking.BookingError as error:
        messages.warning(request, gettext("%(problem)s Nothing was booked.") % {"problem": error})
        return redirect(meeting)
    if named and named not in {expert.pk for expert in new.experts}:
        text = gettext("The expert who was named was just taken: you meet %(experts)s.")
        messages.info(request, text % {"experts": wording.names(new.experts)})
    return redirect("meetings:booked", new.pk)


@require_POST
def not_now(request, meeting_id) -> HttpResponse:
    """Hides the offer of a lost session on the first page of its participant."""
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    try:
        booking.hide_offer(meeting=meeting, by=request.user, now=now)
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    text = gettext("Hidden here. The page of “%(title)s” keeps the offer, under Meetings.")
    messages.success(request, text % {"title": wording.isolated(meeting.title)})
    return redirect("home")
