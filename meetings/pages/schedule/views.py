"""Booking a drop-in session: choose a theme, choose a time, confirm. The steps live in the query string."""

from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from everwise.accounts.models import User
from meetings import booking
from meetings.booking.credits import Credits, credits_of
from meetings.booking.terms import Terms
from meetings.enums import Action, Kind, Standing
from meetings.pages import fields
from meetings.pages.fields import ANY
from meetings.pages.near_times import offers
from meetings.pages.next_page import booked_before, next_page
from meetings.pages.schedule.forms import ConfirmForm, TimeQuery
from meetings.pages.schedule.time_page import TimePage, reader_of
from meetings.pages.zone_lines import zone_lines
from meetings.permissions import can, gates, standings
from meetings.slots.openings import Openings
from paths import members
from paths.enums import Role
from paths.models import Membership


class Step:
    """What every step of one booking knows: the path, who books, for whom, and the theme so far.

    Raises Http404 for what does not exist for this person and PermissionDenied for what she may not do; notes in
    `problems` what is missing or malformed.
    """

    def __init__(self, request, path_id):
        self.now = request.now = timezone.now()
        self.user = request.user
        self.path, self.standings = gates.open_path_to_schedule(self.user, path_id, kind=Kind.DROP_IN)
        self.books_for_others = bool(self.standings & standings.CHANGERS)
        self.is_expert = Standing.EXPERT in self.standings
        self.problems: dict[str, str] = {}
        # Of the page that says them.
        self.status = 400
        self.participants = (
            User.objects.filter(memberships__in=self._participations(), is_active=True)
            if self.books_for_others
            else User.objects.none()
        )
        self.reader = reader_of(request.GET, self.user.reader)
        self.participant = self._participant(request.GET.get("for", ""))
        self.theme = self._theme(request.GET.get("theme", ""))

    def _participations(self):
        return Membership.objects.live().filter(path=self.path, role=Role.PARTICIPANT)

    def _participant(self, text):
        if not self.books_for_others:
            if text not in {"", str(self.user.pk)}:
                raise PermissionDenied("You can only book a session for yourself.")
            return self.user
        if not text:
            return self.participants.filter(pk=self.user.pk).first()
        found = (pk := _uuid(text)) and self.participants.filter(pk=pk).first()
        if not found:
            self.problems["for"] = "This person is not a participant of this path. Please choose somebody."
        return found or None

    def _theme(self, text):
        if not text:
            return None
        pk = _uuid(text)
        if pk is None:
            self.problems["theme"] = "We don’t know that theme. Please choose one."
            return None
        theme = members.theme_of(self.path, pk)
        if theme is None:
            self.problems["theme"] = "Choose another theme: that one was just taken away."
            self.status = 404
        return theme

    @property
    def query(self) -> dict[str, str]:
        chosen = {"theme": self.theme and str(self.theme.pk)}
        if self.books_for_others:
            chosen["for"] = self.participant and str(self.participant.pk)
        if self.reader != self.user.reader:
            chosen["zone"] = self.reader.zone.key
        return {key: value for key, value in chosen.items() if value}

    def url(self, name, **query) -> str:
        return f"{reverse(f'schedule:{name}', args=[self.path.pk])}?{urlencode(self.query | query)}"

    @property
    def for_other(self) -> User | None:
        return None if self.participant == self.user else self.participant

    def openings(self, **more) -> Openings:
        """The time of the path's experts from now to the horizon, unless told otherwise."""
        until = self.now + timedelta(days=self.path.horizon_days + 2)
        span = {"since": self.now, "until": until, "now": self.now, "participant": self.participant}
        return Openings(self.path, **(span | more))

    @property
    def terms(self) -> Terms:
        """What the pages say of length and policy."""
        return Terms.of(self.path, self.theme.duration_minutes)

    @cached_property
    def credits(self) -> Credits | None:
        return credits_of(self.participant, [self.path], now=self.now)[self.path.pk] if self.participant else None

    @property
    def used_up(self) -> bool:
        """Whether no session is left to book. Without a limit nothing has to be counted to know."""
        limited = self.path.sessions_per_participant is not None
        return limited and self.credits is not None and self.credits.exhausted

    def admins(self) -> list[User]:
        runs = Membership.objects.live().filter(path=self.path, role=Role.ADMIN)
        return list(User.objects.filter(memberships__in=runs))

    def context(self, **more) -> dict:
        return {
            "nav": "paths",
            "step": self,
            "path": self.path,
            "theme": self.theme,
            "reader": self.reader,
            # Counted only where a page tells of them.
            "credits": lambda: self.credits,
            "theme_url": self.url("theme"),
            "exit_url": reverse("paths:detail", args=[self.path.pk]),
            "now": self.now,
            **more,
        }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_safe
def choose_theme(request, path_id) -> HttpResponse:
    return _theme_page(request, Step(request, path_id))


def _theme_page(request, step):
    themes = list(step.path.themes.prefetch_related("experts__user"))
    openings = step.openings()
    cards = []
    for theme in themes:
        experts = [expert for expert in theme.experts.all() if expert.pk in openings.experts]
        first = openings.first(theme.duration_minutes, experts=[expert.pk for expert in experts])
        url = step.url("time", theme=theme.pk)
        cards.append({"theme": theme, "people": [expert.user for expert in experts], "first": first, "url": url})
    opens_at, closes_at = step.path.opens_at, step.path.closes_at
    closed = bool(closes_at and closes_at <= step.now)
    opens_on = step.path.opens_on if opens_at and opens_at > step.now else None
    any_experts, any_times = (any(card[what] for card in cards) for what in ("people", "first"))
    context = step.context(
        cards=cards,
        closed=closed,
        opens_on=opens_on,
        any_experts=any_experts,
        any_times=any_times,
        admins=step.admins(),
        participants=list(step.participants),
        may_add_manually=can(Action.SCHEDULE, Kind.AD_HOC, step.standings),
    )
    return render(request, "meetings/schedule/theme.html", context, status=step.status if step.problems else 200)


def _incomplete(request, step):
    """Back to the first step when it was left out, saying what is missing."""
    if step.participant is None:
        step.problems.setdefault("for", "Please choose for whom you are booking.")
    if step.theme is None:
        step.problems.setdefault("theme", "Please choose a theme.")
    return _theme_page(request, step) if step.problems else None


def _used_up(request, step, **more):
    """Nothing more to choose when no session is left."""
    context = step.context(admins=step.admins(), **more)
    return render(request, "meetings/schedule/used_up.html", context, status=409)


@require_safe
def choose_time(request, path_id) -> HttpResponse:
    step = Step(request, path_id)
    if answer := _incomplete(request, step):
        return answer
    if step.used_up:
        return _used_up(request, step)
    return _time_page(request, step)


def _time_page(request, step, problem=""):
    own = getattr(request.user, "expert", None) if step.is_expert and step.for_other else None
    page = TimePage(
        request.GET,
        reader=request.user.reader,
        path=step.path,
        theme=step.theme,
        participant=step.participant,
        now=step.now,
        expert=own.pk if own and step.theme.experts.filter(pk=own.pk).exists() else ANY,
    )
    if problem:
        page.problems.append(problem)
    times_url = reverse("schedule:time", args=[step.path.pk])
    context = step.context(times_url=times_url, **page.context())
    return render(request, "meetings/schedule/time.html", context, status=page.status)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, path_id) -> HttpResponse:
    step = Step(request, path_id)
    if answer := _incomplete(request, step):
        return answer
    query = TimeQuery(request.GET)
    query.is_valid()
    start = query.cleaned_data.get("start")
    if start is None:
        return _time_page(request, step, "" if query.errors.get("start") else "Please choose one of the times.")
    form = ConfirmForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid() and "show" not in request.POST:
        return _book(request, step, start, form)
    if form is not None and (shown := form.cleaned_data.get("shown")):
        # Whatever else is wrong: the page doesn't change its sentences without a word.
        _say_changes(form, " ".join(step.terms.changes_since(shown)))
    return _confirm_page(request, step, start, form)


def _say_changes(form, told):
    if told:
        form.add_error(None, f"{told} Nothing was booked.")


def _confirm_page(request, step, start, form, status=400):
    """The last step, with what was typed when it comes from another page or has problems."""
    wanted = (form.data if form else request.GET).get("expert", ANY)
    typed = form.data.get("note", "") if form else ""
    told = form.non_field_errors() if form else []
    if step.used_up:
        return _booked_before(request, step, start, wanted, typed) or _used_up(request, step, note=typed, told=told)
    openings = step.openings(theme=step.theme, since=start, until=start + timedelta(seconds=1))
    free = [openings.experts[pk] for pk in openings.starts(step.theme.duration_minutes).get(start, [])]
    if not free:
        if openings.participant_is_busy(start, start + step.theme.duration):
            return _busy(request, step, start, wanted, typed, told)
        offered = openings.hours_offer(step.theme.duration_minutes, start)
        return _taken(request, step, start, why="taken" if offered else "not-offered", note=typed, told=told)
    chosen = next((str(expert.pk) for expert in free if str(expert.pk) == wanted), ANY)
    if form is None or "show" in request.POST:
        form = ConfirmForm(initial={"token": uuid4(), "note": typed})
    elif "token" in form.errors:
        form.data = form.data.dict() | {"token": uuid4()}
    context = step.context(
        form=form,
        free=free,
        chosen=chosen,
        start=start,
        end=start + step.theme.duration,
        length=step.theme.length,
        change_until=step.path.change_until(start),
        zones=zone_lines(start, start + step.theme.duration, _others(step, free), step.reader),
        time_url=step.url("time", start=start.strftime(fields.VALUE), expert=chosen),
    )
    return render(request, "meetings/schedule/confirm.html", context, status=status if form.errors else 200)


def _others(step, free):
    """Whom the time concerns beside its reader: the participant they book for, and each expert who is free."""
    return [*([step.for_other] if step.for_other else []), *(expert.user for expert in free)]


def _book(request, step, start, form):
    wanted = form.cleaned_data["expert"]
    expert = step.theme.experts.filter(pk=wanted).select_related("user").first() if isinstance(wanted, int) else None
    if isinstance(wanted, int) and expert is None:
        form.add_error("expert", "That expert doesn’t take this theme. Please choose again.")
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
    except booking.NotOffered:
        return _taken(request, step, start, why="not-offered", note=form.cleaned_data["note"])
    except booking.NoSessionsLeft:
        # The last may just have been given away, or the path's limit be another by now.
        again = Step(request, step.path.pk)
        return _used_up(request, again, note=form.cleaned_data["note"])
    except booking.BookingRefused as error:
        raise PermissionDenied(str(error)) from error
    if request.user == step.participant:
        return _booked_page(request, meeting, form.cleaned_data["note"])
    messages.success(request, f"The session is booked for {step.participant.name}. Both get an e-mail.")
    return redirect(next_page(request.user, meeting))


def _booked_page(request, meeting, note):
    """What one has just booked, or had booked before with another note than the one typed now."""
    if note and note != meeting.note:
        messages.info(request, f"You had booked this session already; its note stays as it was. You typed: “{note}”")
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
    messages.info(request, f"{step.participant.name} has this session already. Nothing was booked twice.")
    return redirect(next_page(request.user, meeting))


def _busy(request, step, start, wanted, note, told=()):
    """In another meeting then, unless that is the very session that is asked for."""
    same = _booked_before(request, step, start, wanted, note)
    return same or _taken(request, step, start, why="busy", note=note, told=told)


def _taken(request, step, start, expert=None, *, why, note, told=()):
    """No such time, or not any more (`why`: taken, busy or not-offered): others in its place, the note kept."""
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
    )
    return render(request, "meetings/schedule/taken.html", context, status=400 if why == "not-offered" else 409)
