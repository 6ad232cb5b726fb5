"""Confirming a drop-in session: who it is with, a note, and what is said where the time is gone meanwhile."""

from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from everwise.accounts.kept_posts import take
from everwise.wording import isolated
from meetings import booking
from meetings.pages import fields
from meetings.pages.fields import ANY
from meetings.pages.near_times import offers
from meetings.pages.next_page import booked_before, next_page
from meetings.pages.schedule import steps, who
from meetings.pages.schedule.forms import ConfirmForm, TimeQuery
from meetings.pages.schedule.step import Step
from meetings.pages.schedule.step_pages import incomplete, theme_page, time_page, used_up_page
from meetings.pages.zone_lines import zone_lines


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, path_id) -> HttpResponse:
    step = Step(request, path_id)
    if answer := incomplete(request, step):
        return answer
    query = TimeQuery(request.GET)
    query.is_valid()
    start = query.cleaned_data.get("start")
    if start is None:
        return time_page(request, step, "" if query.errors.get("start") else _("Please choose one of the times."))
    if kept := take(request):
        return _confirm_page(request, step, start, ConfirmForm(kept), shown_anew=True)
    form = ConfirmForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid() and "show" not in request.POST:
        return _book(request, step, start, form)
    if form is not None and (shown := form.cleaned_data.get("shown")):
        # Whatever else is wrong: the page doesn't change its sentences without a word.
        _say_changes(form, " ".join(step.terms.changes_since(shown)))
    return _confirm_page(request, step, start, form)


def _say_changes(form, told):
    if told:
        form.add_error(None, _("%(changes)s Nothing was booked.") % {"changes": told})


def _confirm_page(request, step, start, form, status=400, *, shown_anew=False):
    """The last step, with what was typed when it comes from another page or has problems."""
    wanted = (form.data if form else request.GET).get("expert", ANY)
    typed = form.data.get("note", "") if form else ""
    told = form.non_field_errors() if form else []
    if step.spent:
        return _booked_before(request, step, start, wanted, typed) or used_up_page(request, step, note=typed, told=told)
    if step.allowance and (refusal := step.allowance.refusal(start)):
        again = [*told, refusal.words(step.reader, step.now, step.for_other)]
        return _booked_before(request, step, start, wanted, typed) or _taken(
            request, step, start, why="month", note=typed, told=again
        )
    openings = step.openings(theme=step.theme, since=start, until=start + timedelta(seconds=1))
    free = [openings.experts[pk] for pk in openings.starts(step.theme.duration_minutes).get(start, [])]
    if not free:
        if openings.participant_is_busy(start, start + step.theme.duration):
            return _busy(request, step, start, wanted, typed, told)
        offered = openings.hours_offer(step.theme.duration_minutes, start)
        return _taken(request, step, start, why="taken" if offered else "not-offered", note=typed, told=told)
    if form is None or shown_anew or "show" in request.POST:
        form = ConfirmForm(initial={"token": uuid4(), "note": typed})
    elif "token" in form.errors:
        form.data = form.data.dict() | {"token": uuid4()}
    end = start + step.theme.duration
    time_url = step.url("time", at=start.strftime(fields.VALUE), expert=wanted or ANY)
    context = step.context(
        form=form,
        who=who.choice(
            free,
            start,
            user=request.user,
            reader=step.reader,
            wanted=wanted,
            participant=step.participant,
            now=step.now,
        ),
        start=start,
        end=end,
        length=step.theme.length,
        change_until=step.path.change_until(start),
        zones=zone_lines(start, end, [step.for_other] if step.for_other else [], step.reader),
        time_url=time_url,
        steps=steps.booking(step.url("theme"), time_url),
    )
    return render(request, "meetings/schedule/confirm.html", context, status=status if form.errors else 200)


def _book(request, step, start, form):
    wanted = form.cleaned_data["expert"]
    expert = step.theme.experts.filter(pk=wanted).select_related("user").first() if isinstance(wanted, int) else None
    if isinstance(wanted, int) and expert is None:
        form.add_error("expert", _("That expert doesn’t take this theme. Please choose again."))
        return _confirm_page(request, step, start, form)
    try:
        meeting = booking.schedule(
            by=request.user,
            participant=step.participant,
            theme=step.theme,
            start=start,
            expert=expert,
            note=form.cleaned_data["note"],
            token=form.cleaned_data["token"],
            shown=form.cleaned_data["shown"],
            now=step.now,
        )
    except booking.Changed as error:
        _say_changes(form, str(error))
        # Read anew: it may have been changed since this request has read it.
        return _confirm_page(request, Step(request, step.path.pk), start, form, status=409)
    except booking.AlreadyBusy:
        return _busy(request, step, start, wanted, form.cleaned_data["note"])
    except booking.JustTaken:
        return _taken(request, step, start, expert, why="taken", note=form.cleaned_data["note"])
    except booking.NotOpen:
        # Closed a moment ago: the first step says so.
        return theme_page(request, Step(request, step.path.pk), status=409)
    except booking.NotOffered:
        return _taken(request, step, start, why="not-offered", note=form.cleaned_data["note"])
    except booking.NoSessionsLeft:
        # The last may just have been given away, or the path's limit be another by now.
        return _confirm_page(request, Step(request, step.path.pk), start, form, status=409)
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    if request.user == step.participant:
        return _booked_page(request, meeting, form.cleaned_data["note"])
    booked = _("The session is booked for %(name)s. Both get an e-mail.") % {"name": isolated(step.participant.name)}
    messages.success(request, booked)
    return redirect(next_page(request.user, meeting))


def _booked_page(request, meeting, note):
    """What one has just booked, or had booked before with another note than the one typed now."""
    if note and note != meeting.note:
        kept = _("You had booked this session already; its note stays as it was. You typed: “%(note)s”")
        messages.info(request, kept % {"note": note})
    return redirect("meetings:booked", meeting.pk)


def _booked_before(request, step, start, wanted, note):
    """On to the very session that is asked for, where the participant has it, be it from another tab."""
    query = TimeQuery({"expert": wanted})
    query.is_valid()
    asked = query.cleaned_data.get("expert")
    expert = asked if isinstance(asked, int) else None
    meeting = booked_before(step.participant, step.theme, start, expert)
    if meeting is None:
        return None
    if request.user == step.participant:
        return _booked_page(request, meeting, note)
    has = _("%(name)s has this session already. Nothing was booked twice.") % {"name": isolated(step.participant.name)}
    messages.info(request, has)
    return redirect(next_page(request.user, meeting))


def _busy(request, step, start, wanted, note, told=()):
    """In another meeting then, unless that is the very session that is asked for."""
    same = _booked_before(request, step, start, wanted, note)
    return same or _taken(request, step, start, why="busy", note=note, told=told)


def _taken(request, step, start, expert=None, *, why, note, told=()):
    """No such time, or not any more (`why`: taken, busy, month or not-offered): others in its place, the note kept."""
    context = step.context(
        start=start,
        offers=offers(
            step.openings(theme=step.theme),
            step.theme.duration_minutes,
            start,
            lambda other, free: step.url("confirm", start=other.strftime(fields.VALUE)),
        ),
        note=note,
        token=uuid4(),
        expert=expert,
        why=why,
        told=told,
        time_url=step.url("time"),
        steps=steps.booking(step.url("theme")),
    )
    return render(request, "meetings/schedule/taken.html", context, status=400 if why == "not-offered" else 409)
