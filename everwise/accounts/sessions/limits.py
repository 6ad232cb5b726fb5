"""How long somebody stays signed in: SESSION_IDLE_HOURS without a click, SESSION_ABSOLUTE_HOURS in all.

When a session began and was last used stands inside it, so that no page asks for it. It is written down once in EVERY:
a limit is kept to within that, and a GET that writes it changes a session, no row of the domain.
"""

from datetime import UTC, datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

BEGAN, SEEN = "began_at", "seen_at"
EVERY = timedelta(minutes=5)


class LimitsMiddleware:
    """Comes before the sign-in is asked for, which then finds nobody. Pages that ask for none don't count as use."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return
        now, session = timezone.now(), request.session
        if BEGAN not in session:
            # From before there were limits.
            begin(request, now)
            track(request)
        elif _is_over(session, now):
            logout(request)
            messages.info(
                request, gettext("You have been signed out, since you signed in or last used Everwise long ago.")
            )
        elif now - _at(session[SEEN]) >= EVERY:
            session[SEEN] = now.timestamp()
            track(request)


def begin(request: HttpRequest, now: datetime) -> None:
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()


def track(request: HttpRequest) -> None:
    """Keep up the row of this session, or make it: an invitation or an older version has signed in without one."""
    seen = {
        "ip": get_adapter(request).get_client_ip(request),
        "user_agent": request.META.get("HTTP_USER_AGENT", "")[: UserSession._meta.get_field("user_agent").max_length],
        "last_seen_at": timezone.now(),
    }
    rows = UserSession.objects.filter(session_key=request.session.session_key, user_id=request.user.pk)
    if not rows.update(**seen):
        UserSession.objects.create_from_request(request)


def _is_over(session, now: datetime) -> bool:
    idle = now - _at(session[SEEN]) >= timedelta(hours=settings.SESSION_IDLE_HOURS)
    return idle or now - _at(session[BEGAN]) >= timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)


def _at(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, tz=UTC)
