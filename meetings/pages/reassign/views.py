"""Giving a session to another expert: who is free at its time, and done."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from everwise import wording
from everwise.accounts.kept_posts import take
from experts.models import Expert
from meetings import booking
from meetings.enums import Action, Happening
from meetings.pages.form_tokens import mend
from meetings.pages.next_page import next_page, once, said
from meetings.pages.reassign.candidates import Candidates, choice
from meetings.pages.reassign.forms import ReassignForm
from meetings.permissions import deadlines, gates
from meetings.permissions.reassigning import may_pass_caps


@require_http_methods(["GET", "HEAD", "POST"])
@once
def reassign(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting, held = gates.open_meeting_to_give(request.user, meeting_id, now=now)
    form, status = ReassignForm(request.POST or take(request), initial=_marks(meeting)), 200
    if request.method == "POST":
        status = 400
        mend(form)
        if form.is_valid():
            try:
                done = _give(request, meeting, form.cleaned_data, now)
            except booking.BookingRefused as error:
                raise PermissionDenied(str(error)) from error
            except booking.BookingError as error:
                status = 409
                # As it stands after whatever has come between.
                meeting, held = gates.open_meeting_to_give(request.user, meeting_id, now=now)
                form.data = request.POST.dict() | {"sequence": meeting.sequence}
                shown = _choice(request, meeting, form, held, now)
                form.add_error(_field(error, shown), _problem(error, shown))
            else:
                messages.success(request, said(done, Happening.REASSIGNED, request.user.reader, now))
                return redirect(next_page(request.user, done))
    context = {
        "nav": "meetings",
        "meeting": meeting,
        "now": now,
        "form": form,
        "can_move": not deadlines.obstacle(Action.RESCHEDULE, meeting, held, now),
        "choice": _choice(request, meeting, form, held, now),
        "participant": meeting.participants[0],
        "present": meeting.experts[0],
    }
    return render(request, "meetings/reassign.html", context, status=status)


def _marks(meeting) -> dict[str, object]:
    return {"token": uuid4(), "sequence": meeting.sequence}


def _give(request, meeting, asked, now):
    to = Expert.objects.filter(themes=meeting.theme_id, pk=asked["expert"]).select_related("user").first()
    if to is None:
        raise booking.NotOffered(_("That expert doesn’t take this theme. Please choose again."))
    return booking.reassign(
        meeting=meeting,
        to=to,
        by=request.user,
        token=asked["token"],
        sequence=asked["sequence"],
        message=asked["message"],
        override_cap=asked["over_limit"],
        now=now,
    )


def _choice(request, meeting, form, held, now) -> Candidates:
    wanted = str(form["expert"].value() or "")
    return choice(meeting, reader=request.user.reader, admin=may_pass_caps(held), now=now, wanted=wanted)


def _field(error: booking.BookingError, shown: Candidates) -> str | None:
    """Beside which field the problem stands; None: above all."""
    if isinstance(error, booking.StaleMeeting):
        return None
    return "over_limit" if isinstance(error, booking.AtLimit) and shown.any_at_limit else "expert"


def _problem(error: booking.BookingError, shown: Candidates) -> str:
    """Why not, and where somebody was quicker, who is left."""
    if isinstance(error, booking.JustTaken) and (left := shown.still_free):
        return _("%(problem)s %(name)s is still free.") % {"problem": error, "name": wording.isolated(left)}
    return str(error)
