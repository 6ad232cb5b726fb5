"""The page of Django's admin on which staff take the second step off somebody's account."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from everwise.accounts.authentication_event import AuthenticationKind
from everwise.accounts.authentication_log import note
from everwise.accounts.mfa import removal


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.mfa")
def take_off(request, pages: admin.ModelAdmin, user_id: str) -> HttpResponse:
    """`pages` are those of people in the admin: whoever may change the person there may do this."""
    user = pages.get_object(request, user_id)
    if user is None:
        raise Http404
    if not pages.has_change_permission(request, user):
        raise PermissionDenied
    back = redirect("admin:accounts_user_change", user.pk)
    if request.method != "POST":
        context = admin.site.each_context(request) | {
            "title": gettext("Take off two-step sign-in"),
            "person": user,
            "steps": Authenticator.objects.filter(user=user).count(),
        }
        return render(request, "admin/take_off_second_step.html", context)
    try:
        removal.take_off(user=user, by=request.user, now=timezone.now())
    except removal.OwnSecondStep:
        messages.error(request, gettext("Change your own two-step sign-in on the site, from your profile."))
        return back
    except removal.NoSecondStep:
        messages.info(request, gettext("This account has no two-step sign-in, so nothing was taken off."))
        return back
    note(AuthenticationKind.FACTOR_REMOVED, request, person=user, detail=f"by {request.user.pk}")
    # Not from where staff did it.
    address = EmailAddress.objects.get_primary_email(user)
    get_adapter(request).send_notification_mail("mfa/email/taken_off", user, {"ip": ""}, email=address)
    messages.success(
        request, gettext("Two-step sign-in is taken off. They are signed out everywhere, and told by e-mail.")
    )
    return back
