"""The pages on which more than one step of a booking can end: themes, times, no session left."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.enums import Action, Kind
from meetings.pages.draft_page import draft_page
from meetings.pages.fields import ANY
from meetings.pages.held_cards import wait_url, waiting_cards
from meetings.pages.schedule import steps
from meetings.pages.schedule.for_whom import ForWhom
from meetings.pages.schedule.searches import note_search
from meetings.pages.schedule.step import BookingStep
from meetings.pages.schedule.time_page import TimePage
from meetings.permissions import can


def theme_page(request, step: BookingStep, status: int = 200) -> HttpResponse:
    if step.path.is_draft:
        return draft_page(request, step.path)
    themes = list(step.path.themes.bookable().prefetch_related("experts__user"))
    openings = step.openings()
    cards = []
    for theme in themes:
        experts = [expert for expert in theme.experts.all() if expert.pk in openings.experts]
        first = openings.first(theme.duration_minutes, experts=[expert.pk for expert in experts])
        url = step.url("time", theme=theme.pk)
        cards.append({"theme": theme, "people": [expert.user for expert in experts], "first": first, "url": url})
    for_whom = (
        ForWhom(
            request.GET,
            path=step.path,
            chosen=step.participant,
            by=step.user,
            reader=step.reader,
            now=step.now,
            by_admin=step.is_admin,
        )
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
    return render(request, "meetings/schedule/theme.html", context, status=step.status if step.problems else status)


def incomplete(request, step: BookingStep) -> HttpResponse | None:
    """Back to the first step when it was left out, saying what is missing; on a draft there is no step."""
    if step.path.is_draft:
        return draft_page(request, step.path)
    if step.participant is None:
        step.problems.setdefault("for", _("Please choose for whom you are booking."))
    if step.theme is None:
        step.problems.setdefault("theme", _("Please choose a theme."))
    return theme_page(request, step) if step.problems else None


def used_up_page(request, step: BookingStep, **more) -> HttpResponse:
    """Nothing more to choose when no session is left."""
    context = step.context(admins=step.admins(), steps=steps.booking(), **more)
    return render(request, "meetings/schedule/used_up.html", context, status=409)


def time_page(request, step: BookingStep, problem: str = "") -> HttpResponse:
    own = getattr(request.user, "expert", None) if step.is_expert and step.for_other else None
    page = TimePage(
        request.GET,
        user=request.user,
        reader=step.reader,
        path=step.path,
        theme=step.theme,
        participant=step.participant,
        now=step.now,
        allowance=step.allowance,
        expert=own.pk if own and step.theme.experts.filter(pk=own.pk).exists() else ANY,
    )
    if problem:
        page.problems.append(problem)
    times_url = reverse("schedule:time", args=[step.path.pk])
    # A time leads on with all that is chosen so far.
    times = page.context(f"{step.url('confirm', expert=page.expert)}&start=")
    note_search(request, page, times.get("days"))
    waits: dict[str, object] = {}
    if not step.for_other:
        cards = waiting_cards(request.user, step.now, theme=step.theme)
        waits = {"waiting": cards[0] if cards else None, "wait_url": cards[0].url if cards else wait_url(step.theme)}
        waits["no_times"] = bool(times.get("nothing") or times.get("empty"))
    context = step.context(times_url=times_url, steps=steps.booking(step.url("theme")), **times, **waits)
    return render(request, "meetings/schedule/time.html", context, status=page.status)
