"""Every limit of reading foreign calendars. Sizes in bytes, times in seconds or as timedelta. Pure: no Django."""

from datetime import timedelta

# Of a file, as it is sent and unpacked.
MAX_BYTES = 20_000_000
MAX_REDIRECTS = 5
# Everything together: resolving, all redirects, the whole body.
TOTAL_SECONDS = 20.0
# Of those that are not over.
MAX_EVENTS = 50_000
MAX_ZONES = 2_000
# An alarm in an event in a calendar is three deep.
MAX_DEPTH = 8

# All events of a file together, on the way to the range and in it; 2,000 weekly ones take 220,000 in two years.
MAX_STEPS = 300_000
# How many of the events that were left out are listed one by one.
MAX_TOLD = 20

# Of the process that reads one file.
CPU_SECONDS = 5
MEMORY_BYTES = 256 * 1024 * 1024
# Beside the CPU limit of the process itself, for one that only waits.
WALL_SECONDS = 20.0

# Longer than the time limits of fetching and reading together.
READING_LEASE = timedelta(minutes=2)
READ_EVERY = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)
# As they are kept, merged: two years of 26 a day.
MAX_TIMES = 20_000
# An unchanged calendar is read in whole this often all the same, for the range of dates moves on.
READ_WHOLE_EVERY = timedelta(days=7)

# After so many readings in a row that failed, the admins of its owner's paths see it.
FAILED_READINGS = 2

# Of one expert.
MAX_CALENDARS = 10
# Asked for again sooner, a calendar would not have changed, and its server would call it a nuisance.
READ_AGAIN_AFTER = timedelta(minutes=1)
