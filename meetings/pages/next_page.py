"""Where a person goes after a change they made, and what that page says; also when they send the same form again."""

import functools
from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from everwise import timefmt, wording
from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings import booking
from meetings.enums import Happening, Status
from meetings.models import Attendee, Meeting
from meetings.pages.form_tokens import sending
from paths.enums import Role
from paths.models import Path, Theme

# Of what else a form does.
SAID = {
    Happening.BOOKED: gettext_lazy("The meeting is booked. Everybody in it gets an e-mail."),
    Happening.SCHEDULED: gettext_lazy("The meeting is scheduled. Everybody in it gets an e-mail."),
    Happening.CANCELLED: gettext_lazy("The meeting is cancelled. Everybody in it gets an e-mail."),
    Happening.UPDATED: gettext_lazy("The meeting is updated. Everybody in it gets an e-mail."),
    Happening.NOTE_CHANGED: gettext_lazy("The note is changed. Everybody in the meeting gets an e-mail."),
}


def next_page(user: User, meeting: Meeting) -> str:
    """The meeting's page, or what is nearest to it: a change may take away the right to see it."""
    if meeting.status != Status.DELETED and Meeting.objects.filter(pk=meeting.pk).visible_to(user).exists():
        return meeting.get_absolute_url()
    if Path.objects.visible_to(user).filter(pk=meeting.path_id).exists():
        return reverse("paths:detail", args=[meeting.path_id])
    return reverse("home")


def said(meeting: Meeting, happening: Happening, reader: Reader, now: datetime) -> str:
    """What whoever has done this reads next."""
    match happening:
        case Happening.RESCHEDULED:
            day, time = timefmt.short_day(meeting.starts_at, reader, now), timefmt.clock(meeting.starts_at, reader)
            return gettext("Moved to %(day)s, %(time)s.") % {"day": day, "time": time}
        case Happening.REASSIGNED:
            experts = User.objects.filter(
                attendances__meeting=meeting, attendances__role=Role.EXPERT, attendances__removed_at=None
            )
            return gettext("%(expert)s has it now.") % {"expert": wording.names(list(experts))}
        case Happening.HANDED_OVER:
            text = gettext("%(organizer)s is the organizer now. Everybody in the meeting gets an e-mail.")
            return text % {"organizer": wording.isolated(meeting.organizer)}
        case Happening.DELETED:
            return gettext("“%(title)s” is deleted. Everybody in it gets an e-mail.") % {
                "title": wording.isolated(meeting.title)
            }
        case Happening.OUTCOME:
            return gettext("Thank you, that is noted. Nobody gets an e-mail about it.")
        case _:
            return str(SAID[happening])


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form with a token (form_tokens.sending) that is sent twice is one change, and both times the same answer.

    The view takes the request first.

    Asked first, for the change may have taken the right away; and once more where the view says no, since what stands
    in the way may be what this very form has done in the meantime.
    """

    @functools.wraps(view)
    def answer(request, *args, **kwargs):
        if done := _sent_before(request):
            return done
        try:
            response = view(request, *args, **kwargs)
        except (Http404, PermissionDenied):
            if done := _sent_before(request):
                return done
            raise
        return (response.status_code >= 400 and _sent_before(request)) or response

    return answer


def _sent_before(request):
    # A button with a name only shows the page again.
    token = None if request.method != "POST" or request.POST.get("do") else sending(request.POST)
    if not (token and request.user.is_authenticated and (done := booking.done_by(request.user, token))):
        return None
    meeting, happening = done
    messages.success(request, said(meeting, happening, request.user.reader, timezone.now()))
    return redirect(next_page(request.user, meeting))


def booked_before(participant: User, theme: Theme, start: datetime, expert: int | None = None) -> Meeting | None:
    """The very session that somebody wants to book, where the participant has it already; with this expert, if any."""
    mine = {"attendees__user": participant, "attendees__role": Role.PARTICIPANT, "attendees__live": True}
    found = Meeting.objects.scheduled().filter(theme=theme, starts_at=start, **mine)
    if expert is not None:
        gives = Attendee.objects.present().filter(role=Role.EXPERT, user__expert=expert)
        found = found.filter(pk__in=gives.values("meeting"))
    return found.first()
