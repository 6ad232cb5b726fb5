"""What somebody is signed in by who came from a provider: begun, and ended on all their devices.

The provider's secrets are encrypted (everwise/encryption.py). What no key opens counts as nothing held.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import timezone

from everwise.accounts.models import SsoSession, User
from everwise.encryption import box
from everwise.sso.identity import Identity

KEY = "sso"
PURPOSE = b"everwise.sso"


def begin(request, user: User, identity: Identity, now: datetime) -> SsoSession:
    """Note in the browser's session that it came from a provider, and until when it lasts."""
    every = settings.SSO_REFRESH_MINUTES
    row = SsoSession.objects.create(
        user=user,
        provider=identity.provider.id,
        started_at=now,
        ends_at=now + timedelta(hours=settings.SSO_SESSION_HOURS),
        ask_at=now + timedelta(minutes=every) if identity.held.get("refresh") and every else None,
        held=closed(identity.held),
    )
    request.session[KEY] = {"id": str(row.pk), "user": str(user.pk), "ends_at": row.ends_at.isoformat()}
    return row


def is_begun(request, user: User) -> bool:
    """Whether this person has come from a provider in this browser, signed in by now or not yet, and it counts."""
    noted = request.session.get(KEY)
    return bool(noted) and noted["user"] == str(user.pk) and not _has_ended(noted, timezone.now())


def of_request(request) -> SsoSession | None:
    """The row that the person on this page is signed in by, whether or not it has run out; None if by a password."""
    noted = request.session.get(KEY)
    if not noted or noted["user"] != str(request.user.pk):
        return None
    return SsoSession.objects.filter(pk=noted["id"]).first()


def is_over(request, now: datetime | None = None) -> bool:
    """Whether the person on this page came from a provider, and no longer is signed in by that."""
    noted = request.session.get(KEY)
    if not noted or noted["user"] != str(request.user.pk):
        return False
    return _has_ended(noted, now or timezone.now())


def _has_ended(noted: Mapping[str, str], now: datetime) -> bool:
    return datetime.fromisoformat(noted["ends_at"]) <= now or not SsoSession.objects.filter(pk=noted["id"]).exists()


def end_all(*, user: User, provider: str) -> int:
    """Sign the person out wherever they came in by that provider; how often that was."""
    return SsoSession.objects.filter(user=user, provider=provider).delete()[0]


def forget_old(now: datetime) -> int:
    """Delete what has run out, with its secrets."""
    return SsoSession.objects.filter(ends_at__lte=now).delete()[0]


def closed(held: Mapping[str, str]) -> str:
    return box(PURPOSE).encrypt(json.dumps(dict(held)).encode()).decode()


def opened(text: str) -> dict[str, str]:
    try:
        return json.loads(box(PURPOSE).decrypt(text.encode()))
    except InvalidToken:
        return {}
