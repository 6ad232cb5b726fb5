"""Moving and cancelling a drop-in session."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from everwise import timefmt
from meetings import access, booking, timetable
from meetings.afterwards import next_page
from meetings.cancelling import cancel_context
from meetings.enums import Action
from meetings.forms import ANY, CancelForm, MoveForm
from meetings.openings import Openings
from meetings.timepage import TimePage, offers, reader_of


@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request, meeting_id):
    now = request.now = timezone.now()
    meeting = access.open_meeting(request.user, meeting_id, now=now, action=Action.RESCHEDULE)
    if request.method != "POST":
        return _times(request, meeting, now)
    form = MoveForm(request.POST)
    if not form.is_valid():
        problems = [error for errors in form.errors.values() for error in errors]
        return _times(request, meeting, now, problems=problems)
    wanted = form.cleaned_data["expert"]
    expert = meeting.theme.experts.filter(pk=wanted).select_related("user").first() if isinstance(wanted, int) else None
    if isinstance(wanted, int) and expert is None:
        return _times(request, meeting, now, problems=["That expert doesn’t take this theme. Please choose again."])
    try:
        moved = booking.reschedule(
            meeting=meeting,
            by=request.user,
            start=form.cleaned_data["start"],
            expert=expert,
            any_expert=wanted == ANY,
            token=form.cleaned_data["token"],
            sequence=form.cleaned_data["sequence"],
            now=now,
        )
    except booking.Stale as error:
        current = access.open_meeting(request.user, meeting_id, now=now)
        return _times(request, current, now, problems=[str(error)], status=409)
    except (booking.JustTaken, booking.AlreadyBusy) as error:
        return _taken(request, meeting, now, form.cleaned_data["start"], busy=isinstance(error, booking.AlreadyBusy))
    except booking.NotOffered as error:
        return _times(request, meeting, now, problems=[str(error)])
    except booking.Refused as error:
        raise PermissionDenied(str(error)) from error
    when = timefmt.short_day(moved.starts_at, request.user.reader, now)
    messages.success(request, f"Moved to {when}, {timefmt.clock(moved.starts_at, request.user.reader)}.")
    return redirect(next_page(request.user, moved))


def _times(request, meeting, now, *, problems=(), status=400):
    """The week of free times, with the present one marked; what was chosen stays chosen."""
    theme = meeting.theme
    theme.path = meeting.path
    sent = request.POST
    present = meeting.experts[0].expert
    query = request.GET.dict()
    if sent:
        query |= {"start": sent.get("start", ""), "expert": sent.get("expert", "")}
    page = TimePage(
        query,
        reader=request.user.reader,
        path=meeting.path,
        theme=theme,
        participant=meeting.participants[0],
        now=now,
        minutes=meeting.duration_minutes,
        moving=meeting,
        expert=present.pk,
    )
    context = page.context()
    if sent:
        page.problems[:] = dict.fromkeys([*problems, *page.problems])
    context |= {
        "meeting": meeting,
        "theme": theme,
        "path": meeting.path,
        "now": now,
        "token": uuid4(),
        "present": meeting.experts[0],
        "times_url": reverse("meetings:reschedule", args=[meeting.pk]),
    }
    answer = status if problems else page.status
    return render(request, "meetings/reschedule.html", context, status=answer)


def _taken(request, meeting, now, start, *, busy):
    """That time is gone: the nearest ones, each leading back to the times with it chosen."""
    meeting.theme.path = meeting.path
    openings = Openings(
        meeting.path,
        since=now,
        until=now + timedelta(days=meeting.path.horizon_days + 2),
        now=now,
        participant=meeting.participants[0],
        theme=meeting.theme,
        moving=meeting,
    )
    present = meeting.experts[0].expert
    reader = reader_of(request.GET, request.user.reader)

    def url(other, free):
        query = {"start": other.strftime(timetable.VALUE), "expert": present.pk if present.pk in free else ANY}
        if "zone" in request.GET:
            query["zone"] = reader.zone.key
        return f"{reverse('meetings:reschedule', args=[meeting.pk])}?{urlencode(query)}"

    context = {
        "meeting": meeting,
        "theme": meeting.theme,
        "now": now,
        "start": start,
        "busy": busy,
        "own": meeting.participants[0] == request.user,
        "reader": reader,
        "offers": offers(openings, meeting.duration_minutes, start, url),
    }
    return render(request, "meetings/taken.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, meeting_id):
    now = request.now = timezone.now()
    meeting = access.open_meeting(request.user, meeting_id, now=now, action=Action.CANCEL)
    form = CancelForm(request.POST) if request.method == "POST" else None
    status = 200
    if form is not None:
        if form.is_valid():
            try:
                booking.cancel(
                    meeting=meeting,
                    by=request.user,
                    message=form.cleaned_data["message"],
                    sequence=form.cleaned_data["sequence"],
                    now=now,
                )
            except booking.Stale as error:
                meeting = access.open_meeting(request.user, meeting_id, now=now)
                form.data = form.data.dict() | {"sequence": meeting.sequence}
                form.add_error(None, str(error))
                status = 409
            except booking.Refused as error:
                raise PermissionDenied(str(error)) from error
            else:
                messages.success(request, "The meeting is cancelled. Everybody in it gets an e-mail.")
                return redirect(meeting)
        else:
            status = 400
    context = {"meeting": meeting, "nav": "meetings", "now": now, **cancel_context(request.user, meeting, now, form)}
    return render(request, "meetings/cancel.html", context, status=status)
