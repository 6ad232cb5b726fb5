"""What a provider says of somebody who has just signed in there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from everwise.config.sso import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    provider: Provider
    # By which the provider always knows this person, whatever their address.
    uid: str
    email: str
    # Whether the provider vouches for the address.
    verified: bool
    name: str = ""
    # Claims or attributes, each with its values, for what is mapped from them.
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Of these it sends none since there are too many, as Entra ID does from 200 groups on: nothing follows from it.
    untold: frozenset[str] = frozenset()
    # What later steps need: tokens, the name for signing out. Kept encrypted.
    held: Mapping[str, str] = field(default_factory=dict)


def as_values(claims: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Every claim as a list of texts; what is neither is left out."""
    found = {}
    for name, value in claims.items():
        values = value if isinstance(value, list | tuple) else [value]
        texts = tuple(str(each) for each in values if isinstance(each, str | int) and not isinstance(each, bool))
        if texts:
            found[name] = texts
    return found
