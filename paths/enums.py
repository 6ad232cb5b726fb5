"""The jobs a person can have on a path, and what its history says."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    ADMIN = "admin", _("Admin")
    EXPERT = "expert", _("Expert")
    PARTICIPANT = "participant", _("Participant")


class RoomKind(TextChoices):
    """Where the meetings of a path take place."""

    OWN = "own", pgettext_lazy("of a video room", "Each expert’s own link")
    TEMPLATE = "template", pgettext_lazy("of a video room", "An address with a name for each meeting")
    JITSI = "jitsi", "Jitsi"
    BIGBLUEBUTTON = "bigbluebutton", "BigBlueButton"


class InvitationState(TextChoices):
    INVITED = "invited", pgettext_lazy("of an invitation", "Invited")
    ACCEPTED = "accepted", pgettext_lazy("of an invitation", "Accepted")
    DECLINED = "declined", pgettext_lazy("of an invitation", "Declined")
    EXPIRED = "expired", pgettext_lazy("of an invitation", "Run out")
    WITHDRAWN = "withdrawn", pgettext_lazy("of an invitation", "Withdrawn")


class Happened(TextChoices):
    """What the history of a path says."""

    CREATED = "created", pgettext_lazy("of a path", "Created")
    ADDED = "added", pgettext_lazy("of a person", "Added")
    INVITED = "invited", pgettext_lazy("of a person", "Invited")
    INVITED_AGAIN = "invited-again", pgettext_lazy("of a person", "Invited again")
    WITHDRAWN = "withdrawn", pgettext_lazy("of an invitation", "Withdrawn")
    ACCEPTED = "accepted", pgettext_lazy("of an invitation", "Accepted")
    DECLINED = "declined", pgettext_lazy("of an invitation", "Declined")
    ROLE_CHANGED = "role-changed", pgettext_lazy("of a person", "Role changed")
    DESCRIBED = "described", pgettext_lazy("of a person", "Name or time zone changed")
    EXTRA_SESSIONS = "extra-sessions", pgettext_lazy("of a person", "Extra sessions given")
    ASKED_TO_BOOK = "asked-to-book", pgettext_lazy("of a person", "Asked to book again")
    LET_BOOK = "let-book", pgettext_lazy("of a person", "Allowed to book again")
    LET_BOOK_NO_MORE = "let-book-no-more", pgettext_lazy("of a person", "Leave to book taken back")
    SETTINGS_CHANGED = "settings-changed", pgettext_lazy("of a path", "Settings changed")
    ROOM_CHANGED = "room-changed", pgettext_lazy("of a path", "Video room changed")
    ENDED = "ended", pgettext_lazy("of a membership", "Ended")
    OPENED = "opened", pgettext_lazy("of a path", "Opened")
    CLOSED = "closed", pgettext_lazy("of a path", "Closed early")
    OPENED_AGAIN = "opened-again", pgettext_lazy("of a path", "Opened again")
    DEACTIVATED = "deactivated", pgettext_lazy("of a person", "Deactivated")
    ERASED = "erased", pgettext_lazy("of a person", "Erased")
    REMINDED = "reminded", pgettext_lazy("of an expert", "Asked for their hours")
    TOLD = "told", pgettext_lazy("of an expert", "Told that their calendar can’t be read")
    NUDGED = "nudged", pgettext_lazy("of participants", "Reminded of sessions left")
    SEEN_AS = "seen-as", pgettext_lazy("of a path", "Looked at as somebody else")
    THEME_ADDED = "theme-added", pgettext_lazy("of a theme", "Added")
    THEME_CHANGED = "theme-changed", pgettext_lazy("of a theme", "Changed")
    THEME_MOVED = "theme-moved", pgettext_lazy("of a theme", "Moved")
    THEME_RETIRED = "theme-retired", pgettext_lazy("of a theme", "Retired")
    THEME_BACK = "theme-back", pgettext_lazy("of a theme", "Brought back")


class Via(TextChoices):
    """From where somebody did it."""

    WEB = "web", pgettext_lazy("from where", "Web")
    EMAIL = "email", pgettext_lazy("from where", "E-mail link")
    ADMIN = "admin", pgettext_lazy("from where", "Django admin")
    EVERWISE = "everwise", pgettext_lazy("from where", "Everwise")
    IMPORT = "import", pgettext_lazy("from where", "Import")
    SSO = "sso", pgettext_lazy("from where", "Sign-in")


class Unmapped(TextChoices):
    """Why a sign-in at an organisation has not changed a role."""

    MEETINGS = "meetings", _("Not in the group any more, and has meetings")
    LAST_ADMIN = "last-admin", _("Not in the group any more, and is the last admin")
    CLASH = "clash", _("Has another role, which does not combine")


class ImportState(TextChoices):
    """Of an import of people."""

    PREVIEW = "preview", pgettext_lazy("of an import", "Looked at")
    QUEUED = "queued", pgettext_lazy("of an import", "Waiting")
    RUNNING = "running", pgettext_lazy("of an import", "Being written")
    DONE = "done", pgettext_lazy("of an import", "Done")
    STOPPED = "stopped", pgettext_lazy("of an import", "Stopped")
    FAILED = "failed", pgettext_lazy("of an import", "Failed")
