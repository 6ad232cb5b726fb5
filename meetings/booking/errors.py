"""Why a change was not made, named for the views that put it beside the form."""

from everwise.errors import Refused, Stale


class BookingError(Exception):
    """The change was not made. Its text says why, for the person who asked."""


class BookingRefused(BookingError, Refused):
    """The person has no right to do this, or not any more."""


class NotOffered(BookingError):
    """No expert of this theme offers this start, whoever books."""


class PathNotOpen(NotOffered):
    """Nothing is booked on the path: it is a draft, or was closed early. The text says which."""


class JustTaken(BookingError):
    """The start was offered, and the last expert free at it has been booked since."""


class AtLimit(BookingError):
    """The expert is free, but has reached the most sessions they want in a day or week."""


class Overtaken(JustTaken):
    """Everybody who was free has been booked between the look and the lock; worth another look."""


class AlreadyBusy(BookingError):
    """The participant is in another meeting then."""


class NoSessionsLeft(BookingError):
    """The participant has used or booked all sessions that they may have: in all, at once, or in the month."""


class Changed(BookingError):
    """Length or policy are no longer what the page showed. Its text says what has changed."""


class StaleMeeting(BookingError, Stale):
    """The meeting was changed after the form was opened."""


class StaleEntry(BookingError, Stale):
    """The place in the waitlist was changed after the form was opened."""


class Unfit(BookingError):
    """An ad-hoc meeting breaks a rule. `field` names what is wrong, as the form calls it."""

    def __init__(self, field: str, text: str):
        super().__init__(text)
        self.field = field


class Unanswered(BookingError):
    """A participant has left a required question of the theme. Its text names it."""


class Clashing(BookingError):
    """Somebody is in another live meeting then."""


class Doubtful(BookingError):
    """An expert's hours or own calendar speak against the time, and nobody has said to go on anyway."""
