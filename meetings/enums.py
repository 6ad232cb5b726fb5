"""The words of meetings: what they are, how they stand, what can be done with them and by whom."""

from django.db.models import TextChoices


class Kind(TextChoices):
    """Set when a meeting is made and never changed."""

    DROP_IN = "dropin", "Drop-in"
    AD_HOC = "adhoc", "Ad-hoc"


class Status(TextChoices):
    SCHEDULED = "scheduled", "Confirmed"
    CANCELLED = "cancelled", "Cancelled"
    DELETED = "deleted", "Deleted"
    HELD = "held", "Completed"
    NO_SHOW_PARTICIPANT = "no-show-participant", "Participant did not come"
    NO_SHOW_EXPERT = "no-show-expert", "Expert did not come"


# What can be said of a meeting once it has started.
OUTCOMES = (Status.HELD, Status.NO_SHOW_PARTICIPANT, Status.NO_SHOW_EXPERT)


class Action(TextChoices):
    SCHEDULE = "schedule", "Schedule meeting"
    RESCHEDULE = "reschedule", "Reschedule"
    CANCEL = "cancel", "Cancel meeting"
    EDIT = "edit", "Edit"
    DELETE = "delete", "Delete"


class Standing(TextChoices):
    """What a person is to a meeting. All but the organizer are asked of a path, too."""

    ADMIN = "admin", "Admin"
    EXPERT = "expert", "Expert"
    PARTICIPANT = "participant", "Participant"
    ORGANIZER = "organizer", "Organizer"


class Happening(TextChoices):
    """What the history of a meeting tells, and what its people are written about."""

    BOOKED = "booked", "Booked"
    RESCHEDULED = "rescheduled", "Rescheduled"
    CANCELLED = "cancelled", "Cancelled"
    NOTE_CHANGED = "note-changed", "Note changed"
    # Of ad-hoc meetings only.
    SCHEDULED = "scheduled", "Scheduled"
    UPDATED = "updated", "Updated"
    HANDED_OVER = "handed-over", "Handed over"
    DELETED = "deleted", "Deleted"
    # Told to somebody whom an update has taken out.
    REMOVED = "removed", "Taken out"
    # After the meeting; nobody is written to.
    OUTCOME = "outcome", "Outcome marked"
    # Not changes: told of the meeting as it stands when they are due.
    REMINDER_DAY = "reminder-day", "Reminder a day before"
    REMINDER_HOUR = "reminder-hour", "Reminder an hour before"


class AccountMail(TextChoices):
    """What a person, or only an address, is written about outside any meeting."""

    CONFIRM_SIGNUP = "confirm-signup", "Confirm the address of a new account"
    CONFIRM_ADDRESS = "confirm-address", "Confirm another address"
    PASSWORD_RESET = "password-reset", "Link to set a new password"
    NO_ACCOUNT = "no-account", "No account has this address"
    ACCOUNT_EXISTS = "account-exists", "There is an account already"
    PASSWORD_CHANGED = "password-changed", "Password changed"
    PASSWORD_SET = "password-set", "Password set"
    PASSWORD_RENEWED = "password-renewed", "Password reset"
    ADDRESS_CHANGED = "address-changed", "E-mail address changed"
    ADDRESS_ADDED = "address-added", "E-mail address added"
    ADDRESS_CONFIRMED = "address-confirmed", "E-mail address confirmed"
    ADDRESS_REMOVED = "address-removed", "E-mail address removed"
    CALENDAR_FAILED = "calendar-failed", "Calendar can't be read"


# What somebody sits and waits for.
QUICK = frozenset(
    {
        AccountMail.CONFIRM_SIGNUP,
        AccountMail.CONFIRM_ADDRESS,
        AccountMail.PASSWORD_RESET,
        AccountMail.NO_ACCOUNT,
        AccountMail.ACCOUNT_EXISTS,
    }
)
