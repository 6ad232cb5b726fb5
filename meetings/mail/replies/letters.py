"""What the others of a meeting read when somebody has declined it in their calendar: that it still stands, and what can
be done. Without a calendar of its own, for nothing has changed.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise import timefmt
from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from everwise.wording import phrase
from meetings.enums import AccountMail, Action, Participation, Standing
from meetings.mail.arrival_mails import ArrivalText
from meetings.models import Attendee, Meeting, Notice, standing_answer, versions
from meetings.permissions import addresses, deadlines, standings
from meetings.permissions.reassigning import reassign_refusal

KINDS = {AccountMail.DECLINE_TOLD}
OPEN_MEETING = gettext_lazy("Open meeting")


def told(notice: Notice, now: datetime) -> ArrivalText | None:
    """None where it is not so any more: changed, cancelled or begun since, accepted after all, not theirs to see."""
    facts, user = notice.facts, notice.user
    assert user is not None
    if not {"meeting", "person", "sequence"} <= set(facts):
        return None
    visible = Meeting.objects.filter(pk=UUID(facts["meeting"])).visible_to(user)
    meeting = visible.scheduled().filter(starts_at__gt=now, sequence=facts["sequence"]).with_people().first()
    if meeting is None:
        return None
    attendee = next((each for each in meeting.attendees.all() if str(each.user_id) == facts["person"]), None)
    if attendee is None or not _declined(attendee):
        return None
    person, reader = attendee.user, user.reader
    context = {
        "person": phrase(str(person)),
        "title": phrase(meeting.title),
        "day": timefmt.long_day(meeting.starts_at, reader, now),
        "short_day": timefmt.short_day(meeting.starts_at, reader, now),
        "clock": timefmt.clock(meeting.starts_at, reader),
        "range": timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader),
        "zone": timefmt.zone_time(reader.zone, meeting.starts_at),
        "offer": offer(meeting, standings.meeting_standings(user, meeting), now),
    }
    why = _("You get this e-mail because you are in this meeting, on the path %(path)s.")
    if user.pk not in {each.user_id for each in meeting.attendees.all()}:
        why = _("You get this e-mail because you are its organizer, on the path %(path)s.")
    link = absolute(meeting.get_absolute_url())
    why %= {"path": phrase(meeting.path.name)}
    return ArrivalText(context, link, OPEN_MEETING, why, _reply_to(meeting, user, person))


def _declined(attendee: Attendee) -> bool:
    answer = standing_answer(attendee)
    return answer is not None and answer.participation == Participation.DECLINED


def offer(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """What can be done about it now, by whom the reader is to the meeting, in a sentence."""
    if not meeting.is_dropin:
        if not deadlines.obstacle(Action.EDIT, meeting, held, now):
            return _("If it can’t take place like this, edit or delete it.")
        return _("%(organizer)s, its organizer, can change it.") % {"organizer": phrase(str(meeting.organizer))}
    moves, cancels = (not deadlines.obstacle(each, meeting, held, now) for each in (Action.RESCHEDULE, Action.CANCEL))
    if moves and not reassign_refusal(meeting, held, now):
        return _("If it can’t take place like this, reschedule it, give it to another expert or cancel it.")
    if moves:
        return _("If it can’t take place like this, reschedule or cancel it.")
    return _("If it can’t take place like this, cancel it.") if cancels else ""


def _reply_to(meeting: Meeting, user: User, person: User) -> list[str]:
    """The person who declined, where the reader may know their address."""
    if not addresses.shows_address(versions.present(meeting), str(user.pk), str(person.pk)):
        return []
    return [person.email]
