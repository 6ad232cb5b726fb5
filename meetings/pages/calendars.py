"""Meetings in people's own calendars: one meeting's file, the secret address of all, and what lies there."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, get_conditional_response
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everwise.absolute_urls import absolute
from meetings.calendars import feed as calendar_feed
from meetings.calendars import links, subscriptions
from meetings.models import Subscription
from meetings.permissions import gates

CALENDAR_TYPE = "text/calendar; charset=utf-8"
NOT_FOUND = b"There is no calendar at this address.\n"


@require_safe
def meeting_file(request, meeting_id) -> HttpResponse:
    meeting = gates.open_meeting(request.user, meeting_id, now=timezone.now())
    response = HttpResponse(links.file(meeting, request.user), content_type=CALENDAR_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{links.file_name(meeting)}"'
    return response


@login_not_required
@sensitive_variables()
@require_safe
def feed(request) -> HttpResponse:
    """What a calendar application reads. A wrong, ended or malformed secret has one answer, by the same work."""
    user = calendar_feed.owner(request.calendar_secret.removesuffix(".ics"))
    if user is None:
        response: HttpResponse = HttpResponseNotFound(NOT_FOUND, content_type="text/plain; charset=utf-8")
    else:
        events = calendar_feed.events(user, timezone.now())
        called = calendar_feed.name(user)
        etag = calendar_feed.etag(events, called)
        response = get_conditional_response(request, etag) or HttpResponse(
            calendar_feed.text(events, called), content_type=CALENDAR_TYPE
        )
        response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def address(request) -> HttpResponse:
    """Where people make or renew their calendar address. It outlasts any session, so they show that it is them.

    The secret is in the answer to that very POST and nowhere else: no URL, no session, no cache. Sent again by a
    reload, the form is stale, and makes nothing.
    """
    now = request.now = timezone.now()
    if request.method != "POST":
        return _page(request)
    if "seen" not in request.POST:
        return _page(request, status=400)
    try:
        secret = subscriptions.renew(by=request.user, seen=request.POST["seen"], now=now)
    except subscriptions.StaleSubscription:
        messages.info(request, gettext("An address is shown once, when it is made. If yours is lost, make a new one."))
        return redirect("calendar-address")
    return _page(request, made=absolute(f"{reverse('calendar-feed')}{secret}.ics"))


@require_POST
def remove_address(request) -> HttpResponse:
    if subscriptions.remove(by=request.user):
        messages.success(request, gettext("Your calendar address is removed. It does not work any more."))
    return redirect("calendar-address")


@sensitive_variables()
def _page(request, *, made="", status=200):
    context = {
        "nav": "account",
        "subscription": Subscription.objects.filter(user=request.user).first(),
        "made": made,
        # Calendar applications open this scheme; whether by http or https, they find out.
        "webcal": f"webcal://{made.partition('://')[2]}" if made else "",
    }
    response = render(request, "meetings/calendar_address.html", context, status=status)
    add_never_cache_headers(response)
    return response
