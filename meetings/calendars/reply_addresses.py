"""Where a person's calendar sends its answer to an invitation: an address of their own for each meeting.

It has a token in it that nobody can guess, and that nobody is told but the person whom it is of. It stays the same
through all changes of the meeting.
"""

import re
from base64 import b32encode
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "everwise.replies"
# 160 bits, which are 32 letters and digits: many programs change capitals in an address.
TOKEN_BYTES = 20
FORM = "[a-z2-7]{32}"


def address_for(meeting: UUID, person: UUID) -> str:
    """ "" where no answers are read."""
    at = settings.REPLIES
    return f"{at.local}+{token_of(meeting, person)}@{at.domain}" if at else ""


def tokens_in(text: str) -> set[str]:
    """The tokens of all addresses of ours in a header's text, whatever else stands there."""
    at = settings.REPLIES
    if at is None:
        return set()
    ours = re.compile(
        rf"(?<![\w.+-]){re.escape(at.local)}\+({FORM})@{re.escape(at.domain)}(?![\w.-])", re.IGNORECASE | re.ASCII
    )
    return {match[1].lower() for match in ours.finditer(text)}


def is_for(tokens: Collection[str], meeting: UUID, person: UUID) -> bool:
    """Whether one of the tokens is this person's of this meeting, by the secret key or a former one."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    wanted = [token_of(meeting, person, key) for key in keys]
    return any(constant_time_compare(token, each) for token in tokens for each in wanted)


def token_of(meeting: UUID, person: UUID, key: str | None = None) -> str:
    digest = salted_hmac(SALT, f"{meeting} {person}", secret=key, algorithm="sha256").digest()
    return b32encode(digest[:TOKEN_BYTES]).decode().lower()
