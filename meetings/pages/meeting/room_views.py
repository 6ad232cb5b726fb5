"""The video room: the address that leads on to its link while it is open."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from meetings import rooms
from meetings.pages.meeting.facts import facts
from meetings.permissions import gates, standings

OUTAGES = {
    rooms.RoomOutage.NO_ANSWER: gettext_lazy(
        "The video server does not answer now. Your meeting stands as it was. Please try again in a minute."
    ),
    rooms.RoomOutage.DECLINED: gettext_lazy(
        "The video server does not let us in. Your meeting stands as it was. An admin of the path must look at its"
        " settings."
    ),
}


@require_safe
def join(request, meeting_id) -> HttpResponse:
    """The address that mails carry: it leads on to the video room while that is open, and says when otherwise."""
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    outage = ""
    if meeting.has_room and meeting.room_is_open(now):
        try:
            return redirect(rooms.link_for(meeting, request.user, now=now))
        except rooms.RoomUnavailable as error:
            # Not an error of ours, which alerts count by their status.
            outage = str(OUTAGES[error.outage])
    held = standings.meeting_standings(request.user, meeting)
    context = {"nav": "meetings", "meeting": meeting, "outage": outage, **facts(meeting, request.user, held, now)}
    return render(request, "meetings/join.html", context)
