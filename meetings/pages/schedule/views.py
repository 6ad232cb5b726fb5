"""Booking a drop-in session: choose a theme, choose a time, confirm. The steps live in the query string."""

from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from everwise.accounts.models import User
from meetings.booking.credits import Credits, credits_of
from meetings.booking.terms import Terms
from meetings.enums import Action, Kind, Standing
from meetings.pages.fields import ANY
from meetings.pages.schedule import steps
from meetings.pages.schedule.for_whom import ForWhom
from meetings.pages.schedule.time_page import TimePage, reader_of
from meetings.permissions import can, gates, standings
from meetings.slots.openings import Openings
from paths import members, people_search
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
        self.reader = reader_of(request.GET, self.user.reader)
        self.participant = self._participant(request.GET.get("for", ""))
        self.theme = self._theme(request.GET.get("theme", ""))

    def _participant(self, text):
        if not self.books_for_others:
            if text not in {"", str(self.user.pk)}:
                raise PermissionDenied("You can only book a session for yourself.")
            return self.user
        participants = people_search.members(self.path, Role.PARTICIPANT)
        if not text:
            return participants.filter(pk=self.user.pk).first()
        found = (pk := _uuid(text)) and participants.filter(pk=pk).first()
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
    for_whom = (
        ForWhom(request.GET, path=step.path, chosen=step.participant, by=step.user, now=step.now)
        if step.books_for_others
        else None
    )
    opens_at, closes_at = step.path.opens_at, step.path.closes_at
    closed = bool(closes_at and closes_at <= step.now)
    opens_on = step.path.opens_on if opens_at and opens_at > step.now else None
    any_experts, any_times = (any(card[what] for card in cards) for what in ("people", "first"))
    context = step.context(
        steps=steps.booking(),
        cards=cards,
        closed=closed,
        opens_on=opens_on,
        any_experts=any_experts,
        any_times=any_times,
        admins=step.admins(),
        for_whom=for_whom,
        may_add_manually=can(Action.SCHEDULE, Kind.AD_HOC, step.standings),
    )
    return render(request, "meetings/schedule/theme.html", context, status=step.status if step.problems else 200)


def incomplete(request, step: Step) -> HttpResponse | None:
    """Back to the first step when it was left out, saying what is missing."""
    if step.participant is None:
        step.problems.setdefault("for", "Please choose for whom you are booking.")
    if step.theme is None:
        step.problems.setdefault("theme", "Please choose a theme.")
    return _theme_page(request, step) if step.problems else None


def used_up_page(request, step: Step, **more) -> HttpResponse:
    """Nothing more to choose when no session is left."""
    context = step.context(admins=step.admins(), steps=steps.booking(), **more)
    return render(request, "meetings/schedule/used_up.html", context, status=409)


@require_safe
def choose_time(request, path_id) -> HttpResponse:
    step = Step(request, path_id)
    if answer := incomplete(request, step):
        return answer
    if step.used_up:
        return used_up_page(request, step)
    return time_page(request, step)


def time_page(request, step: Step, problem: str = "") -> HttpResponse:
    own = getattr(request.user, "expert", None) if step.is_expert and step.for_other else None
    page = TimePage(
        request.GET,
        user=request.user,
        path=step.path,
        theme=step.theme,
        participant=step.participant,
        now=step.now,
        expert=own.pk if own and step.theme.experts.filter(pk=own.pk).exists() else ANY,
    )
    if problem:
        page.problems.append(problem)
    times_url = reverse("schedule:time", args=[step.path.pk])
    context = step.context(
        times_url=times_url,
        # A time leads on with all that is chosen so far.
        time_link=f"{step.url('confirm', expert=page.expert)}&start=",
        steps=steps.booking(step.url("theme")),
        **page.context(),
    )
    return render(request, "meetings/schedule/time.html", context, status=page.status)
