"""Taking the time of a session that was called off, with another expert."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from meetings import booking
from meetings.booking.terms import Terms
from meetings.forms_marks import sending
from meetings.permissions import gates


@require_POST
def rescue(request, meeting_id):
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    # A damaged token does no harm: a meeting is rescued once, whatever form asks for it.
    token = sending(request.POST) or uuid4()
    shown = request.POST.get("shown", "")
    try:
        terms = Terms.read(shown) if shown else None
    except ValueError:
        messages.warning(request, "This form was damaged. Nothing was booked; please take the time once more.")
        return redirect(meeting)
    try:
        new = booking.rescue(meeting=meeting, by=request.user, token=token, shown=terms, now=now)
    except booking.Refused as error:
        raise PermissionDenied(str(error)) from error
    except booking.BookingError as error:
        messages.warning(request, f"{error} Nothing was booked.")
        return redirect(meeting)
    return redirect("meetings:booked", new.pk)
