"""Takes out of a text what nobody who reads logs may know. Pure."""

import re

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
HIDDEN = "***"


def without_secrets(text: str) -> str:
    for pattern, instead in (
        (SECRET, rf"\1{HIDDEN}"),
        (QUERY, f"?{HIDDEN}"),
        (LOGIN, rf"\1{HIDDEN}@"),
        (MAILBOX, f"{HIDDEN}@"),
    ):
        text = pattern.sub(instead, text)
    return text
