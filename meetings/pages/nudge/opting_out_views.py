"""No more reminders: by the link in one, which mail programs press themselves, and back again in the profile."""

from allauth.core.internal.ratelimit import consume
from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from meetings.mail.nudges import opting_out

# Each address that sends so many: a mail program asks once, and nobody guesses the secret.
RATE = "60/m/ip"


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables()
def stop(request) -> HttpResponse:
    """A GET asks, a POST does it: whoever has the link needs no sign-in and no form of ours (RFC 8058).

    The answer to a POST is the page itself, since a mail program follows no redirect.
    """
    if not consume(request, app="everwise", action="reminders", config={"reminders": RATE}, limit_get=True):
        return respond_429(request)
    recipient = opting_out.by_secret(request.reminder_secret)
    if recipient is None:
        response = render(request, "meetings/reminders/unknown.html", status=404)
    else:
        if request.method == "POST":
            opting_out.opt_out(recipient=recipient, now=timezone.now())
        context = {
            "recipient": recipient,
            "path": recipient.nudge.path,
            "is_off": opting_out.is_off(recipient),
            "own_address": f"{reverse('stop-reminders')}{request.reminder_secret}/",
        }
        response = render(request, "meetings/reminders/stop.html", context)
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def own(request) -> HttpResponse:
    """The paths of whoever looks; the button beside each ends its reminders, or lets them come again."""
    paths = opting_out.own_paths(request.user)
    if request.method == "POST":
        path = next((each for each in paths if str(each.pk) == request.POST.get("of")), None)
        if path is None:
            raise Http404("No path of this person")
        if request.POST.get("do") == "off":
            opting_out.opt_out_here(path=path, by=request.user, now=timezone.now())
            messages.success(request, _("You get no more reminders of %(path)s.") % {"path": path})
        else:
            opting_out.take_back(path=path, by=request.user)
            messages.success(request, _("You get reminders of %(path)s again.") % {"path": path})
        return redirect("own-reminders")
    return render(request, "meetings/reminders/own.html", {"nav": "account", "rows": list(paths)})
