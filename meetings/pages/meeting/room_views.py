"""The video room: the address that leads on to its link while it is open."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.pages.meeting.facts import facts
from meetings.permissions import gates, standings


@require_safe
def join(request, meeting_id) -> HttpResponse:
    """The address that mails carry: it leads on to the video room while that is open, and says when otherwise."""
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    if meeting.video_link and meeting.room_is_open(now):
        return redirect(meeting.video_link)
    held = standings.meeting_standings(request.user, meeting)
    context = {"nav": "meetings", "meeting": meeting, **facts(meeting, request.user, held, now)}
    return render(request, "meetings/join.html", context)
