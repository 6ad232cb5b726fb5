"""The product's numbers about meetings: each stands here once."""

from datetime import timedelta

from meetings.enums import Happening

# The room is open from so long before a meeting's start until so long after its end.
ROOM_OPENS_BEFORE = timedelta(minutes=15)
ROOM_STAYS_AFTER = timedelta(minutes=25)
# So long after its end a meeting that nobody has marked counts as held.
HELD_AFTER = timedelta(hours=48)

# Reminders, and how long before the start each is due.
REMINDERS_AHEAD = {Happening.REMINDER_DAY: timedelta(hours=24), Happening.REMINDER_HOUR: timedelta(hours=1)}
# Nearer to the start than this, a late reminder of the day before is left to the one of the hour before.
DAY_REMINDER_STOPS = timedelta(hours=2)

# A worker silent for so long counts as gone. Reading a calendar may take most of a minute between two beats.
WORKER_ALIVE = timedelta(minutes=2)

# Of ad-hoc meetings.
SHORTEST_ADHOC, LONGEST_ADHOC = timedelta(minutes=5), timedelta(minutes=480)
