"""Ends sessions: it is out with the next click."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction


def end_all(user: UUID, now: datetime, but: str | None = None) -> int:
    """All of a person's, save the one with this key; how many. Which session is whose stands inside it."""
    keys = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=now).iterator()
        if session.session_key != but and session.get_decoded().get(SESSION_KEY) == str(user)
    ]
    UserSession.objects.filter(user_id=user).exclude(session_key=but or "").delete()
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def end(rows: Iterable[UserSession]) -> None:
    keys = [row.session_key for row in rows]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
