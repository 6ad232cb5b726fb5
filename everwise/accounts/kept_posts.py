"""What somebody sent after their session had ended, or before they had shown that it is still them: kept while they do,
and shown in the same form again.

Nothing is sent on by itself: whoever signs in looks at the form once more and presses its button. So it needs no trust
in what was kept, and a time that is gone meanwhile, or a right that was lost, is reported as ever.

It lies in the session, on the server, for an hour: one sending at most, of text fields alone, no larger than LARGEST,
without passwords, codes and marks against forgery. Only a browser in which somebody has signed in before has anything
kept, which a signed cookie shows; it names who that was, and nobody else is shown it, not even on the same computer.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

KEY = "kept_post"
COOKIE = f"{settings.COOKIE_PREFIX}person"
COOKIE_AGE = timedelta(days=30)
KEPT = timedelta(hours=1)
# Of an expert's whole availability; bytes as JSON.
LARGEST = 100_000
ENCODINGS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's own, which also keeps what was sent, and lets a script's request for a page lead to the sign-in.

    A script would put that page into the one that is open. Its address comes along whole: filters stand in its query.
    A form that a script sends stays open with what was typed, and says so (static/js/everwise.js): nothing is kept.
    """

    def handle_no_permission(self, request, view_func) -> HttpResponse:  # type: ignore[override]  # no redirect for htmx
        scripted = "HX-Request" in request.headers
        if request.method == "POST" and not scripted:
            _keep(request)
        answer = super().handle_no_permission(request, view_func)
        if request.method == "GET" and scripted:
            return HttpResponse(headers={"HX-Redirect": answer.url})
        return answer


class ConfirmMiddleware:
    """Leads to where somebody shows once more that it is them, and keeps what they sent meanwhile.

    allauth would send it on by itself afterwards. A view behind `reauthentication_required` answers GET at the address
    that it is sent to, which is where they come back.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception) -> HttpResponse | None:
        if not isinstance(exception, ReauthenticationRequired):
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        where = methods[0]["url"] if methods else reverse("account_login")
        if request.method == "POST" and request.user.is_authenticated:
            _keep_of(request, str(request.user.pk), signed_out=False)
        address = f"{where}?{urlencode({'next': request.get_full_path()})}"
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)


def remember(answer: HttpResponse, user) -> HttpResponse:
    """Let the browser know who has signed in, beyond the end of the session."""
    answer.set_signed_cookie(
        COOKIE,
        str(user.pk),
        salt=KEY,
        max_age=COOKIE_AGE,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def take(request) -> QueryDict | None:
    """What this person sent to this address before they signed in again; once, and with a word about it."""
    if request.method != "GET" or getattr(request.user, "seen_as", None):
        # Whoever looks at a path as somebody else is not shown what that person typed.
        return None
    kept = request.session.get(KEY)
    if kept is None or kept["path"] != request.get_full_path():
        return None
    del request.session[KEY]
    fresh = timezone.now() < datetime.fromisoformat(kept["at"]) + KEPT
    if not fresh or kept["who"] != str(request.user.pk):
        return None
    sent = QueryDict(mutable=True)
    for name, values in kept["fields"]:
        sent.setlist(name, values)
    if kept["signed_out"]:
        messages.info(request, _("You had been signed out. What you typed is still here, and nothing is saved yet."))
    else:
        messages.info(request, _("Thank you. What you typed is still here, and nothing is saved yet."))
    return sent


def forget(person: UUID) -> None:
    """Whatever they sent signed out and never came back for: it lies in sessions that are nobody's."""
    for session in Session.objects.iterator():
        kept = session.get_decoded().get(KEY)
        if kept and kept["who"] == str(person):
            session.delete()


def _keep(request):
    who = request.get_signed_cookie(COOKIE, default="", salt=KEY, max_age=COOKIE_AGE)
    if who:
        _keep_of(request, who, signed_out=True)


def _keep_of(request, who, *, signed_out):
    if request.content_type not in ENCODINGS:
        return
    fields = [(name, values) for name, values in request.POST.lists() if _may_be_kept(name)]
    if len(json.dumps(fields)) > LARGEST:
        return
    request.session[KEY] = {
        "path": request.get_full_path(),
        "who": who,
        "at": timezone.now().isoformat(),
        "fields": fields,
        "signed_out": signed_out,
    }


def _may_be_kept(name):
    return name not in {"csrfmiddlewaretoken", "code", "credential"} and "password" not in name and "secret" not in name
