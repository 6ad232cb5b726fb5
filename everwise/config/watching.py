"""The variables by which those who run an installation see inside, and who hears of weaknesses. Pure."""

import re
from collections.abc import Collection

from everwise.config import senders
from everwise.config.environment import Environment
from everwise.config.one_line import shown

DSN = re.compile(r"https?://[0-9A-Za-z]+(:[0-9A-Za-z]+)?@[0-9A-Za-z.\[\]:-]+(/[\w.-]+)*/[0-9]+")


def contacts(env: Environment, name: str) -> list[str]:
    """E-mail addresses and https addresses of pages, comma separated, as URIs."""
    found = []
    for entry in (part.strip() for part in env.text(name).split(",")):
        if not entry:
            continue
        if re.fullmatch(r"https://[!-~]+", entry):
            found.append(entry)
            continue
        try:
            found.append(f"mailto:{senders.parse(entry.removeprefix('mailto:')).address}")
        except senders.Unusable:
            env.refuse(name, f"{shown(entry)} is neither an e-mail address nor begins with https://", "it@example.com")
    return found


def choice(env: Environment, name: str, choices: Collection[str], default: str) -> str:
    value = env.text(name, default)
    if value not in choices:
        env.refuse(name, f"{shown(value)} is none of {', '.join(choices)}", default)
        return default
    return value


def token(env: Environment, name: str) -> str:
    """What opens a page to machines, "" for nobody: long enough not to be guessed, and fit for a header."""
    value = env.text(name)
    if value and not re.fullmatch(r"[!-~]{20,}", value):
        env.refuse(
            name, "has fewer than 20 characters, or one that no header can carry", "a-long-random-text-of-your-own"
        )
        return ""
    return value


def receiver(env: Environment, name: str) -> str:
    """A DSN, as Sentry and whatever speaks like it name themselves; "" for none. It holds a key, so it is not shown."""
    value = env.text(name)
    if value and not re.fullmatch(
        r"https?://[0-9A-Za-z]+(:[0-9A-Za-z]+)?@[0-9A-Za-z.\[\]:-]+(/[\w.-]+)*/[0-9]+", value
    ):
        env.refuse(name, "its value is no DSN", "https://key@errors.example.com/1")
        return ""
    return value
