"""Asks providers of OpenID Connect again, for the worker, whether they still know whom they have signed in.

Only a refusal (invalid_grant) counts: it ends the person's sessions of that provider and pauses what reads their
calendar by its secret address, until they sign in again. A provider that does not answer, or answers anything else,
changes nothing: it is asked again after the same while.
"""

import logging
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db import transaction

from everwise.accounts.locks import hold
from everwise.accounts.models import SsoSession, User
from everwise.config.sso import Provider
from everwise.sso import oidc, providers, sessions
from everwise.sso.errors import SignInRefused

logger = logging.getLogger(__name__)

REFUSED = "invalid_grant"


def ask_next(now: datetime) -> bool:
    """Ask about one session that is due; whether there was any."""
    row = _claim(now)
    if row is None:
        return False
    provider, held = providers.by_id(row.provider), sessions.opened(row.held)
    if provider is None or not held.get("refresh"):
        # The provider is not set any more, or no key opens its secrets: nobody can be asked.
        SsoSession.objects.filter(pk=row.pk).update(ask_at=None)
        return True
    answer = _answer(provider, held["refresh"])
    if answer.get("error") == REFUSED:
        _disown(row, now)
    elif renewed := answer.get("refresh_token"):
        SsoSession.objects.filter(pk=row.pk).update(held=sessions.closed({**held, "refresh": str(renewed)}))
    return True


def _claim(now):
    """The next one that is due, put off, so that no other worker asks about it meanwhile."""
    with transaction.atomic():
        due = SsoSession.objects.filter(ask_at__lte=now, ends_at__gt=now).order_by("ask_at")
        row = due.select_for_update(skip_locked=True, of=("self",)).first()
        if row is not None:
            later = now + timedelta(minutes=max(settings.SSO_REFRESH_MINUTES, 1))
            SsoSession.objects.filter(pk=row.pk).update(ask_at=later)
    return row


def _answer(provider: Provider, token: str) -> dict[str, object]:
    """What the token endpoint says; {} where it says nothing that can be read."""
    asking = {"grant_type": "refresh_token", "refresh_token": token}
    secret = (provider.client_id, provider.client_secret)
    try:
        config = oidc.discovered(provider)
        by_header = oidc.is_asked_by_header(config)
        if not by_header:
            asking |= {"client_id": secret[0], "client_secret": secret[1]}
        with oidc.session() as session:
            answer = session.post(config["token_endpoint"], data=asking, auth=secret if by_header else None).json()
    except (SignInRefused, requests.RequestException, ValueError) as error:
        logger.warning("%s was asked again and did not answer: %s", provider.id, type(error).__name__)
        return {}
    return answer if isinstance(answer, dict) else {}


def _disown(row: SsoSession, now: datetime) -> None:
    with transaction.atomic():
        hold([row.user_id])
        # Whoever has signed in again meanwhile is known there after all.
        if not SsoSession.objects.filter(pk=row.pk).exists():
            return
        number = sessions.end_all(user=row.user, provider=row.provider)
        User.objects.filter(pk=row.user_id).update(disowned_at=now)
    logger.info("%s no longer knows somebody: %d of their sessions are ended", row.provider, number)
