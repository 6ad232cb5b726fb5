"""The video room of each meeting: its name, and the link into it, made for one person at the moment they join.

Nothing of it is stored or written down, so no mail, feed or page can hand it out early. docs/rooms.md tells the rest.

- `names`: what a room is called, which nobody can guess.
- `jitsi`, `bigbluebutton`: links into their rooms.
- `joining`: which of these a meeting has.
"""

from meetings.rooms.joining import RoomOutage, RoomUnavailable, link_for

__all__ = ["RoomOutage", "RoomUnavailable", "link_for"]
