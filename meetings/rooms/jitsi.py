"""Links into rooms of a Jitsi server that lets people in by a token (JWT, HS256)."""

from datetime import datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

import jwt

# From the click to the room. Who loses the connection later joins from the meeting's page again.
TOKEN_LASTS = timedelta(minutes=10)
# A server whose clock is behind takes it all the same.
CLOCKS_DIFFER = timedelta(minutes=1)


def link(
    *, server: str, app_id: str, secret: str, room: str, name: str, leads: bool, now: datetime, shuts_at: datetime
) -> str:
    """Lets one person into one room. Whoever `leads` is its moderator. Of the person it tells their name alone."""
    claims = {
        "aud": "jitsi",
        "iss": app_id,
        "sub": urlsplit(server).hostname,
        "room": room,
        "iat": now,
        "nbf": now - CLOCKS_DIFFER,
        "exp": min(now + TOKEN_LASTS, shuts_at),
        # Servers differ in where they look.
        "moderator": leads,
        "context": {"user": {"name": name, "moderator": leads, "affiliation": "owner" if leads else "member"}},
    }
    token = jwt.encode(claims, secret, algorithm="HS256")
    return f"{server.rstrip('/')}/{quote(room)}?{urlencode({'jwt': token})}"
