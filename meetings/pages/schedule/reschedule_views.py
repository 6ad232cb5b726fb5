"""Moving and cancelling a drop-in session."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from experts.models import Expert
from meetings import booking
from meetings.booking.terms import Terms
from meetings.enums import Action, Happening
from meetings.pages import fields
from meetings.pages.fields import ANY
from meetings.pages.near_times import offers
from meetings.pages.next_page import next_page, once, said
from meetings.pages.schedule.forms import MoveForm
from meetings.pages.schedule.time_page import TimePage, reader_of
from meetings.permissions import gates
from meetings.slots.openings import Openings


@require_http_methods(["GET", "HEAD", "POST"])
@once
def reschedule(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now, action=Action.RESCHEDULE)
    if request.method != "POST":
        return _times(request, meeting, now)
    form = MoveForm(request.POST)
    if not form.is_valid():
        problems = [error for errors in form.errors.values() for error in errors]
        return _times(request, meeting, now, problems=problems)
    wanted = form.cleaned_data["expert"]
    expert = (
        Expert.objects.filter(themes=meeting.theme_id, pk=wanted).select_related("user").first()
        if isinstance(wanted, int)
        else None
    )
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
            shown=form.cleaned_data["shown"],
            now=now,
        )
    except booking.Changed as error:
        current = gates.open_meeting(request.user, meeting_id, now=now, action=Action.RESCHEDULE)
        return _times(request, current, now, problems=[f"{error} The meeting was not moved."], status=409)
    except booking.StaleMeeting as error:
        current = gates.open_meeting(request.user, meeting_id, now=now)
        return _times(request, current, now, problems=[str(error)], status=409)
    except (booking.JustTaken, booking.AlreadyBusy) as error:
        return _taken(request, meeting, now, form.cleaned_data["start"], busy=isinstance(error, booking.AlreadyBusy))
    except booking.NotOffered as error:
        return _times(request, meeting, now, problems=[str(error)])
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, said(moved, Happening.RESCHEDULED, request.user.reader, now))
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
        "terms": Terms.of(meeting.path, meeting.duration_minutes),
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
        query = {"start": other.strftime(fields.VALUE), "expert": present.pk if present.pk in free else ANY}
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
