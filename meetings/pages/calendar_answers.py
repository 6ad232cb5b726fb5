"""What people's calendars have answered to a meeting that is still to come, in words. It changes nothing of it."""

from datetime import datetime

from django.utils.translation import gettext, gettext_lazy

from everwise import wording
from everwise.accounts.models import User
from meetings.enums import Participation, Standing
from meetings.mail.replies import letters
from meetings.models import Attendee, Meeting, standing_answer

SAID = {
    Participation.ACCEPTED: gettext_lazy("Accepted in their calendar"),
    Participation.TENTATIVE: gettext_lazy("Tentative in their calendar"),
    Participation.DECLINED: gettext_lazy("Declined in their calendar"),
}
YOU_SAID = {
    Participation.ACCEPTED: gettext_lazy("Accepted in your calendar"),
    Participation.TENTATIVE: gettext_lazy("Tentative in your calendar"),
    Participation.DECLINED: gettext_lazy("Declined in your calendar"),
}


def is_asked_about(meeting: Meeting, now: datetime) -> bool:
    return meeting.is_scheduled and not meeting.has_started(now)


def beside(meeting: Meeting, attendee: Attendee, user: User, now: datetime) -> dict[str, object] | None:
    """`text` for behind a name, and whether it says that they `declined`. Wants its people loaded (with_people)."""
    answer = standing_answer(attendee) if is_asked_about(meeting, now) else None
    if answer is None:
        return None
    said = Participation(answer.participation)
    words = YOU_SAID if attendee.user_id == user.pk else SAID
    return {"text": str(words[said]), "declined": said == Participation.DECLINED}


def declined_by(meeting: Meeting, now: datetime) -> list[User]:
    """Who has declined it as it stands."""
    if not is_asked_about(meeting, now):
        return []
    found = ((each.user, standing_answer(each)) for each in meeting.attendees.all())
    return [user for user, answer in found if answer and answer.participation == Participation.DECLINED]


def alert(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> dict[str, str] | None:
    """`text`, “Maya Lind declined this in their calendar. It is still booked.”, and what can be done (`offer`)."""
    people = declined_by(meeting, now)
    if not people:
        return None
    if user in people:
        text = gettext("You declined this in your calendar. It is still booked.")
    elif len(people) == 1:
        text = gettext("%(people)s declined this in their calendar. It is still booked.")
    else:
        text = gettext("%(people)s declined this in their calendars. It is still booked.")
    return {"text": text % {"people": wording.names(people)}, "offer": letters.offer(meeting, held, now)}
