"""Changing the answers to a session's questions, and what its expert sees of earlier sessions, until it starts."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from meetings import booking
from meetings.booking import brief as earlier_texts
from meetings.booking.answers import seen_answers
from meetings.booking.brief import seen_brief
from meetings.pages.answer_fields import most_words, sessions_of
from meetings.pages.meeting.answer_forms import AnswersForm, BriefForm, newer
from meetings.pages.meeting.facts import facts
from meetings.permissions import gates, standings
from meetings.permissions.notes import answers_refusal, brief_refusal


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    held = standings.meeting_standings(request.user, meeting)
    rows = list(meeting.answers.all())
    if reason := answers_refusal(meeting, held, now, any_asked=bool(rows)):
        raise PermissionDenied(reason)
    posted = request.method == "POST"
    form = AnswersForm(request.POST if posted else take(request), rows=rows)
    status, saved = 400 if posted else 200, ""
    if posted and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            booking.change_answers(meeting=meeting, by=request.user, texts=form.texts, seen=seen, now=now)
        except booking.BookingRefused as error:
            raise PermissionDenied(str(error)) from error
        except booking.StaleMeeting as error:
            rows = list(meeting.answers.all())
            form.data = newer(request.POST, seen_answers(rows))
            text = gettext("%(problem)s They stand below; save again to put yours in their place.")
            form.add_error(None, text % {"problem": error})
            status, saved = 409, "\n".join(f"{row.question}: {row.text}" for row in rows)
        except booking.BookingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(meeting)
    context = {"nav": "meetings", "meeting": meeting, "form": form, "saved": saved}
    context |= facts(meeting, request.user, held, now)
    return render(request, "meetings/answers.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def brief(request, meeting_id) -> HttpResponse:
    now = request.now = timezone.now()
    meeting = gates.open_meeting(request.user, meeting_id, now=now)
    held = standings.meeting_standings(request.user, meeting)
    if reason := brief_refusal(meeting, held, now):
        raise PermissionDenied(reason)
    offered = earlier_texts.offered_for(meeting, request.user, now)
    posted = request.method == "POST"
    sent = request.POST if posted else take(request)
    form = BriefForm(sent, offered=offered, chosen=earlier_texts.chosen_for(meeting))
    status = 400 if posted else 200
    if posted and form.is_valid():
        keys, seen = form.cleaned_data["brief"], form.cleaned_data["seen"]
        try:
            booking.change_brief(meeting=meeting, by=request.user, keys=keys, seen=seen, now=now)
        except booking.BookingRefused as error:
            raise PermissionDenied(str(error)) from error
        except booking.StaleMeeting as error:
            form.data = newer(request.POST, seen_brief(earlier_texts.chosen_for(meeting)))
            text = gettext("%(problem)s Below is what you have ticked now; save again to put it in its place.")
            form.add_error(None, text % {"problem": error})
            status = 409
        except booking.BookingError as error:
            form.add_error("brief", str(error))
        else:
            return redirect(meeting)
    context = {"nav": "meetings", "meeting": meeting, "form": form, "earlier_limit": most_words(offered)}
    context["earlier"] = sessions_of(offered, request.user, now, form["brief"].value() or [])
    context |= facts(meeting, request.user, held, now)
    return render(request, "meetings/brief.html", context, status=status)
