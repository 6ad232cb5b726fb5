"""Why a time is not offered: for an expert about herself, for an admin of the path about any of its experts."""

from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from everwise.timefmt import offset
from experts.availability import to_instant
from experts.models import Expert
from meetings.pages.why.explanation import Explanation
from meetings.pages.why.forms import WhyForm
from meetings.permissions import gates, standings
from paths.enums import Role
from paths.models import Membership


@require_safe
def why(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path(request.user, path_id)
    roles = standings.roles_on(request.user, path)
    if not roles & {Role.ADMIN, Role.EXPERT}:
        raise PermissionDenied("Only experts and admins of this path can see why a time is not offered.")
    live = Membership.objects.live().filter(path=path, role=Role.EXPERT)
    experts = Expert.objects.filter(user__memberships__in=live).select_related("user")
    if Role.ADMIN not in roles:
        # An expert's busy times are hers, and the admins' who look after the path.
        experts = experts.filter(user=request.user)
    asked = any(name in request.GET for name in ("theme", "expert", "day", "time", "participant"))
    form = WhyForm(request.GET if asked else None, path=path, experts=experts)
    if not asked:
        own = experts.filter(user=request.user).first()
        form.initial = {"theme": path.themes.first(), "expert": own or experts.first()}
    context = {"nav": "paths", "path": path, "form": form, "zone_offset": offset(now, request.user.time_zone)}
    if asked and form.is_valid():
        context |= _explained(request, path, form.cleaned_data, now)
    return render(request, "meetings/why.html", context, status=400 if form.errors else 200)


def _explained(request, path, asked, now):
    reader = request.user.reader
    local = datetime.combine(asked["day"], asked["time"])
    start = datetime.fromtimestamp(to_instant(local, str(reader.zone)), UTC)
    asked["theme"].path = path
    explanation = Explanation(
        path=path,
        theme=asked["theme"],
        expert=asked["expert"],
        start=start,
        reader=reader,
        now=now,
        participant=asked["participant"],
    )
    # Clocks that were set forward never show some times.
    skipped = start.astimezone(reader.zone).replace(tzinfo=None) != local
    return {"explanation": explanation, "skipped": skipped}
