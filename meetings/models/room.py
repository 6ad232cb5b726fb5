"""What a meeting says of its video room."""

from datetime import datetime

from meetings.constants import ROOM_OPENS_BEFORE, ROOM_STAYS_AFTER
from meetings.enums import CALLED_OFF, Kind
from paths.models import Path


class HeldInRoom:
    """Of a meeting: whether it has a room, whose it is, and when people are let in."""

    path: Path
    place: str
    video_link: str
    starts_at: datetime
    ends_at: datetime
    kind: str
    status: str

    def takes_place_by_video(self, link: str, place: str) -> bool:
        """Whether there is a room, with this link and place: one set for it, or one that its path makes for it.

        A path makes one for each session, and for each other meeting of which nobody has said where it takes place.
        """
        return bool(link) or (self.path.makes_rooms and (self.kind == Kind.DROP_IN or not place))

    @property
    def has_room(self) -> bool:
        return self.takes_place_by_video(self.video_link, self.place)

    @property
    def is_in_rooms_of_path(self) -> bool:
        """Whether its path makes its room: of a session always, of others where no link was set."""
        return self.has_room and self.path.makes_rooms and (self.kind == Kind.DROP_IN or not self.video_link)

    @property
    def room_opens_at(self) -> datetime:
        return self.starts_at - ROOM_OPENS_BEFORE

    def room_is_open(self, now: datetime) -> bool:
        """Whether the video link is handed out at this moment: also to somebody who comes after they were given up."""
        return self.status not in CALLED_OFF and self.room_opens_at <= now < self.ends_at + ROOM_STAYS_AFTER
