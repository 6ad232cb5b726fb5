"""An invitation: shown, accepted, declined, asked for anew."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from allauth.account.utils import perform_login
from allauth.core.internal.ratelimit import consume
from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from everwise import timefmt
from everwise.config.sso import Provider
from everwise.sso import providers
from everwise.timefmt import Reader, twelve_hour_in
from meetings.pages.invitation.forms import AcceptForm
from paths import invitations
from paths.enums import InvitationState, Role
from paths.models import Invitation

# Each address that sends so many: nobody guesses 256 bits, and hashing passwords costs.
RATE = "30/m/ip"


def for_whoever_has_the_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the invitation by the link's secret, which goes into no log, no cache and no Referer."""

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @sensitive_post_parameters()
    @sensitive_variables()
    @wraps(view)
    def answer(request) -> HttpResponse:
        if not consume(request, app="everwise", action="invitation", config={"invitation": RATE}, limit_get=True):
            return respond_429(request)
        request.now = timezone.now()
        invitation = invitations.by_token(request.invitation_secret)
        if invitation is None:
            response = render(request, "meetings/invitation/unknown.html", status=404)
        else:
            response = view(request, invitation)
        add_never_cache_headers(response)
        # The host alone: with less, browsers name no origin for a form, and Django refuses it.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


@for_whoever_has_the_link
def page(request, invitation) -> HttpResponse:
    if answered := _unless_open(request, invitation):
        return answered
    if request.user.is_authenticated and request.user != invitation.user:
        return _shown(request, invitation, "other", status=403 if request.method == "POST" else 200)
    if invitation.user.has_arrived or _organisation(invitation):
        return _with_account(request, invitation)
    form = AcceptForm(
        request.POST if request.method == "POST" else None,
        email=invitation.user.email,
        initial={"name": invitation.user.name, "time_zone": invitation.user.time_zone},
    )
    form.fields["time_zone"].help_text = _zone_hint(request, invitation)
    if not form.is_valid():
        return _shown(request, invitation, "accept", form=form, status=400 if form.errors else 200)
    details = invitations.Details(**form.cleaned_data, language=translation.get_language())
    try:
        user = invitations.accept(invitation=invitation, details=details, now=request.now)
    except (invitations.InvitationNotOpen, invitations.HasAccount):
        # Somebody has just answered it, by another tab or another copy of the e-mail.
        return redirect(_address(request))
    except invitations.AddressTaken as error:
        form.add_error(None, str(error))
        return _shown(request, invitation, "accept", form=form, status=409)
    return perform_login(request, user, redirect_url=_first_page(invitation))


@for_whoever_has_the_link
def decline(request, invitation) -> HttpResponse:
    """Asks once more; the press of its button declines."""
    state = invitations.state_of(invitation, request.now)
    if state in invitations.OPEN and request.method == "POST":
        with suppress(invitations.InvitationNotOpen):
            invitations.decline(invitation=invitation, now=request.now)
        return redirect(_address(request))
    if state not in invitations.OPEN:
        return redirect(_address(request))
    return _shown(request, invitation, "decline")


@for_whoever_has_the_link
def ask(request, invitation) -> HttpResponse:
    """The button of an invitation that has run out: tells whoever can send another."""
    if request.method != "POST":
        return redirect(_address(request))
    # Refused, the page says why by itself.
    with suppress(invitations.InvitationNotOpen, invitations.AskedAlready):
        invitations.ask_again(invitation=invitation, now=request.now)
    return redirect(_address(request))


def _unless_open(request, invitation) -> HttpResponse | None:
    state = invitations.state_of(invitation, request.now)
    if state == InvitationState.INVITED:
        return None
    if state == InvitationState.ACCEPTED:
        if request.user == invitation.user:
            return redirect(_first_page(invitation))
        messages.info(request, _("You have accepted this already."))
        return redirect("account_login")
    if state == InvitationState.DECLINED:
        return _shown(request, invitation, "declined")
    asked_at = invitation.asked_at
    asked = asked_at is not None and request.now < asked_at + invitations.ASKED_EVERY
    reader = invitation.user.reader
    return _shown(
        request,
        invitation,
        "closed",
        withdrawn=state == InvitationState.WITHDRAWN,
        asked=asked,
        until=timefmt.short_day(invitation.expires_at, reader, request.now),
    )


def _with_account(request, invitation) -> HttpResponse:
    """Whoever has an account is asked for no password here, but to sign in."""
    if request.user == invitation.user and request.method == "POST":
        try:
            invitations.accept_as(invitation=invitation, by=request.user, now=request.now)
        except invitations.InvitationNotOpen:
            return redirect(_address(request))
        return redirect(_first_page(invitation))
    sign_in = f"{reverse('account_login')}?{urlencode({'next': _first_page(invitation)})}"
    if provider := _organisation(invitation):
        sign_in = providers.address(provider, _first_page(invitation))
    if request.method == "POST":
        return redirect(sign_in)
    context = {"sign_in": sign_in, "signed_in": request.user == invitation.user, "provider": provider}
    return _shown(request, invitation, "account", **context)


def _organisation(invitation: Invitation) -> Provider | None:
    """Where the invited person signs in whose organisation leaves them no password."""
    provider = providers.of_address(invitation.user.email)
    return provider if provider and not provider.passwords else None


def _shown(request, invitation: Invitation, name: str, *, status: int = 200, **context) -> HttpResponse:
    own = _address(request)
    context |= {
        "invitation": invitation,
        "contact": invitations.contact(invitation),
        "own_address": own,
        "decline_address": f"{own}decline/",
        "ask_address": f"{own}ask/",
        "called": invitation.user.called or (invitation.user.name if not invitation.user.has_arrived else ""),
    }
    return render(request, f"meetings/invitation/{name}.html", context, status=status)


def _address(request) -> str:
    """Of the invitation's page, with its secret: only for what goes back to whoever has it."""
    return f"{reverse('invitations:page')}{request.invitation_secret}/"


def _first_page(invitation: Invitation) -> str:
    if invitation.role == Role.EXPERT:
        return reverse("availability")
    return reverse("paths:detail", args=[invitation.path_id]) if invitation.path_id else reverse("home")


def _zone_hint(request, invitation) -> str:
    """A question where the zone is the path's; where a script has put the device's in, what time it is there."""
    zone = invitation.user.time_zone
    reader = Reader(zone, twelve_hour_in(translation.get_language() or ""))
    guess = _("Is it %(time)s where you are? Every time you see is in this zone.")
    device = _("Taken from this device: it is {time} there now. Every time you see is in this zone.")
    return format_html(
        "<span data-ew-device-zone-guess>{}</span>"
        '<span data-ew-device-zone-note data-ew-device-text="{}" hidden></span>',
        guess % {"time": timefmt.clock(request.now, reader)},
        device,
    )
