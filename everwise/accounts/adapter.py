"""Where allauth asks us: who may sign up, and what a new person carries.

allauth does it; `everwise/accounts/adapter` says what is ours. `everwise/web/client_address` comes first and writes the
client's address into REMOTE_ADDR: the one place where X-Forwarded-For is read, and only behind TRUSTED_PROXY_COUNT
proxies. allauth counts attempts under a lock in the shared cache, so counts hold over processes. A count per account
alone would let a stranger lock its owner out; hence per address, and per address and account. An account with a hundred
wrong passwords in an hour leaves each address one try in five minutes, so that its owner's right one is taken. The
cache's table has 100,000 rows, and the worker deletes what has run out (`everwise/db/cache_table`): a full one would
forget living counts.
"""

import time
from datetime import datetime

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import consume, get_ip
from allauth.core.ratelimit import respond_429
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from everwise.accounts.device_zone import asking
from everwise.accounts.kept_posts import remember
from everwise.accounts.models import User
from everwise.sso import providers, sessions

# Past so many wrong passwords from anywhere, an account is under attack from many addresses at once. Then each address
# has one try in a while: the owner's right password is still taken from theirs, and guessing is five times slower.
ATTACKED, SLOWED = "100/h/key", "1/5m/key"

# How somebody shows once more that it is them, by allauth's names.
WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    # Where allauth's own words are about an address, they spell it otherwise.
    error_messages = DefaultAccountAdapter.error_messages | {
        "cannot_remove_primary_email": _("You can’t remove your primary e-mail address."),
        "duplicate_email": _("You have added this e-mail address already."),
        "email_password_mismatch": _("The e-mail address or the password is not correct."),
        "email_taken": _("Somebody already uses this e-mail address."),
        "too_many_login_attempts": _("Too many attempts. Please wait five minutes, then try again."),
        "max_email_addresses": _("You can’t add more than %d e-mail addresses."),
        "unknown_email": _("No account has this e-mail address."),
        "unverified_primary_email": _("Confirm this e-mail address before you make it the primary one."),
    }

    def post(self, kind: str, user: User, facts: dict[str, str], now: datetime) -> None:
        """Queue one of our own e-mails about accounts; `facts` are what it tells. meetings/mail/adapter does it."""
        raise NotImplementedError

    def post_all(self, posts: list[tuple[str, User, dict[str, str]]], now: datetime) -> None:
        """Queue many of them: the kind of each, to whom it goes, and what it tells."""
        raise NotImplementedError

    def invite(self, user: User, by: User, now: datetime) -> None:
        """Invite somebody whom staff have made without a password. meetings/mail/adapter does it."""
        raise NotImplementedError

    def invite_again(self, user: User, by: User, now: datetime) -> None:
        """Send every open invitation again, to the address that staff have given the person."""
        raise NotImplementedError

    def is_admin(self, user: User) -> bool:
        """Whether they are an admin of a path or a program. meetings/mail/adapter asks."""
        raise NotImplementedError

    def is_reauthentication_required(self, *, app: str, **rest) -> bool:
        """Not of whoever has signed in, with all steps, as lately as showing it once more would last."""
        records = get_authentication_records(self.request, self.request.user)
        lately = bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not lately and super().is_reauthentication_required(app=app, **rest)

    def get_reauthentication_methods(self, user) -> list[dict]:
        """Not by the password where there is a second step: that and an open browser would be enough to take it off."""
        ways = super().get_reauthentication_methods(user)
        steps = [each for each in ways if each["id"] != "reauthenticate"]
        # An app's code first; of somebody without one a passkey, since the codes left are those for emergencies.
        by_app = any(each["id"] == "mfa_reauthenticate" for each in steps) and is_mfa_enabled(user, ["totp"])
        steps.sort(key=lambda each: (each["id"] == "mfa_reauthenticate") != by_app)
        return [each | {"description": WAYS.get(each["id"], each["description"])} for each in steps or ways]

    def is_open_for_signup(self, request) -> bool:
        return settings.SIGNUP_OPEN

    def pre_authenticate(self, request, **credentials) -> None:
        """Count the attempt, before anything is hashed; one too many gets the page that every limit has."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error
        login = credentials.get("email", credentials.get("username", "")).lower()
        here = self._get_login_attempts_cache_key(request, **credentials)
        usage = _count(request, "login_attacked", ATTACKED, login) or _count(request, "login_slowed", SLOWED, here)
        if not usage:
            raise ImmediateHttpResponse(respond_429(request))
        # Given back with the rest if the password is right.
        self._login_failed_rl_usage.usage += usage.usage

    def authenticate(self, request, **credentials) -> User | None:
        user = super().authenticate(request, **credentials)
        if user and (provider := providers.instead_of_password(user)):
            # By another address of theirs than the organisation's: the form has led away whoever typed that.
            raise ImmediateHttpResponse(redirect(providers.address(provider)))
        return user

    def pre_login(self, request, user, *, redirect_url, **how) -> HttpResponse | None:
        """The one door of every sign-in. Whose organisation leaves them no password gets in by it alone: a passkey on
        its own would go on opening the account once the organisation no longer knows them.
        """
        answer = super().pre_login(request, user, redirect_url=redirect_url, **how)
        if answer is None and not sessions.is_begun(request, user) and (own := providers.instead_of_password(user)):
            answer = redirect(providers.address(own, redirect_url or ""))
        return answer

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Per account *and* address. allauth counts per account, so that a stranger could keep its owner out."""
        return f"{get_ip(request)}:{super()._get_login_attempts_cache_key(request, **credentials)}"

    def post_login(self, request, user, **how) -> HttpResponse:
        if user.disowned_at:
            user.disowned_at = None
            user.save(update_fields=["disowned_at"])
        return remember(asking(user, super().post_login(request, user, **how)), user)

    def confirm_email(self, request, email_address) -> bool:
        # allauth saves addresses whole, so they are read again with their person locked.
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=email_address.user_id)
            try:
                if email_address.pk:
                    email_address.refresh_from_db()
            except EmailAddress.DoesNotExist:
                # Staff have just given this person another one.
                return False
            if not super().confirm_email(request, email_address):
                return False
            if email_address.email != EmailAddress.objects.get_primary_email(email_address.user):
                # To the primary address, which was there before. Of a sign-up it is this very one.
                confirmed = {"confirmed_email": email_address.email}
                self.send_notification_mail("account/email/email_confirm", email_address.user, confirmed)
            return True


def _count(request, action, rate, key):
    """One more of this by that key, as something that can be given back; None where the rate has no room."""
    return consume(request, app="allauth.account", action=action, config={action: rate}, key=key)
