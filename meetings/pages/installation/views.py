"""The page “Installation”, and its test e-mail."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from everwise.wording import isolated
from meetings.mail import trial
from meetings.pages.installation.erasures import waiting
from meetings.pages.installation.state import checklist, has_begun
from meetings.permissions import gates


@require_safe
def page(request) -> HttpResponse:
    now = request.now = timezone.now()
    gates.open_installation(request.user)
    context = {**checklist(request.user, now), "begun": has_begun(), **waiting(request.user, now)}
    return render(request, "meetings/installation/page.html", context)


@require_POST
def send_test_mail(request) -> HttpResponse:
    now = request.now = timezone.now()
    gates.open_installation(request.user)
    try:
        is_new = trial.send(by=request.user, now=now)
    except trial.TrialRefused as error:
        raise PermissionDenied(str(error)) from error
    words = {"address": isolated(request.user.email)}
    if is_new:
        messages.success(request, _("A test e-mail is on its way to %(address)s.") % words)
    else:
        messages.info(request, _("A test to %(address)s waits to be sent already.") % words)
    return redirect("staff:installation")
