"""Moving a drop-in session: choose a new time, then save it."""

from datetime import timedelta
from typing import cast
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everwise import wording
from everwise.accounts.kept_posts import take
from experts.models import Expert
from meetings import booking
from meetings.booking.credits import extra_of
from meetings.booking.limits import Allowance, allowance_of
from meetings.booking.terms import Terms
from meetings.enums import Action, Happening
from meetings.models import Meeting
from meetings.pages import fields
from meetings.pages.fields import ANY
from meetings.pages.near_times import offers
from meetings.pages.next_page import next_page, once, said
from meetings.pages.schedule import steps, who
from meetings.pages.schedule.forms import MoveForm, TimeQuery
from meetings.pages.schedule.searches import note_search
from meetings.pages.schedule.time_page import TimePage, reader_of
from meetings.permissions import gates
from meetings.slots.openings import Openings
from paths.models import Theme


@require_http_methods(["GET", "HEAD", "POST"])
@once
def reschedule(request, meeting_id) -> HttpResponse:
    """The free times; with a chosen one in the address, its last step."""
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now, action=Action.RESCHEDULE)
    if request.method != "POST":
        query = TimeQuery(request.GET)
        query.is_valid()
        start = query.cleaned_data.get("start")
        return _save_page(request, meeting, start, now) if start else _times_page(request, meeting, now)
    form = MoveForm(request.POST)
    form.is_valid()
    start = form.cleaned_data.get("start")
    problems = [error for errors in form.errors.values() for error in errors]
    if start is None:
        return _times_page(request, meeting, now, problems)
    if problems:
        return _save_page(request, meeting, start, now, problems=problems)
    wanted = form.cleaned_data["expert"]
    expert = (
        Expert.objects.filter(themes=meeting.theme_id, pk=wanted).select_related("user").first()
        if isinstance(wanted, int)
        else None
    )
    if isinstance(wanted, int) and expert is None:
        problem = _("That expert doesn’t take this theme. Please choose again.")
        return _save_page(request, meeting, start, now, problems=[problem])
    try:
        moved = booking.reschedule(
            meeting=meeting,
            by=request.user,
            start=start,
            expert=expert,
            any_expert=wanted == ANY,
            token=form.cleaned_data["token"],
            sequence=form.cleaned_data["sequence"],
            shown=form.cleaned_data["shown"],
            now=now,
        )
    except booking.Changed as error:
        current = gates.open_meeting(request.user, meeting_id, now=now, action=Action.RESCHEDULE)
        problem = _("%(changes)s The meeting was not moved.") % {"changes": error}
        return _save_page(request, current, start, now, problems=[problem], status=409)
    except booking.StaleMeeting as error:
        current = gates.open_meeting(request.user, meeting_id, now=now)
        return _save_page(request, current, start, now, problems=[str(error)], status=409)
    except (booking.JustTaken, booking.AlreadyBusy) as error:
        return _taken_page(request, meeting, now, start, busy=isinstance(error, booking.AlreadyBusy))
    except (booking.NotOffered, booking.NoSessionsLeft) as error:
        return _times_page(request, meeting, now, [str(error)])
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, said(moved, Happening.RESCHEDULED, request.user.reader, now))
    return redirect(next_page(request.user, moved))


def _address(meeting: Meeting, request, **more) -> str:
    """A step's address with what is chosen so far."""
    query = {key: request.GET[key] for key in ("expert", "zone") if request.GET.get(key)}
    return f"{reverse('meetings:reschedule', args=[meeting.pk])}?{urlencode(query | more)}"


def _theme_of(meeting: Meeting) -> Theme:
    """The drop-in's theme, which knows the path as it was read with the meeting."""
    theme = cast("Theme", meeting.theme)
    theme.path = meeting.path
    return theme


def _times_page(request, meeting, now, problems=()):
    """The free times, with the present one marked."""
    present = meeting.experts[0]
    page = TimePage(
        request.GET,
        user=request.user,
        reader=reader_of(request),
        path=meeting.path,
        theme=_theme_of(meeting),
        participant=meeting.participants[0],
        now=now,
        minutes=meeting.duration_minutes,
        moving=meeting,
        expert=present.expert.pk,
    )
    page.problems[:] = dict.fromkeys([*problems, *page.problems])
    times = page.context(f"{_address(meeting, request, expert=page.expert)}&start=")
    note_search(request, page, times.get("days"))
    context = times | {
        "steps": steps.moving(),
        "meeting": meeting,
        "theme": meeting.theme,
        "path": meeting.path,
        "now": now,
        "present": present,
        "times_url": reverse("meetings:reschedule", args=[meeting.pk]),
    }
    return render(request, "meetings/reschedule.html", context, status=page.status)


def _openings(meeting: Meeting, now, **span) -> Openings:
    """The time of the theme's experts, unless told otherwise up to the horizon, as if the meeting were not there."""
    until = now + timedelta(days=meeting.path.horizon_days + 2)
    return Openings(
        meeting.path,
        **({"since": now, "until": until} | span),
        now=now,
        participant=meeting.participants[0],
        theme=_theme_of(meeting),
        moving=meeting,
        shut=_allowance(meeting, now).shut,
    )


def _allowance(meeting: Meeting, now) -> Allowance:
    """The months into which the meeting may be moved."""
    return allowance_of(meeting.participants[0], meeting.path, now=now, moving=meeting)


def _save_page(request, meeting, start, now, *, problems=(), status=400):
    """The old time, the new one, and who can take it."""
    minutes, participant, present = meeting.duration_minutes, meeting.participants[0], meeting.experts[0]
    if refusal := _allowance(meeting, now).refusal(start):
        other = None if participant == request.user else participant
        return _times_page(request, meeting, now, [refusal.words(reader_of(request), now, other)])
    openings = _openings(meeting, now, since=start, until=start + timedelta(seconds=1))
    free = [openings.experts[pk] for pk in openings.starts(minutes).get(start, [])]
    end = start + timedelta(minutes=minutes)
    if not free:
        return _taken_page(request, meeting, now, start, busy=openings.participant_is_busy(start, end))
    times_url = _address(meeting, request, at=start.strftime(fields.VALUE))
    reader = reader_of(request)
    others = [each.first_name for each in (participant, present.expert.user) if each != request.user]
    context = {
        "steps": steps.moving(times_url),
        "meeting": meeting,
        "start": start,
        "end": end,
        "value": start.strftime(fields.VALUE),
        "times_url": times_url,
        "who": who.choice(
            free,
            start,
            user=request.user,
            reader=reader,
            wanted=(request.POST or take(request) or request.GET).get("expert", ""),
            participant=participant,
            now=now,
            present=present.expert,
        ),
        "other": None if participant == request.user else participant,
        "present": present,
        "present_is_free": present.expert in free,
        "mailed": ngettext(
            "%(names)s gets an e-mail, and the invitation moves in all calendars.",
            "%(names)s get an e-mail, and the invitation moves in all calendars.",
            len(others),
        )
        % {"names": wording.names(others)},
        "reader": reader,
        "now": now,
        "token": uuid4(),
        "terms": Terms.of(meeting.path, minutes, extra_of(participant, meeting.path)),
        "problems": problems,
    }
    return render(request, "meetings/save_new_time.html", context, status=status if problems else 200)


def _taken_page(request, meeting, now, start, *, busy):
    """That time is gone: the nearest ones, each leading on to be saved."""
    present = meeting.experts[0].expert

    def url(other, free):
        expert = present.pk if present.pk in free else ANY
        return _address(meeting, request, start=other.strftime(fields.VALUE), expert=expert)

    context = {
        "steps": steps.moving(),
        "meeting": meeting,
        "theme": meeting.theme,
        "now": now,
        "start": start,
        "busy": busy,
        "own": meeting.participants[0] == request.user,
        "reader": reader_of(request),
        "offers": offers(_openings(meeting, now), meeting.duration_minutes, start, url),
    }
    return render(request, "meetings/taken.html", context, status=409)
