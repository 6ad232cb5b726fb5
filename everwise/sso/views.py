"""The addresses of single sign-on: to a provider, back from it, out of it."""

import logging

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.account.views import LogoutView
from allauth.core.ratelimit import consume_or_429
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.sessions import LoginSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everwise.config.sso import OIDC, Provider
from everwise.sso import linking, oidc, providers, saml, sessions
from everwise.sso.adapter import PROTOCOLS
from everwise.sso.errors import Closed, ProviderUnreachable, SignInRefused
from everwise.sso.identity import Identity

logger = logging.getLogger(__name__)

ACS_COOKIE = "saml-acs-session"
ACS_SECONDS = 300
METADATA_TYPE = "application/samlmetadata+xml"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request, provider_id, protocol) -> HttpResponse:
    """Says where the organisation signs in; its button leads there."""
    provider = _provider(request, provider_id, protocol)
    if request.method != "POST":
        context = {"provider": provider.set, "next": provider.get_redirect_from_request_kwargs(request)["next_url"]}
        return render(request, "sso/start.html", context)
    if too_many := consume_or_429(request, action="login"):
        return too_many
    try:
        return onward(request, provider.set, provider.redirect_from_request(request)["Location"])
    except SignInRefused as error:
        return refusal(request, provider.set, error)


def onward(request, provider: Provider, address: str) -> HttpResponse:
    """A page that goes on by itself."""
    return render(request, "sso/onward.html", {"provider": provider, "address": address})


@login_not_required
@never_cache
@sensitive_variables()
@require_safe
def callback(request, provider_id) -> HttpResponse:
    """Where a provider of OpenID Connect sends people back to."""
    provider = _provider(request, provider_id, PROTOCOLS[OIDC])
    try:
        state = _state(request, provider, request.GET.get("state", ""))
        if "code" not in request.GET:
            return _turned_back(request, provider.set, request.GET.get("error", ""))
        adapter = provider.get_oauth2_adapter(request)
        answer = adapter.token_for(request.GET["code"], state.get("pkce_code_verifier", ""))
        identity = oidc.identity_of(provider.set, adapter.openid_config, answer, state.get("nonce", ""))
        return _enter(request, identity, state)
    except SignInRefused as error:
        return refusal(request, provider.set, error)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def acs(request, provider_id) -> HttpResponse:
    """Where a provider of SAML has the browser post its answer, from another site and so without our cookies: it is put
    aside for the page after it.
    """
    provider = _provider(request, provider_id, "saml")
    if too_many := consume_or_429(request, action="login"):
        return too_many
    response = request.POST.get("SAMLResponse", "")
    if not response or len(response) > saml.LARGEST_RESPONSE:
        return refusal(request, provider.set, saml.refused(provider.set, "its response is missing or too large"))
    answer = redirect("saml_finish_acs", provider_id)
    aside = LoginSession(request, "saml_acs_session", ACS_COOKIE)
    aside.store.update({"response": response})
    aside.store.set_expiry(ACS_SECONDS)
    aside.save(answer)
    return answer


@login_not_required
@never_cache
@require_safe
def finish_acs(request, provider_id) -> HttpResponse:
    provider = _provider(request, provider_id, "saml")
    aside = LoginSession(request, "saml_acs_session", ACS_COOKIE)
    response = aside.store.get("response", "")
    aside.delete()
    try:
        request_id = saml.answered_id(response)
        state = _state(request, provider, request_id)
        return _enter(request, saml.identity_of(provider.set, response, request_id), state)
    except SignInRefused as error:
        return refusal(request, provider.set, error)


@login_not_required
@never_cache
@require_safe
def sls(request, provider_id) -> HttpResponse:
    """Where a provider of SAML says that somebody signs out, or that it has signed them out."""
    provider = _provider(request, provider_id, "saml").set
    if not provider.slo_url:
        raise Http404
    try:
        whom, address = saml.signed_out(provider, request.GET.dict())
    except SignInRefused as error:
        return refusal(request, provider, error)
    if whom is None:
        return redirect("account_login")
    held = sessions.of_request(request) if request.user.is_authenticated else None
    # One colleague's sign-out, which they can read and pass on as a link, is nobody else's.
    if held and held.provider == provider.id and sessions.opened(held.held).get("name_id", whom) == whom:
        held.delete()
        get_account_adapter(request).logout(request)
    return HttpResponse(headers={"Location": address}, status=302)


@login_not_required
@require_safe
def metadata(request, provider_id) -> HttpResponse:
    provider = _provider(request, provider_id, "saml").set
    return HttpResponse(saml.metadata(provider), content_type=METADATA_TYPE)


class SignOut(LogoutView):
    """allauth's, which goes on to the provider that somebody came from, where it signs people out."""

    def post(self, *args, **kwargs) -> HttpResponse:
        row = sessions.of_request(self.request) if self.request.user.is_authenticated else None
        answer = super().post(*args, **kwargs)
        if row is None:
            return answer
        row.delete()
        provider = providers.by_id(row.provider)
        address = _way_out(provider, sessions.opened(row.held)) if provider else ""
        return onward(self.request, provider, address) if provider and address else answer


def _way_out(provider, held):
    try:
        if provider.protocol == OIDC:
            return oidc.sign_out(provider, held)
        return saml.sign_out(provider, held)
    except SignInRefused as error:
        # Signed out here they are; there, their provider's own session ends when it ends.
        logger.warning("Sign-out at %s: %s", provider.id, error.detail)
        return ""


def _provider(request, provider_id, protocol):
    """allauth's object for one of this protocol; 404 if there is none."""
    try:
        found = get_adapter(request).get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    if found.id != protocol:
        raise Http404
    return found


def _state(request, provider, state_id):
    """What was put aside when this browser went to the provider; taken once."""
    state = statekit.unstash_state(request, provider_id=provider.sub_id, state_id=state_id)
    if state is None:
        text = _("This sign-in took too long, was begun in another browser, or is done already. Start again.")
        raise SignInRefused(text, "an answer to no request of this browser")
    return state


def _turned_back(request, provider, error):
    if error != "access_denied":
        raise oidc.refused(provider, "it answered with an error")
    messages.info(request, _("You turned back at %(provider)s, so nobody is signed in.") % {"provider": provider.name})
    return redirect("account_login")


def _enter(request, identity: Identity, state) -> HttpResponse:
    now = timezone.now()
    user = linking.person_of(identity, now)
    get_adapter(request).signed_in(user, identity, now)
    if request.user.is_authenticated:
        get_account_adapter(request).logout(request)
    sessions.begin(request, user, identity, now)
    record_authentication(request, user, "socialaccount", provider=identity.provider.id, uid=identity.uid)
    # The provider vouches for the address, so none is asked to be confirmed.
    return perform_login(request, user, email_verification="none", redirect_url=state.get("next"))


def refusal(request, provider: Provider, error: SignInRefused) -> HttpResponse:
    logger.warning("Sign-in at %s refused: %s", provider.id, error.detail or type(error).__name__)
    if isinstance(error, Closed):
        return redirect("account_inactive")
    status = 502 if isinstance(error, ProviderUnreachable) else 403
    context = {"provider": provider, "reason": str(error), "again": reverse("account_login")}
    return render(request, "sso/refused.html", context, status=status)
