"""The link into a meeting's room, for one person, at the moment they join."""

import logging
from datetime import datetime
from enum import Enum

from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from everwise.seeing.logs import told
from meetings.constants import ROOM_STAYS_AFTER
from meetings.models import Meeting
from meetings.rooms import bigbluebutton, jitsi
from meetings.rooms.bigbluebutton import Conference, ConferenceServer
from meetings.rooms.names import derived, room_name
from paths import rooms
from paths.enums import RoomKind

logger = logging.getLogger(__name__)


class RoomOutage(Enum):
    """What keeps people out of a room that should be open."""

    NO_ANSWER = "no-answer"  # the server will be back
    DECLINED = "declined"  # an admin of the path must look at its settings


class RoomUnavailable(Exception):
    """There is no way into the room now. The meeting is as it was."""

    def __init__(self, outage: RoomOutage):
        super().__init__(outage.value)
        self.outage = outage


def link_for(meeting: Meeting, user: User, *, now: datetime) -> str:
    """Where the person goes to join, of a meeting that has a room, which is open. Raises RoomUnavailable.

    Wants its people loaded (with_people).
    """
    if not meeting.is_in_rooms_of_path:
        return _filled(meeting.video_link, meeting)
    try:
        plan = rooms.opened(meeting.path)
    except rooms.SecretLost:
        raise _unavailable(meeting, RoomOutage.DECLINED, "secret-lost") from None
    leads = user in meeting.experts
    match plan.kind:
        case RoomKind.TEMPLATE:
            return _filled(plan.address, meeting)
        case RoomKind.JITSI:
            return jitsi.link(
                server=plan.address,
                app_id=plan.app_id,
                secret=plan.secret,
                room=room_name(meeting),
                name=str(user),
                leads=leads,
                now=now,
                shuts_at=meeting.ends_at + ROOM_STAYS_AFTER,
            )
        case RoomKind.BIGBLUEBUTTON:
            return _conference(ConferenceServer(plan.address, plan.secret), meeting, user, leads)
    # The path's admins have just gone back to their experts' own links.
    if not meeting.video_link:
        raise _unavailable(meeting, RoomOutage.DECLINED, "no-link")
    return _filled(meeting.video_link, meeting)


def _conference(server: ConferenceServer, meeting: Meeting, user: User, leads: bool) -> str:
    conference = Conference(
        id=room_name(meeting),
        title=meeting.title,
        attendee_password=derived(meeting, "attendee"),
        moderator_password=derived(meeting, "moderator"),
        back=absolute(meeting.get_absolute_url()),
    )
    try:
        return bigbluebutton.link(server, conference, name=str(user), leads=leads)
    except bigbluebutton.NoAnswer as error:
        raise _unavailable(meeting, RoomOutage.NO_ANSWER, str(error)) from error
    except bigbluebutton.Declined as error:
        raise _unavailable(meeting, RoomOutage.DECLINED, str(error)) from error


def _filled(link: str, meeting: Meeting) -> str:
    return link.replace(rooms.PLACEHOLDER, room_name(meeting)) if rooms.PLACEHOLDER in link else link


def _unavailable(meeting: Meeting, outage: RoomOutage, why: str) -> RoomUnavailable:
    logger.warning("No room for a meeting", extra=told(path=str(meeting.path_id), why=why))
    return RoomUnavailable(outage)
