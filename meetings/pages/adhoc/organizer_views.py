"""What else an organizer does with an ad-hoc meeting: hand their place over, or delete it."""

from collections import Counter
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from everwise.accounts.models import User
from meetings import booking
from meetings.enums import Action, Happening
from meetings.pages import invited
from meetings.pages.adhoc.forms import DeleteForm, HandOverForm
from meetings.pages.form_tokens import mend
from meetings.pages.next_page import next_page, once, said
from meetings.permissions import gates, standings
from meetings.permissions.standings import CHANGERS


@require_http_methods(["GET", "HEAD", "POST"])
@once
def hand_over(request, meeting_id) -> HttpResponse:
    def make_form(meeting, data):
        there = [attendee.user_id for attendee in meeting.attendees.all()]
        others = User.objects.filter(pk__in=there).exclude(pk=meeting.organizer_id)
        return HandOverForm(data, people=others, initial=_marks(meeting))

    def change(meeting, form, now):
        to = form.cleaned_data["to"]
        handed = booking.hand_over(meeting=meeting, to=to, by=request.user, now=now, **_marked(form))
        messages.success(request, said(handed, Happening.HANDED_OVER, request.user.reader, now))
        return handed

    return _change(request, meeting_id, Action.EDIT, "meetings/adhoc/hand_over.html", make_form, change)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def delete(request, meeting_id) -> HttpResponse:
    def make_form(meeting, data):
        return DeleteForm(data, initial=_marks(meeting))

    def change(meeting, form, now):
        message = form.cleaned_data["message"]
        deleted = booking.delete(meeting=meeting, by=request.user, message=message, now=now, **_marked(form))
        messages.success(request, said(deleted, Happening.DELETED, request.user.reader, now))
        return deleted

    return _change(request, meeting_id, Action.DELETE, "meetings/adhoc/delete.html", make_form, change)


def _marks(meeting):
    """What makes a form and a version of a meeting known from any other."""
    return {"token": uuid4(), "sequence": meeting.sequence}


def _marked(form):
    return {name: form.cleaned_data[name] for name in ("token", "sequence")}


def _others(user, meeting):
    """Who could take the organizer's place, as they are shown, each with their role and with what tells them apart.

    A participant who organizes the meeting is shown no addresses.
    """
    there = list(meeting.attendees.all())
    people, sees_addresses = [each.user for each in there], standings.path_standings(user, meeting.path) & CHANGERS
    if sees_addresses:
        people = invited.veiled(meeting.path, people)
    names = Counter(person.name for person in people)
    return [
        (person, each.get_role_display(), person.email if sees_addresses and names[person.name] > 1 else "")
        for person, each in zip(people, there, strict=True)
        if person.pk != meeting.organizer_id
    ]


def _change(request, meeting_id, action, template, make_form, change):
    """One form about one meeting: shown, shown again with what is wrong, or done."""
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now, action=action)
    form, status = make_form(meeting, request.POST or take(request)), 200
    if request.method == "POST":
        status = 400
        mend(form)
        if form.is_valid():
            try:
                return redirect(next_page(request.user, change(meeting, form, now)))
            except booking.BookingRefused as error:
                raise PermissionDenied(str(error)) from error
            except booking.Unfit as error:
                form.add_error(error.field, str(error))
            except booking.BookingError as error:
                meeting = gates.open_meeting(request.user, meeting_id, now=now, action=action)
                form.data = form.data.dict() | {"sequence": meeting.sequence}
                form.add_error(None, str(error))
                status = 409
    others = _others(request.user, meeting)
    context = {"nav": "paths", "meeting": meeting, "form": form, "now": now, "others": others}
    return render(request, template, context, status=status)
