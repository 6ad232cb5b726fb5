"""Paths: those a person is on, and one of them."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from everwise import timefmt
from everwise.templatetags.ui import TimelinePoint
from meetings.booking import fresh_starts
from meetings.enums import Action, Kind, Standing, Status
from meetings.models import Meeting
from meetings.pages import meeting_rows
from meetings.pages.held_cards import waiting_cards
from meetings.pages.path import admin_overview
from meetings.pages.path.checklist import Checklist
from meetings.pages.path.dates import span
from meetings.pages.path.frame import frame
from meetings.pages.path.overview import expert_words, overviews
from meetings.pages.path.timeline import path_timeline
from meetings.permissions import can, gates
from paths.making_rights import making
from paths.models import Path

PATHS_PER_PAGE = 12
SHOWN = 5


@require_safe
def path_list(request) -> HttpResponse:
    now = request.now = timezone.now()
    found = Path.objects.visible_to(request.user).select_related("program")
    page = Paginator(found, PATHS_PER_PAGE).get_page(request.GET.get("page"))
    cards = [
        {
            "path": overview.path,
            "experts": [expert.user for expert in overview.offered],
            "roles": sorted(overview.roles),
            "credits": overview.credits,
            "credit_words": overview.credit_words,
            "span": span(overview.path, request.user.reader, now),
            "obstacle": overview.obstacle,
        }
        for overview in overviews(list(page), request.user, now)
    ]
    context = {"nav": "paths", "page": page, "cards": cards, "may_create": making(request.user).anything}
    return render(request, "paths/list.html", context)


@require_safe
def path_detail(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    user = request.user
    path = gates.open_path(user, path_id)
    [overview] = overviews([path], user, now)
    if path.is_draft and overview.is_admin:
        return render(
            request, "paths/setup.html", {**frame(path, user, now, "detail"), "checklist": Checklist(overview)}
        )
    context = {
        "nav": "paths",
        "path": path,
        "overview": overview,
        "obstacle": overview.obstacle,
        "may_add_manually": not path.is_draft and can(Action.SCHEDULE, Kind.AD_HOC, map(Standing, overview.roles)),
        "steps": overview.steps(),
        "terms": overview.terms(),
    }
    if overview.needs_yes and (asked := fresh_starts.asked_at(path, user, now)):
        context["asked_at"] = timefmt.when(asked, user.reader, now)
    if overview.is_admin:
        asked = request.GET
        context |= admin_overview.context(overview, user, show_all="all" in asked, number=asked.get("page"))
    else:
        context["experts"] = [(expert, expert_words(overview, expert)) for expert in overview.experts]
    if not overview.is_admin or overview.is_member:
        bookable = not overview.obstacle
        context["themes"] = [(theme, bool(overview.takers[theme.pk]) and bookable) for theme in overview.themes]
    if overview.is_member:
        context |= _own(path, user, now)
    if overview.is_participant:
        context["waiting"] = waiting_cards(user, now, path=path)
    if overview.is_participant and (drawn := path_timeline(path, user, now)):
        context |= {"marks": [TimelinePoint(*point) for point in drawn.points], "gone": drawn.gone}
    return render(request, "paths/detail.html", context)


def _own(path, user, now):
    """The person's own meetings here: the next few and the last few."""
    ahead = Meeting.objects.of(user, since=now).filter(path=path).upcoming(now)
    all_here = Meeting.objects.of(user).filter(path=path)
    counts = all_here.order_by().aggregate(
        all=Count("pk"), ahead=Count("pk", filter=Q(status=Status.SCHEDULED, ends_at__gt=now))
    )
    return {
        "own": True,
        "upcoming": meeting_rows.rows(ahead.with_people()[:SHOWN], user, now),
        "upcoming_count": counts["ahead"],
        "past": meeting_rows.rows(all_here.past(now).with_people()[:SHOWN], user, now),
        "past_count": counts["all"] - counts["ahead"],
    }
