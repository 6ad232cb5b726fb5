"""What the page of a meeting shows of the answers, and of earlier sessions.

Nothing is asked of the database where the gate has found that there is nothing (permissions/gates.open_meeting).
"""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import wording
from everwise.accounts.models import User, first_names
from meetings.booking import brief
from meetings.enums import Standing
from meetings.models import Meeting
from meetings.pages.answer_fields import sessions_of
from meetings.permissions.notes import answers_refusal, brief_refusal, may_read_booking_note, may_read_brief


def answers_card(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> dict[str, object] | None:
    """What was asked, to whoever reads the participant's note; None where nothing was."""
    if not meeting.is_dropin or user.seen_as or not may_read_booking_note(meeting, user, held):
        return None
    rows = list(meeting.answers.all()) if getattr(meeting, "was_asked", True) else []
    if not rows:
        return None
    left = sum(not row.text for row in rows)
    own = user in meeting.participants
    text = _("Everybody in this meeting and the path’s admins read the answers.")
    if left:
        text = ngettext(
            "%(number)d question is not answered yet.", "%(number)d questions are not answered yet.", left
        ) % {"number": left}
    changes = not answers_refusal(meeting, held, now, any_asked=True)
    return {"rows": rows, "text": text, "open": own and left and changes, "changes": changes, "any": left < len(rows)}


def brief_card(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> dict[str, object] | None:
    """What the expert sees of earlier sessions, to them and to whoever chose it; None where there is nothing to see."""
    if not meeting.is_dropin or user.seen_as or not may_read_brief(meeting, user):
        return None
    texts = brief.chosen_for(meeting) if getattr(meeting, "shows_earlier", True) else []
    changes = not brief_refusal(meeting, held, now)
    if not texts and not (changes and brief.sessions_before(user, meeting.path_id, now).exists()):
        return None
    own = user in meeting.participants
    names = {
        "experts": wording.names(first_names(meeting.experts)),
        "participants": wording.names(first_names(meeting.participants)),
    }
    if not own:
        title, text = _("From earlier sessions"), _("%(participants)s lets you see this.") % names
    elif texts:
        title, text = _("From your earlier sessions"), _("%(experts)s sees exactly this.") % names
    else:
        title, text = _("From your earlier sessions"), _("%(experts)s sees nothing of them.") % names
    return {"title": title, "text": text, "sessions": sessions_of(texts, user, now), "changes": changes}
