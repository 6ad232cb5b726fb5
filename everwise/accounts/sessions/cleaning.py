"""Deletes sessions that are over: run out, or unused for too long. The worker does, a step at a time."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q

from everwise.accounts.sessions import ending
from everwise.accounts.sessions.limits import EVERY

# In one step, of each kind.
STEP = 500


def sweep(now: datetime) -> int:
    """Delete at most STEP sessions of each kind; how many of the kind that had most."""
    run_out = list(Session.objects.filter(expire_date__lte=now).values_list("session_key", flat=True)[:STEP])
    Session.objects.filter(session_key__in=run_out).delete()
    # Last seen is written down up to EVERY late, and later by whoever clicks just now.
    unused_since = now - timedelta(hours=settings.SESSION_IDLE_HOURS) - 2 * EVERY
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    over = UserSession.objects.filter(Q(last_seen_at__lt=unused_since) | ~Exists(alive))
    rows = list(over[:STEP])
    ending.end(rows)
    return max(len(run_out), len(rows))
