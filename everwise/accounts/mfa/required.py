"""Whom MFA_REQUIRED names and who has no second step is led to set one up, and can open nothing else until then.

Calendar addresses go on: they ask for no sign-in. What has been found out is kept in the session for KEPT, so that no
page asks the database for it: whoever becomes staff or an admin is asked within five minutes, not at their next
sign-in, which may be two weeks away. Who is in want of a second step is asked again by each click, and free at once.
"""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from everwise.absolute_urls import absolute

KEY = "second_step_asked"
KEPT = timedelta(minutes=5)
# What somebody without a second step needs for setting one up, or for leaving.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "set_language",
}


class RequiredMiddleware:
    """Comes after the sign-in; pages that ask for none are not its business."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        if not settings.MFA_REQUIRED or not getattr(view, "login_required", True) or not is_wanting(request):
            return None
        # For the pages that are left, which say why.
        request.second_step_wanted = True
        if request.resolver_match.view_name in OPEN:
            return None
        where = reverse("mfa_index")
        if "HX-Request" not in request.headers:
            return redirect(where)
        if request.method == "GET":
            return HttpResponse(headers={"HX-Redirect": where})
        # What was typed stays on the page that sent it.
        text = gettext("Nothing was saved. Set up two-step sign-in first, in another tab: %(address)s")
        address = absolute(where)
        return HttpResponse(text % {"address": address}, status=403, content_type="text/plain; charset=utf-8")


def is_wanting(request) -> bool:
    """Whether whoever is signed in here must set up a second step first."""
    now = timezone.now()
    if request.session.get(KEY, 0) > now.timestamp():
        return False
    user = request.user
    if not _is_named(user) or _has_one(user) or (settings.MFA_SSO_COUNTS and signed_in_by_sso(request)):
        request.session[KEY] = (now + KEPT).timestamp()
        return False
    return True


def signed_in_by_sso(request) -> bool:
    """Whether a provider of single sign-on has signed this session in, whose own second step then may count."""
    return any(record["method"] == "socialaccount" for record in get_authentication_records(request, request.user))


def ask_again(request) -> None:
    """Forget what was found out, as after a second step was taken off."""
    request.session.pop(KEY, None)


def _is_named(user) -> bool:
    named = settings.MFA_REQUIRED
    return "everybody" in named or ("staff" in named and user.is_staff) or ("admins" in named and _is_admin(user))


def _is_admin(user) -> bool:
    return get_adapter().is_admin(user)


def _has_one(user) -> bool:
    return is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
