"""Where somebody is signed in, and how to end that."""

from typing import NamedTuple

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from everwise.accounts.sessions import devices, ending
from everwise.accounts.sessions.limits import track


class SessionLine(NamedTuple):
    row: UserSession
    device: str
    here: bool


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def sessions(request) -> HttpResponse:
    """The list; by POST, `end` has the number of one that ends, or is "others"."""
    if request.method != "POST":
        return _page(request)
    chosen = request.POST.get("end", "")
    if chosen == "others":
        ended = ending.end_all(request.user.pk, timezone.now(), but=request.session.session_key)
        said = ngettext("%(number)s other session is ended.", "%(number)s other sessions are ended.", ended)
        messages.success(request, said % {"number": ended} if ended else gettext("There is no other session."))
        return redirect("sessions")
    others = _alive(request.user).exclude(session_key=request.session.session_key)
    rows = [row for row in others if str(row.pk) == chosen]
    if not rows:
        messages.info(request, gettext("That session is over already."))
        return redirect("sessions")
    ending.end(rows)
    messages.success(request, gettext("The session is ended. Whoever used it has to sign in again."))
    return redirect("sessions")


def _page(request):
    here = request.session.session_key
    rows = list(_alive(request.user))
    if here not in {row.session_key for row in rows}:
        track(request)
        rows = list(_alive(request.user))
    lines = [SessionLine(row, devices.in_words(row.user_agent), row.session_key == here) for row in rows]
    lines.sort(key=lambda line: not line.here)
    return render(request, "accounts/sessions.html", {"nav": "account", "lines": lines})


def _alive(user):
    """Last used first."""
    unexpired = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=user, session_key__in=unexpired).order_by("-last_seen_at", "-pk")
