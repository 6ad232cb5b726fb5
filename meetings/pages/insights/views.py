"""The Insights tab of a path, and its files."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from everwise import timefmt
from meetings.pages.insights import expert_cards, export, session_cards
from meetings.pages.insights.forms import InsightsForm, scope_of, span_of
from meetings.pages.insights.report import InsightReport
from meetings.pages.invited import experts_ever
from meetings.pages.path.frame import counted, frame
from meetings.permissions import gates

CARDS = {
    "endings": session_cards.ended,
    "wanted": expert_cards.wanted,
    "hours": expert_cards.hours,
    "ratings": expert_cards.rated,
    "lead-time": session_cards.lead_time,
    "cancelled": session_cards.cancelled,
    "load": expert_cards.spread,
}


@require_safe
def insights(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    form, counts = InsightsForm(request.GET), counted(path)
    asked = _asked(request, path, form, now, counts["participants"])
    report, scope = asked["report"], asked["report"].scope
    context = {
        **frame(path, request.user, now, "insights", counts),
        **asked,
        "form": form,
        "span": form["period"].value() if form.errors else span_of(form, path, now).value,
        "days": timefmt.span(scope.first, scope.last),
        "place": timefmt.zone_time(scope.zone),
        "figures": session_cards.figures(report),
        "cards": _cards(report),
        "query": _query(form, path, now, scope),
    }
    return render(request, "paths/insights/page.html", context, status=400 if form.errors else 200)


@require_safe
def export_insights(request, path_id) -> HttpResponseBase:
    """One table (`of`), or all of them."""
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    key = request.GET.get("of", "")
    if key and key not in CARDS:
        raise Http404("No such table")
    form = InsightsForm(request.GET)
    if not form.is_valid():
        # No file of other days than were asked for.
        return redirect(f"{reverse('paths:insights', args=[path.pk])}?{request.GET.urlencode()}")
    report = _asked(request, path, form, now, counted(path)["participants"])["report"]
    if key:
        return export.one_table(CARDS[key](report), report.scope)
    return export.all_tables([card(report) for card in CARDS.values()], report.scope)


def _asked(request, path, form, now, participants):
    """Of the theme and the expert only those that the path has, or had; nonsense asks for all."""
    form.is_valid()
    experts = experts_ever(path)
    themes = list(path.themes.values_list("pk", "name"))
    theme, expert = (
        _known(request.GET.get(name, ""), keys) for name, keys in (("theme", dict(themes)), ("expert", experts))
    )
    scope = scope_of(form, path, now, theme=theme, expert=expert)
    return {"report": InsightReport(scope, experts, participants), "themes": themes, "experts": experts}


def _known(text: str, keys) -> UUID | None:
    return next((pk for pk in keys if str(pk) == text), None)


def _cards(report):
    """Without any session, what there is to tell all the same."""
    keys = list(CARDS)
    if report.is_empty:
        keys = [key for key, there in (("wanted", report.sums.unmet), ("hours", report.sums.counted)) if there]
    return [CARDS[key](report) for key in keys]


def _query(form, path, now, scope):
    """The filters as the addresses of the files have them."""
    asked = {"period": span_of(form, path, now).value, "theme": scope.theme, "expert": scope.expert}
    if asked["period"] == "dates":
        asked |= {"since": scope.first.isoformat(), "until": scope.last.isoformat()}
    return urlencode({name: str(value) for name, value in asked.items() if value})
