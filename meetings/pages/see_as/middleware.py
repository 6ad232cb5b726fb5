"""The one place through which everything passes that an admin asks for while they look at a path as somebody else."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from everwise.db.read_only import read_only
from meetings.pages.see_as import forms_off, session
from meetings.pages.see_as.session import Seeing

# What is shown as the person would see it, by the names of addresses. All else is refused, also what is still to come.
OF_PATH = {"paths:detail", "schedule:theme", "schedule:time", "schedule:confirm"}
# Of a person: their meetings on this path (meetings/models/meeting.MeetingQuerySet).
OF_MEETING = {"meetings:detail"}
STOP, SIGN_OUT = "paths:stop-seeing-as", "account_logout"
SAFE = {"GET", "HEAD"}


class SeeAsMiddleware:
    """Comes last: whoever is signed in has been asked for all that is asked of them, as themselves.

    `request.seeing` is there for every page, so that even the one about an address that does not exist says it.
    `request.user` is another one only while one of the views above runs, in a database that takes no change.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.seeing = None
        if session.is_begun(request) and request.user.is_authenticated:
            request.seeing = session.find(request, timezone.now())
        response = self.get_response(request)
        return forms_off.switch_off(response) if request.seeing else response

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        if not session.is_begun(request):
            # Signed out just now, since their session was too old.
            request.seeing = None
            return None
        name = request.resolver_match.view_name
        if request.method == "POST" and name == SIGN_OUT:
            return None
        if getattr(request, "second_step_wanted", False):
            # Of an admin who has no right to anything before they have set it up.
            session.end(request)
            return None
        if request.method == "POST" and name == STOP:
            return None
        seeing: Seeing | None = request.seeing
        if seeing is None:
            return _over(request)
        if request.method in SAFE and _is_part(seeing, name, kwargs):
            return _shown(request, seeing, view, args, kwargs)
        return render(request, "paths/see_as/refused.html", status=403)


def _is_part(seeing: Seeing, name: str, kwargs: Mapping[str, object]) -> bool:
    if name in OF_MEETING:
        return not seeing.look.is_nobody
    return name in OF_PATH and kwargs.get("path_id") == seeing.path.pk


def _shown(request, seeing, view, args, kwargs):
    own = request.user
    request.user = seeing.look.reader
    try:
        with read_only():
            return view(request, *args, **kwargs)
    finally:
        request.user = own


def _over(request):
    """The admin is themselves again, and is told so before anything else is shown or done."""
    session.end(request)
    if request.method in SAFE:
        messages.info(request, _("You see Everwise as yourself again."))
        if "HX-Request" in request.headers:
            # A script would put what a redirect leads to into the page that is open.
            return HttpResponse(headers={"HX-Redirect": reverse("home")})
        return redirect("home")
    return render(request, "paths/see_as/over.html", status=403)
