"""Takes out of a text what nobody who reads logs may know. Pure."""

import re
from collections.abc import Iterable, Iterator

# What follows these in an address is as good as a password. Calendars, invitations and reminders have none in it any
# more when a view is asked (everwise/web/middleware.py); the others are allauth's.
SECRET = re.compile(
    r"""((?<!/accounts)/calendar/|/invitations/(?!(?:decline|ask)/)|(?<!/accounts)/reminders/"""
    r"""|/accounts/confirm-email/|/accounts/password/reset/key/)[^\s?#"'<>]+""",
)
QUERY = re.compile(r"""\?[^\s"'<>?]*=[^\s"'<>]*""")
MAILBOX = re.compile(r"""[^\s"'<>@:/,;()\[\]]+@(?=[\w-]+\.[\w.-]+)""")
# A URL with a user's name and password in it.
LOGIN = re.compile(r"(\w://)[^\s/@]+@")
# How PostgreSQL ends a sentence about a value that it can't read, in the quotation marks of its language.
UNREADABLE = re.compile(r""": ["'»«„“‘].*["'»«“”’]$""", re.DOTALL)
HIDDEN = "***"


def without_secrets(text: str, quoted: Iterable[str] = ()) -> str:
    """`quoted` are pieces that are secret in this text alone."""
    for piece in quoted:
        text = text.replace(piece, HIDDEN)
    for pattern, instead in (
        (SECRET, rf"\1{HIDDEN}"),
        (QUERY, f"?{HIDDEN}"),
        (LOGIN, rf"\1{HIDDEN}@"),
        (MAILBOX, f"{HIDDEN}@"),
    ):
        text = pattern.sub(instead, text)
    return text


def quoted_by_database(error: BaseException | None) -> list[str]:
    """What PostgreSQL tells of a row or a value that it refuses: whatever somebody has typed stands in it.

    By the parts of its answer, since its words are in the language of the server.
    """
    found = []
    for each in _all_of(error):
        diag = getattr(each, "diag", None)
        if diag is None:
            continue
        found += [diag.message_detail, diag.context]
        if unreadable := UNREADABLE.search(diag.message_primary or ""):
            found.append(unreadable[0])
    # Of two pieces the longer one first: it may have the other in it.
    return sorted(set(filter(None, found)), key=len, reverse=True)


def _all_of(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and whatever a traceback of it tells beside."""
    seen: set[int] = set()
    left = [error]
    while left:
        each = left.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            left += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
            yield each
