"""The time zone of the device that somebody reads on: asked for once, and lent to one session of a browser.

A script proposes the device's zone (static/js/zones.js); nothing is taken from it unasked. Whoever has never said in
which zone they live is asked right after signing in.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from everwise import timefmt
from everwise.accounts.models import User
from everwise.changelog import note_change
from everwise.place_fields import PlaceField

KEY = "device_zone"


class ZoneForm(forms.Form):
    zone = PlaceField(label=_("Time zone"), help_text=_("Type a city in it, like Stockholm."))


def session_zone(request) -> ZoneInfo | None:
    """The zone in which this session of a browser shows times to choose from, where somebody asked for that.

    Whoever looks at a path as somebody else sees that person's times.
    """
    if request.user.seen_as:
        return None
    return timefmt.find_zone(request.session.get(KEY, ""))


@require_POST
def use_device_zone(request) -> HttpResponse:
    """Show times in the device's zone while this session lasts, on the page that asked."""
    form = ZoneForm(request.POST)
    if form.is_valid():
        request.session[KEY] = form.cleaned_data["zone"].key
    page = urlsplit(_next(request, request.POST))
    # The zone that the page was asked for by name would win.
    query = urlencode([(name, value) for name, value in parse_qsl(page.query) if name != "zone"])
    return redirect(page._replace(query=query).geturl())


@require_http_methods(["GET", "HEAD", "POST"])
def ask_zone(request) -> HttpResponse:
    """Which zone somebody lives in: they have just signed in, and never said."""
    asked = request.POST if request.method == "POST" else request.GET
    user = request.user
    known = {} if user.time_zone.key == "UTC" else {"zone": user.time_zone}
    form = ZoneForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        zone = form.cleaned_data["zone"]
        if zone != user.time_zone:
            note_change(user, by=user, fields=["time_zone"])
        User.objects.filter(pk=user.pk).update(time_zone=zone, zone_asked=True)
        return redirect(_next(request, asked))
    context = {"form": form, "next": _next(request, asked), "nav": "account"}
    return render(request, "accounts/zone.html", context, status=400 if form.errors else 200)


def asking(user: User, answer: HttpResponse) -> HttpResponse:
    """Where signing in leads: past the question, if it was never asked."""
    if user.zone_asked or not isinstance(answer, HttpResponseRedirect):
        return answer
    return redirect(f"{reverse('ask-zone')}?{urlencode({'next': answer.url})}")


def _next(request, asked) -> str:
    url = asked.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=settings.SECURE)
    return url if safe else reverse("home")
