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
