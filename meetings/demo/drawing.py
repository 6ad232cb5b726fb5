"""How the demo draws: near which day, at which hours, and the tokens of its forms."""

import random
from uuid import UUID

# How many days a session may lie from the day that was drawn for it, and which hours a participant would choose.
NEAR = 14
CIVIL_HOURS = range(7, 21)


class NoTimeNearDay(LookupError):
    """No expert of the demo has time near a day: its data do not go together."""


def token(rng: random.Random) -> UUID:
    return UUID(int=rng.getrandbits(128))
