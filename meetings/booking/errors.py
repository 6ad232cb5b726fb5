"""Why a change was not made, named for the views that put it beside the form."""


class BookingError(Exception):
    """The change was not made. Its text says why, for the person who asked."""


class Refused(BookingError):
    """The person has no right to do this, or not any more."""


class NotOffered(BookingError):
    """No expert of this theme offers this start, whoever books."""


class JustTaken(BookingError):
    """The start was offered, and the last expert free at it has been booked since."""


class Overtaken(JustTaken):
    """Everybody who was free has been booked between the look and the lock; worth another look."""


class AlreadyBusy(BookingError):
    """The participant is in another meeting then."""


class NoSessionsLeft(BookingError):
    """The participant has used or booked all the path's sessions."""


class Stale(BookingError):
    """The meeting was changed after the form was opened."""
