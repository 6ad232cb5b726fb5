"""The words of meetings: what they are, how they stand, what can be done with them and by whom."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    """Set when a meeting is made and never changed."""

    DROP_IN = "dropin", pgettext_lazy("of a meeting", "Drop-in")
    AD_HOC = "adhoc", _("Ad-hoc")


class Status(TextChoices):
    SCHEDULED = "scheduled", pgettext_lazy("of a meeting", "Confirmed")
    CANCELLED = "cancelled", pgettext_lazy("of a meeting", "Cancelled")
    DELETED = "deleted", pgettext_lazy("of a meeting", "Deleted")
    HELD = "held", pgettext_lazy("of a meeting", "Completed")
    NO_SHOW_PARTICIPANT = "no-show-participant", pgettext_lazy("of a meeting", "Participant did not come")
    NO_SHOW_EXPERT = "no-show-expert", pgettext_lazy("of a meeting", "Expert did not come")


CALLED_OFF = (Status.CANCELLED, Status.DELETED)
# What can be said of a meeting once it has started.
OUTCOMES = (Status.HELD, Status.NO_SHOW_PARTICIPANT, Status.NO_SHOW_EXPERT)


class Action(TextChoices):
    SCHEDULE = "schedule", _("Schedule meeting")
    RESCHEDULE = "reschedule", _("Reschedule")
    CANCEL = "cancel", _("Cancel meeting")
    EDIT = "edit", _("Edit")
    DELETE = "delete", _("Delete")


class Standing(TextChoices):
    """What a person is to a meeting. All but the organizer are asked of a path, too."""

    ADMIN = "admin", _("Admin")
    EXPERT = "expert", _("Expert")
    PARTICIPANT = "participant", _("Participant")
    ORGANIZER = "organizer", _("Organizer")


class Happening(TextChoices):
    """What the history of a meeting says, and what its people get e-mails about."""

    BOOKED = "booked", pgettext_lazy("of a meeting", "Booked")
    RESCHEDULED = "rescheduled", pgettext_lazy("of a meeting", "Rescheduled")
    REASSIGNED = "reassigned", pgettext_lazy("of a meeting", "Given to another expert")
    CANCELLED = "cancelled", pgettext_lazy("of a meeting", "Cancelled")
    NOTE_CHANGED = "note-changed", pgettext_lazy("of a meeting", "Note changed")
    ANSWERS_CHANGED = "answers-changed", pgettext_lazy("of a meeting", "Answers changed")
    # What its expert sees of earlier sessions.
    BRIEF_CHANGED = "brief-changed", pgettext_lazy("of a meeting", "Earlier notes chosen")
    # Of ad-hoc meetings only.
    SCHEDULED = "scheduled", pgettext_lazy("of a meeting", "Scheduled")
    UPDATED = "updated", pgettext_lazy("of a meeting", "Updated")
    HANDED_OVER = "handed-over", pgettext_lazy("of a meeting", "Handed over")
    DELETED = "deleted", pgettext_lazy("of a meeting", "Deleted")
    # For somebody whom an update has taken out.
    REMOVED = "removed", pgettext_lazy("of a meeting", "Taken out")
    # By an e-mail of their calendar, which changes nothing of the meeting.
    CALENDAR_DECLINED = "calendar-declined", pgettext_lazy("of a meeting", "Declined in a calendar")
    CALENDAR_ACCEPTED = "calendar-accepted", pgettext_lazy("of a meeting", "Declined in a calendar no longer")
    # After the meeting; nobody is written to.
    OUTCOME = "outcome", pgettext_lazy("of a meeting", "Outcome marked")
    # Not changes: about the meeting as it stands when they are due.
    REMINDER_DAY = "reminder-day", pgettext_lazy("of a meeting", "Reminder a day before")
    REMINDER_HOUR = "reminder-hour", pgettext_lazy("of a meeting", "Reminder an hour before")


class AccountMail(TextChoices):
    """What a person, or only an address, gets e-mails about outside any meeting."""

    CONFIRM_SIGNUP = "confirm-signup", _("Confirm the address of a new account")
    CONFIRM_ADDRESS = "confirm-address", _("Confirm another address")
    PASSWORD_RESET = "password-reset", _("Link to set a new password")
    NO_ACCOUNT = "no-account", _("No account has this address")
    ACCOUNT_EXISTS = "account-exists", _("There is an account already")
    PASSWORD_CHANGED = "password-changed", _("Password changed")
    PASSWORD_SET = "password-set", _("Password set")
    PASSWORD_RENEWED = "password-renewed", _("Password reset")
    ADDRESS_CHANGED = "address-changed", _("E-mail address changed")
    ADDRESS_ADDED = "address-added", _("E-mail address added")
    ADDRESS_CONFIRMED = "address-confirmed", _("E-mail address confirmed")
    ADDRESS_REMOVED = "address-removed", _("E-mail address removed")
    APP_ADDED = "app-added", _("Authenticator app added")
    APP_REMOVED = "app-removed", _("Authenticator app removed")
    PASSKEY_ADDED = "passkey-added", _("Passkey added")
    PASSKEY_REMOVED = "passkey-removed", _("Passkey removed")
    CODES_RENEWED = "codes-renewed", _("New recovery codes")
    CODE_USED = "code-used", _("Recovery code used")
    STEP_TAKEN_OFF = "step-taken-off", _("Two-step sign-in taken off by staff")
    CALENDAR_FAILED = "calendar-failed", _("Calendar can’t be read")
    TEST = "test", _("Test e-mail")
    # Of people on paths.
    INVITED = "invited", _("Invitation")
    ADDED = "added", _("Added to a path")
    ASKED_AGAIN = "asked-again", _("Somebody asks for a new invitation")
    DECLINED = "declined", _("Invitation declined")
    ROLE_CHANGED = "role-changed", _("Told of another role")
    HOURS_WANTED = "hours-wanted", _("Asked for hours")
    CALENDAR_TOLD = "calendar-told", _("Told that a calendar can’t be read")
    ERASURE_ASKED = "erasure-asked", _("Asks to be erased")
    NUDGE = "nudge", _("Reminded of sessions that are left")
    LAST_CALL = "last-call", _("Last call before a path closes")
    SESSIONS_MISSED = "sessions-missed", _("Told of missed sessions")
    BOOKING_ASKED = "booking-asked", _("Asks to book again")
    BOOK_AGAIN = "book-again", _("Can book again")
    DECLINE_TOLD = "decline-told", _("Somebody declined in their calendar")
    TIME_HELD = "time-held", _("A time is held for them")
    TIME_GONE = "time-gone", _("A held time is gone")


class Participation(TextChoices):
    """What somebody's calendar can answer to an invitation (RFC 5545 PARTSTAT); nothing else is kept."""

    ACCEPTED = "ACCEPTED", pgettext_lazy("in a calendar", "Accepted")
    TENTATIVE = "TENTATIVE", pgettext_lazy("in a calendar", "Tentative")
    DECLINED = "DECLINED", pgettext_lazy("in a calendar", "Declined")


class EntryEnd(TextChoices):
    """How somebody's place in a waitlist ended."""

    TAKEN = "taken", pgettext_lazy("of a place in a waitlist", "Session booked")
    LEFT = "left", pgettext_lazy("of a place in a waitlist", "Left")
    OVER = "over", pgettext_lazy("of a place in a waitlist", "Over")


class HeldEnd(TextChoices):
    """What became of a time that was held for somebody in line."""

    TAKEN = "taken", pgettext_lazy("of a held time", "Taken")
    PASSED = "passed", pgettext_lazy("of a held time", "Passed on")
    LAPSED = "lapsed", pgettext_lazy("of a held time", "Not answered")
    # By no choice of theirs: an ad-hoc meeting took it, or they can't have it any more.
    GONE = "gone", pgettext_lazy("of a held time", "Gone")


class NudgeKind(TextChoices):
    """To whom a path's participants are reminded of the sessions they have left."""

    NEVER_BOOKED = "never-booked", _("Never booked")
    SESSIONS_LEFT = "sessions-left", _("Sessions left, nothing booked lately")
    # Everwise's own, where the path asks for it.
    LAST_CALL = "last-call", _("Last call before a path closes")


# What somebody sits and waits for.
QUICK = frozenset(
    {
        AccountMail.CONFIRM_SIGNUP,
        AccountMail.CONFIRM_ADDRESS,
        AccountMail.PASSWORD_RESET,
        AccountMail.NO_ACCOUNT,
        AccountMail.ACCOUNT_EXISTS,
        AccountMail.TEST,
    }
)
