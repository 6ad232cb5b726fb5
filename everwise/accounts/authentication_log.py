"""Notes how people sign in and out and change their keys: a line of the log and a row that staff read.

What allauth reports by its signals is noted by itself, and so are its rows of sessions and of accounts at organisations
when they come and go; whatever else concerns sign-in calls `note`.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as factors
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.core.cache import cache
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal
from django.utils import timezone
from django.utils.crypto import salted_hmac

from everwise.accounts.authentication_event import AuthenticationEvent, AuthenticationKind
from everwise.accounts.models import User
from everwise.seeing.logs import told

logger = logging.getLogger("everwise.authentication")

STEP = 1000
# Of one address that tries too often, one row a minute says enough.
LIMITED_EVERY_SECONDS = 60
TYPED_LENGTH = 32
# Of signals with a request and a user, which say all there is.
PLAIN: list[tuple[Signal, AuthenticationKind]] = [
    (account.user_logged_in, AuthenticationKind.SIGNED_IN),
    (account.user_signed_up, AuthenticationKind.SIGNED_UP),
    (account.password_set, AuthenticationKind.PASSWORD_SET),
    (account.password_changed, AuthenticationKind.PASSWORD_CHANGED),
    (account.password_reset, AuthenticationKind.PASSWORD_RESET),
    (account.email_added, AuthenticationKind.EMAIL_ADDED),
    (account.email_changed, AuthenticationKind.EMAIL_CHANGED),
    (account.email_removed, AuthenticationKind.EMAIL_REMOVED),
    (account.login_code_rejected, AuthenticationKind.SIGN_IN_FAILED),
    (user_logged_out, AuthenticationKind.SIGNED_OUT),
]
# The same with the factor.
OF_FACTORS: list[tuple[Signal, AuthenticationKind]] = [
    (factors.authenticator_added, AuthenticationKind.FACTOR_ADDED),
    (factors.authenticator_removed, AuthenticationKind.FACTOR_REMOVED),
    (factors.authenticator_reset, AuthenticationKind.FACTOR_RESET),
    (factors.authenticator_used, AuthenticationKind.FACTOR_USED),
    (factors.authentication_failed, AuthenticationKind.FACTOR_FAILED),
]


def note(
    what: AuthenticationKind, request: Any, *, person: User | None = None, typed: str = "", detail: str = ""
) -> None:
    """`typed` is an address that no account has: kept by a hash with a key, which nobody can turn back."""
    meta = getattr(request, "META", {})
    row = AuthenticationEvent(
        at=timezone.now(),
        what=what,
        person=person,
        typed=hash_of(typed) if typed else "",
        address=meta.get("REMOTE_ADDR") or None,
        device=_printable(meta.get("HTTP_USER_AGENT", ""))[:200],
        request=getattr(request, "request_id", ""),
        detail=detail[:100],
    )
    row.save(force_insert=True)
    _tell(row)


def note_limited(request: Any, where: str) -> None:
    """Each in the log; of what was sent, a row a minute from one address."""
    address = request.META.get("REMOTE_ADDR", "")
    if request.method == "POST" and cache.add(f"limited:{address}", 1, LIMITED_EVERY_SECONDS):
        note(AuthenticationKind.LIMITED, request, person=_signed_in(request), detail=where)
    else:
        logger.info(AuthenticationKind.LIMITED.value, extra=told(address=address, detail=where))


def hash_of(typed: str) -> str:
    text = typed.strip().lower()
    return salted_hmac("everwise.authentication", text, algorithm="sha256").hexdigest()[:TYPED_LENGTH]


def sweep(now: datetime) -> int:
    """Delete at most STEP rows older than AUTH_LOG_KEPT_DAYS; how many."""
    until = now - timedelta(days=settings.AUTH_LOG_KEPT_DAYS)
    old = list(AuthenticationEvent.objects.filter(at__lt=until).order_by("at").values_list("pk", flat=True)[:STEP])
    AuthenticationEvent.objects.filter(pk__in=old).delete()
    return len(old)


def connect() -> None:
    """Called once, when the apps are ready."""
    for signal, what in PLAIN:
        signal.connect(_noting(what), weak=False)
    account.email_confirmed.connect(_email_confirmed)
    user_login_failed.connect(_failed)
    for signal, what in OF_FACTORS:
        signal.connect(_noting(what, _factor), weak=False)
    post_save.connect(_provider_added, sender=SocialAccount)
    post_delete.connect(_provider_removed, sender=SocialAccount)
    post_delete.connect(_session_ended, sender=UserSession)


def _noting(what: AuthenticationKind, detail: Callable[[dict], str] = lambda facts: "") -> Callable[..., None]:
    def receive(sender: Any, request: Any = None, user: User | None = None, **facts: Any) -> None:
        # Whoever signs out without being signed in.
        if user is not None:
            note(what, request, person=user, detail=detail(facts))

    return receive


def _factor(facts: dict) -> str:
    return str(getattr(facts.get("authenticator"), "type", ""))


def _failed(sender: Any, credentials: dict, request: Any = None, **facts: Any) -> None:
    typed = str(credentials.get("email") or credentials.get("username") or "")
    # The same question whether there is an account or not.
    known = EmailAddress.objects.filter(email=typed.strip().lower()).select_related("user").first()
    if known is not None:
        note(AuthenticationKind.SIGN_IN_FAILED, request, person=known.user)
    else:
        note(AuthenticationKind.SIGN_IN_FAILED, request, typed=typed)


def _email_confirmed(sender: Any, request: Any, email_address: EmailAddress, **facts: Any) -> None:
    note(AuthenticationKind.EMAIL_CONFIRMED, request, person=email_address.user)


def _provider_added(sender: Any, instance: SocialAccount, created: bool, **facts: Any) -> None:
    if created:
        note(AuthenticationKind.PROVIDER_ADDED, None, person=instance.user, detail=instance.provider)


def _provider_removed(sender: Any, instance: SocialAccount, **facts: Any) -> None:
    note(AuthenticationKind.PROVIDER_REMOVED, None, person=instance.user, detail=instance.provider)


def _session_ended(sender: Any, instance: UserSession, **facts: Any) -> None:
    note(AuthenticationKind.SESSION_ENDED, None, person=instance.user)


def _signed_in(request: Any) -> User | None:
    person = getattr(request, "user", None)
    return person if person is not None and person.is_authenticated else None


def _tell(row: AuthenticationEvent) -> None:
    facts = {
        "person": str(row.person_id) if row.person_id else "",
        "typed": row.typed,
        "address": row.address or "",
        "device": row.device,
        "detail": row.detail,
    }
    logger.info(str(row.what), extra=told(**{name: value for name, value in facts.items() if value}))


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
