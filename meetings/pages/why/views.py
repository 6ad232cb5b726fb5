"""Why a time is not offered: to everybody on the path about all experts of a theme, in counts; to an expert about
themselves, to an admin about any expert."""

from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from everwise.timefmt import Reader, offset
from experts.availability import to_instant
from experts.models import Expert
from meetings.insights import unmet
from meetings.pages import invited
from meetings.pages.why.explanation import Explanation
from meetings.pages.why.forms import WhyForm
from meetings.pages.why.participants import Participants, is_looking
from meetings.pages.why.pool import PoolExplanation
from meetings.permissions import gates, standings
from paths.enums import Role
from paths.models import Membership

# Who can ask about a certain person; participants ask for themselves, about all experts of a theme together.
ASKERS = {Role.ADMIN, Role.EXPERT}


@require_safe
def why(request, path_id) -> HttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path(request.user, path_id)
    roles = standings.roles_on(request.user, path)
    experts = _experts(request.user, path, roles) if roles & ASKERS else None
    if experts is None and any(request.GET.get(name) for name in ("expert", "participant")):
        raise PermissionDenied(_("Only experts and admins of this path can ask about a certain person."))
    # A link from another page may name the theme and the date alone.
    looking = experts is not None and is_looking(request.GET)
    asked = "time" in request.GET and (not looking or all(request.GET.get(name) for name in ("day", "time")))
    form = WhyForm(
        request.GET if asked else None, path=path, experts=experts, initial=_initial(request, path, roles, experts)
    )
    context = {"nav": "paths", "path": path, "form": form, "may_ask_about_people": experts is not None}
    if experts is not None:
        context |= {"looking": looking, "participants": Participants(request.GET, path=path, by=request.user, now=now)}
    reader = request.user.reader
    if asked and form.is_valid():
        reader = Reader(form.cleaned_data["zone"] or reader.zone, reader.twelve_hour)
        explained = _explained(request, path, form.cleaned_data, reader, now, by_admin=Role.ADMIN in roles)
        context |= explained
        # Experts and admins look into what others have asked.
        if experts is None and request.method == "GET" and not explained["explanation"].offered:
            unmet.count_time(path, form.cleaned_data["theme"], explained["explanation"].start, now)
    context |= {"reader": reader, "zone_offset": offset(now, reader.zone)}
    return render(request, "meetings/why.html", context, status=400 if form.errors and not looking else 200)


def _experts(user, path, roles):
    """Who may be asked about one by one: an expert's busy times are theirs, and the admins' who look after the path."""
    live = Membership.objects.live().filter(path=path, role=Role.EXPERT, user__is_active=True)
    experts = Expert.objects.filter(user__memberships__in=live).select_related("user")
    return experts if Role.ADMIN in roles else experts.filter(user=user)


def _initial(request, path, roles, experts):
    own = experts.filter(user=request.user).first() if Role.EXPERT in roles else None
    named = {name: request.GET[name] for name in ("theme", "expert", "day", "time", "zone") if name in request.GET}
    return {"theme": path.themes.bookable().first(), "expert": own, **named}


def _explained(request, path, asked, reader, now, *, by_admin):
    local = datetime.combine(asked["day"], asked["time"])
    start = datetime.fromtimestamp(to_instant(local, str(reader.zone)), UTC)
    asked["theme"].path = path
    about = {"path": path, "theme": asked["theme"], "start": start, "reader": reader, "now": now}
    participant = asked.get("participant", request.user)
    if participant and participant != request.user:
        (participant,) = invited.veiled(path, [participant])
    if expert := asked.get("expert"):
        explanation = Explanation(expert=expert, participant=participant, **about)
    else:
        explanation = PoolExplanation(by=request.user, participant=participant, by_admin=by_admin, **about)
    # Clocks that were set forward never show some times.
    skipped = start.astimezone(reader.zone).replace(tzinfo=None) != local
    return {"explanation": explanation, "skipped": skipped}
