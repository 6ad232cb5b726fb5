"""A meeting's own pages: the list, one of them, the page after booking, the way into its room, its note."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from meetings import aftermath, booking, history, summaries
from meetings.booking.feedback import digest
from meetings.calendars.links import links
from meetings.cancelling import cancel_context
from meetings.forms import NoteForm
from meetings.meeting_page import facts
from meetings.models import Meeting
from meetings.permissions import gates, refusals, standings
from meetings.rescue_page import rescue_context

PAGE_SIZE = 20


@require_safe
def meeting_list(request):
    now = request.now = timezone.now()
    past = request.GET.get("show") == "past"
    found = Meeting.objects.of(request.user, since=None if past else now)
    found = found.past(now) if past else found.upcoming(now)
    page = Paginator(found.with_people(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"nav": "meetings", "past": past, "page": page, "rows": summaries.rows(page, request.user, now)}
    return render(request, "meetings/list.html", context)


@require_safe
def detail(request, meeting_id):
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    refused = refusals.meeting_refusals(request.user, meeting, now)
    held = standings.meeting_standings(request.user, meeting)
    context = {
        "nav": "meetings",
        "meeting": meeting,
        "refusals": refused,
        "history": history.lines(meeting, request.user),
        "calendar_links": links(meeting, now),
        **facts(meeting, request.user, held, now),
        **aftermath.cards(meeting, request.user, held, now),
        **rescue_context(meeting, request.user, held, now),
    }
    if not refused["cancel"]:
        context |= cancel_context(request.user, meeting, now)
    return render(request, "meetings/detail.html", context)


@require_safe
def booked(request, meeting_id):
    """What a person sees right after booking a drop-in; to anybody else the meeting's own page tells more."""
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    everybody = [attendee.user for attendee in meeting.attendees.all()]
    fresh = meeting.is_dropin and meeting.is_scheduled and not meeting.has_started(now)
    if not fresh or request.user not in everybody:
        return redirect(meeting)
    held = standings.meeting_standings(request.user, meeting)
    context = {"nav": "meetings", "meeting": meeting, **facts(meeting, request.user, held, now)}
    context["calendar_links"] = links(meeting, now)
    return render(request, "meetings/booked.html", context)


@require_safe
def join(request, meeting_id):
    """The address that mails carry: it leads on to the video room while that is open, and says when otherwise."""
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    if meeting.video_link and meeting.room_is_open(now):
        return redirect(meeting.video_link)
    held = standings.meeting_standings(request.user, meeting)
    context = {"nav": "meetings", "meeting": meeting, **facts(meeting, request.user, held, now)}
    return render(request, "meetings/join.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_note(request, meeting_id):
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    held = standings.meeting_standings(request.user, meeting)
    if reason := refusals.note_refusal(meeting, held, now):
        raise PermissionDenied(reason)
    shown = {"note": meeting.note, "seen": digest(meeting.note)}
    form = NoteForm(request.POST if request.method == "POST" else None, initial=shown)
    status, saved = 400 if form.is_bound else 200, ""
    if form.is_valid():
        try:
            booking.change_note(meeting=meeting, by=request.user, now=now, **form.cleaned_data)
        except booking.Refused as refused:
            raise PermissionDenied(str(refused)) from refused
        except booking.Stale as error:
            meeting = gates.open_meeting(request.user, meeting_id, now=now)
            form.data = form.data.dict() | {"seen": digest(meeting.note)}
            form.add_error(None, f"{error} It stands below; save again to put yours in its place.")
            status, saved = 409, meeting.note or "Nothing: the note was emptied."
        else:
            return redirect(meeting)
    context = {"nav": "meetings", "meeting": meeting, "form": form, "saved": saved}
    return render(request, "meetings/note.html", context | facts(meeting, request.user, held, now), status=status)
