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
from meetings.booking import answers
from meetings.pages import fields
from meetings.pages.answer_fields import most_words, sessions_of
from meetings.pages.fields import ANY
from meetings.pages.near_times import offers
from meetings.pages.next_page import booked_before, next_page
from meetings.pages.schedule import steps, who
from meetings.pages.schedule.forms import ConfirmForm, TimeQuery
from meetings.pages.schedule.step import BookingStep
from meetings.pages.schedule.step_pages import incomplete, theme_page, time_page, used_up_page
from meetings.pages.schedule.typed import TypedAtConfirm
from meetings.pages.zone_lines import zone_lines
from meetings.permissions import deadlines
from paths import questions


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, path_id) -> HttpResponse:
    step = BookingStep(request, path_id)
    if answer := incomplete(request, step):
        return answer
    query = TimeQuery(request.GET)
    query.is_valid()
    start = query.cleaned_data.get("start")
    if start is None:
        return time_page(request, step, "" if query.errors.get("start") else _("Please choose one of the times."))
    if kept := take(request):
        return _confirm_page(request, step, start, _form(step, kept), shown_anew=True)
    form = _form(step, request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid() and "show" not in request.POST:
        return _book(request, step, start, form)
    if form is not None:
        # Whatever else is wrong: the page doesn't change its sentences without a word.
        shown = form.cleaned_data.get("shown")
        told = step.terms.changes_since(shown) if shown else []
        if form.cleaned_data.get("asked", "") != questions.version(step.asked) and "asked" in form.data:
            told.append(answers.changed())
        _say_changes(form, " ".join(told))
    return _confirm_page(request, step, start, form)


def _form(step, data=None, **more):
    """Whoever books for somebody else may leave every question, and chooses nothing of earlier sessions."""
    return ConfirmForm(data, asked=step.asked, earlier=step.earlier, must_answer=not step.for_other, **more)


def _say_changes(form, told):
    if told:
        form.add_error(None, _("%(changes)s Nothing was booked.") % {"changes": told})


def _confirm_page(request, step, start, form, status=400, *, shown_anew=False):
    """The last step, with what was typed when it comes from another page or has problems."""
    wanted = (form.data if form else request.GET).get("expert", ANY)
    typed = TypedAtConfirm.of(form.data) if form else TypedAtConfirm()
    told = form.non_field_errors() if form else []
    if step.spent:
        return _booked_before(request, step, start, wanted, typed) or used_up_page(
            request, step, typed=typed, answered=typed.answered(step.asked), told=told
        )
    if step.allowance and (refusal := step.allowance.refusal(start)):
        again = [*told, refusal.words(step.reader, step.now, step.for_other)]
        return _booked_before(request, step, start, wanted, typed) or _taken(
            request, step, start, why="month", typed=typed, told=again
        )
    openings = step.openings(theme=step.theme, since=start, until=start + timedelta(seconds=1))
    free = [openings.experts[pk] for pk in openings.starts(step.theme.duration_minutes).get(start, [])]
    if not free:
        if openings.participant_is_busy(start, start + step.theme.duration):
            return _busy(request, step, start, wanted, typed, told)
        offered = openings.hours_offer(step.theme.duration_minutes, start)
        return _taken(request, step, start, why="taken" if offered else "not-offered", typed=typed, told=told)
    if form is None or shown_anew or "show" in request.POST:
        form = _form(step, initial={"token": uuid4(), **typed.initial})
    elif "token" in form.errors:
        form.data = form.data.copy()
        form.data["token"] = str(uuid4())
    end = start + step.theme.duration
    time_url = step.url("time", at=start.strftime(fields.VALUE), expert=wanted or ANY)
    context = step.context(
        form=form,
        asked_version=questions.version(step.asked),
        unasked=typed.unasked(step.asked),
        earlier=sessions_of(step.earlier, request.user, step.now, form["brief"].value() or []),
        earlier_limit=most_words(step.earlier),
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
        bound=(bound := bool(step.for_other) or not step.books_for_others),
        ever_moves=deadlines.ever_moves(step.path, bound=bound),
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
    typed = TypedAtConfirm.of(form.data)
    try:
        meeting = booking.schedule(
            by=request.user,
            participant=step.participant,
            theme=step.theme,
            start=start,
            expert=expert,
            note=form.cleaned_data["note"],
            given=form.given,
            brief=form.cleaned_data["brief"],
            token=form.cleaned_data["token"],
            shown=form.cleaned_data["shown"],
            now=step.now,
        )
    except (booking.Changed, booking.Unanswered) as error:
        # Read anew: it may have been changed since this request has read it.
        anew = BookingStep(request, step.path.pk)
        form = _form(anew, request.POST)
        form.is_valid()
        _say_changes(form, str(error))
        return _confirm_page(request, anew, start, form, status=409)
    except booking.AlreadyBusy:
        return _busy(request, step, start, wanted, typed)
    except booking.JustTaken:
        return _taken(request, step, start, expert, why="taken", typed=typed)
    except booking.PathNotOpen:
        # Closed a moment ago: the first step says so.
        return theme_page(request, BookingStep(request, step.path.pk), status=409)
    except booking.NotOffered:
        return _taken(request, step, start, why="not-offered", typed=typed)
    except booking.NoSessionsLeft:
        # The last may just have been given away, or the path's limit be another by now.
        return _confirm_page(request, BookingStep(request, step.path.pk), start, form, status=409)
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    if request.user == step.participant:
        return _booked_page(request, meeting, typed)
    booked = _("The session is booked for %(name)s. Both get an e-mail.") % {"name": isolated(step.participant.name)}
    messages.success(request, booked)
    return redirect(next_page(request.user, meeting))


def _booked_page(request, meeting, typed):
    """What one has just booked, or had booked before with other words than those typed now."""
    for said in typed.not_taken(meeting):
        messages.info(request, said)
    return redirect("meetings:booked", meeting.pk)


def _booked_before(request, step, start, wanted, typed):
    """On to the very session that is asked for, where the participant has it, be it from another tab."""
    query = TimeQuery({"expert": wanted})
    query.is_valid()
    asked = query.cleaned_data.get("expert")
    expert = asked if isinstance(asked, int) else None
    meeting = booked_before(step.participant, step.theme, start, expert)
    if meeting is None:
        return None
    if request.user == step.participant:
        return _booked_page(request, meeting, typed)
    has = _("%(name)s has this session already. Nothing was booked twice.") % {"name": isolated(step.participant.name)}
    messages.info(request, has)
    return redirect(next_page(request.user, meeting))


def _busy(request, step, start, wanted, typed, told=()):
    """In another meeting then, unless that is the very session that is asked for."""
    same = _booked_before(request, step, start, wanted, typed)
    return same or _taken(request, step, start, why="busy", typed=typed, told=told)


def _taken(request, step, start, expert=None, *, why, typed, told=()):
    """No such time, or not any more (`why`: taken, busy, month or not-offered): others in its place, all typed kept."""
    context = step.context(
        start=start,
        offers=offers(
            step.openings(theme=step.theme),
            step.theme.duration_minutes,
            start,
            lambda other, free: step.url("confirm", start=other.strftime(fields.VALUE)),
        ),
        typed=typed,
        answered=typed.answered(step.asked),
        token=uuid4(),
        expert=expert,
        why=why,
        told=told,
        time_url=step.url("time"),
        steps=steps.booking(step.url("theme")),
    )
    return render(request, "meetings/schedule/taken.html", context, status=400 if why == "not-offered" else 409)
