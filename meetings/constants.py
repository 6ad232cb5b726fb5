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

# Nobody gets two reminders of sessions that are left within so long, whichever paths they are of.
NUDGED_ONCE_IN = timedelta(days=14)
# What a reminder did: who booked within so long after it, beside the same people in as long before; of fewer people
# than this nothing is said.
NUDGE_WORKS_FOR = timedelta(days=14)
FEWEST_NUDGED_SHOWN = 5

# Of ad-hoc meetings.
SHORTEST_ADHOC, LONGEST_ADHOC = timedelta(minutes=5), timedelta(minutes=480)

# A time that opens is held for whoever is first in line for so long, within their usual hours.
HELD_FOR = timedelta(minutes=30)
# So long after that it is kept for the next in line, should no worker have passed it on.
HELD_ON_FOR = timedelta(minutes=10)
