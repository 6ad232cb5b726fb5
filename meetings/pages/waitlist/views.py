"""Joining the line of a theme, leaving it, and what is done with a time that is held."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from everwise import timefmt
from everwise.accounts.kept_posts import take as kept_post
from experts.models import Expert
from meetings.booking.errors import BookingError, BookingRefused, StaleEntry, Unfit
from meetings.booking.limits import allowance_of
from meetings.booking.terms import Terms
from meetings.booking.waitlist import held as held_times
from meetings.booking.waitlist import joining, taking
from meetings.booking.waitlist.in_line import entry_of
from meetings.booking.waitlist.windows import Window, until_words
from meetings.enums import Action, HeldEnd
from meetings.models import Meeting
from meetings.pages.fields import VALUE
from meetings.pages.form_tokens import sending
from meetings.pages.held_cards import wait_url
from meetings.pages.next_page import booked_before
from meetings.pages.waitlist.forms import TakeForm, WindowForm, initial
from meetings.permissions import deadlines, gates, standings
from paths import members, questions, states


@require_http_methods(["GET", "HEAD", "POST"])
def wait(request, path_id, theme_id) -> HttpResponse:
    """With `sooner` in the address, for a time before that session of theirs."""
    now = request.now = timezone.now()
    path = gates.open_path_as_participant(request.user, path_id)
    theme = _theme(path, theme_id)
    session = _session(request, theme, now)
    entry = entry_of(request.user, theme, now)
    today = now.astimezone(request.user.time_zone).date()
    reader = request.user.reader
    if request.method == "POST":
        form = WindowForm(request.POST, today=today, reader=reader)
        if not form.is_valid():
            return _wait_page(request, path, theme, session, entry, form, 400)
        return _join(request, path, theme, session, form)
    kept = kept_post(request)
    latest = min(filter(None, (path.closes_on, session and _date(session.starts_at, request.user))), default=None)
    usual = initial(entry, today, latest)
    form = WindowForm(kept, initial=usual, today=today, reader=reader)
    return _wait_page(request, path, theme, session, entry, form)


def _join(request, path, theme, session, form):
    asked = {"window": form.cleaned_data["window"], "version": form.cleaned_data["version"]}
    try:
        entry = joining.join(theme=theme, by=request.user, now=request.now, sooner_than=session, **asked)
    except BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    except BookingError as error:
        form.add_error(error.field if isinstance(error, Unfit) else None, str(error))
        current = entry_of(request.user, theme, request.now)
        if isinstance(error, StaleEntry):
            form.data = form.data.copy()
            form.data["version"] = str(current.version if current else 0)
        return _wait_page(request, path, theme, session, current, form, 409)
    words = {"window": Window.of(entry).words(request.user.reader, request.now), "theme": theme.name}
    messages.success(request, _("You are on the waitlist of “%(theme)s”: %(window)s.") % words)
    return redirect("paths:detail", path.pk)


def _wait_page(request, path, theme, session, entry, form, status=200):
    user, now = request.user, request.now
    context = {
        "nav": "paths",
        "path": path,
        "theme": theme,
        "session": session,
        "entry": entry,
        "form": form,
        "reader": user.reader,
        "window": Window.of(entry).words(user.reader, now) if entry else "",
        "obstacle": _obstacle(path, session, user, now),
        "usual": {
            "since": timefmt.time_of_day(_minute(user.usual_from), user.reader.twelve_hour),
            "until": timefmt.time_of_day(_minute(user.usual_until), user.reader.twelve_hour),
        },
    }
    return render(request, "meetings/waitlist/wait.html", context, status=status)


def _obstacle(path, session, user, now: datetime) -> str:
    """Why they can't join now, in words."""
    if closed := states.closed_words(path, user.reader, now):
        return closed
    if session:
        held = standings.meeting_standings(user, session)
        return deadlines.refusal(Action.RESCHEDULE, session, held, now)
    refusal = allowance_of(user, path, now=now).nothing(now)
    return refusal.words(user.reader, now) if refusal else ""


def _session(request, theme, now: datetime) -> Meeting | None:
    """Their own session, which a sooner time would replace; 404 for anything else."""
    asked = request.GET.get("sooner")
    if not asked:
        return None
    try:
        meeting = gates.open_meeting(request.user, UUID(asked), now=now)
    except ValueError:
        raise Http404("No such meeting") from None
    if meeting.theme_id != theme.pk or not meeting.is_dropin or request.user not in meeting.participants:
        raise Http404("Not their session of this theme")
    return meeting


@require_POST
def leave(request, path_id, theme_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_participant(request.user, path_id)
    theme = _theme(path, theme_id)
    if entry := entry_of(request.user, theme, now):
        joining.leave(entry=entry, by=request.user, now=now)
    messages.success(request, _("You have left the waitlist of “%(theme)s”.") % {"theme": theme.name})
    return redirect("paths:detail", path.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def held(request, held_id) -> HttpResponse:
    """A POST takes it: books the session, or moves theirs."""
    now = request.now = timezone.now()
    row = gates.open_held_time(request.user, held_id)
    session = row.entry.sooner_than
    if request.method == "POST" and (form := TakeForm(request.POST)).is_valid():
        token = sending(request.POST)
        assert token is not None
        try:
            made = taking.take(
                held=row,
                by=request.user,
                token=token,
                now=now,
                sequence=form.cleaned_data["sequence"] if session else None,
                shown=form.cleaned_data["shown"],
            )
        except BookingRefused as error:
            return _held_page(request, row, 403, str(error))
        except BookingError as error:
            return _taken_before(request, row) or _held_page(request, row, 409, str(error))
        if session:
            words = {
                "day": timefmt.short_day(made.starts_at, request.user.reader, now),
                "time": timefmt.clock(made.starts_at, request.user.reader),
            }
            messages.success(request, _("Moved to %(day)s, %(time)s.") % words)
            return redirect(made)
        return redirect("meetings:booked", made.pk)
    if row.ended_by == HeldEnd.TAKEN and (before := _taken_before(request, row)):
        return before
    if request.method == "POST":
        return _held_page(request, row, 400, _("This form is damaged. Please send it once more."))
    return _held_page(request, row)


@require_POST
def pass_on(request, held_id) -> HttpResponse:
    now = request.now = timezone.now()
    row = gates.open_held_time(request.user, held_id)
    if row.ended_at or row.entry.ended_at:
        # Taken in another tab, or over: its page says so.
        return redirect("meetings:held", row.pk)
    held_times.pass_on(held=row, by=request.user, now=now)
    text = _("Thank you. It goes to the next person, and you keep your place on the waitlist of “%(theme)s”.")
    messages.success(request, text % {"theme": row.entry.theme.name})
    return redirect("paths:detail", row.entry.theme.path_id)


def _taken_before(request, row):
    """On to the session that the same form has booked, or another tab."""
    made = booked_before(request.user, row.entry.theme, row.starts_at)
    return redirect(made) if made else None


def _held_page(request, row, status=200, problem=""):
    user, now, reader = request.user, request.now, request.user.reader
    theme, session = row.entry.theme, row.entry.sooner_than
    is_open = row.ended_at is None and row.passed_at is None and now < row.until and row.entry.ended_at is None
    extra = allowance_of(user, theme.path, now=now).tally.extra
    minutes = session.duration_minutes if session else theme.duration_minutes
    context = {
        "nav": "home",
        "held": row,
        "theme": theme,
        "path": theme.path,
        "session": session,
        "reader": reader,
        "is_open": is_open,
        "problem": problem,
        "until": until_words(row.until, reader, now),
        "window": Window.of(row.entry).words(reader, now),
        "in_line": row.entry.ended_at is None,
        "wait_url": wait_url(theme, session if row.entry.ended_at is None else None),
        "token": uuid4(),
        "shown": Terms.of(theme.path, minutes, extra),
        # What the theme asks is answered on the usual last page.
        "asks": session is None and bool(questions.of(theme)),
        "confirm_url": _confirm_url(row),
        "changes": theme.path.change_until(row.starts_at) > now,
        "change_until": theme.path.change_until(row.starts_at),
    }
    return render(request, "meetings/waitlist/held.html", context, status=status)


def _confirm_url(row) -> str:
    expert = Expert.objects.filter(user=row.expert_id).values_list("pk", flat=True).first()
    query = {"theme": row.entry.theme_id, "expert": expert, "start": row.starts_at.strftime(VALUE)}
    return f"{reverse('schedule:confirm', args=[row.entry.theme.path_id])}?{urlencode(query)}"


def _theme(path, theme_id):
    theme = members.theme_of(path, theme_id)
    if theme is None:
        raise Http404("No such theme of this path can be booked")
    return theme


def _date(instant: datetime, user):
    return instant.astimezone(user.time_zone).date()


def _minute(wall) -> int:
    return wall.hour * 60 + wall.minute
