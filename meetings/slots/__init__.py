"""Which start times are offered. The engine is pure; what it asks of the database stands beside it.

`meetings/slots/bitmaps` holds times as the bits of a Python integer: free is hours & ~busy, what anybody offers is an
OR. The grid of an expert is so fine that each start has a bit, so nothing is rounded. What hours alone allow is
kept in the process, bounded, under the hours themselves (zone, rules, exceptions as values): changed hours are another
key, so nothing stale can be served by any number of processes. Who is busy is never kept: `meetings/slots/busy` reads
it for each request, for the range that is asked for, one row an expert, packed (`everwise/db/packed`). `slots.first`
and `slots.times` find starts, `slots.starts` also who is free at each; the page of times asks `slots.free`, which
counts everybody but names only the first (`Tally`). On SQLite the writers of a process queue for their turn
(`everwise/db/fair_lock`), as SQLite's own waiting is unfair. docs/performance.md has the figures.

`meetings/slots/one_start` reads one start as `meetings/slots/openings` reads weeks, in two prepared statements
(`everwise/db/prepared`: Django queries compiled once, run with other values); a test holds the two equal.

`meetings/slots/one_expert` reads one expert as `meetings/slots/openings` reads many, but also one who is not offered; a
test holds them equal. `meetings/slots/reasons` takes one start apart into each rule's answer. It looks at the same
calendar as the engine, and a test holds that all its answers are yes exactly when `slots.is_offered` says so.
"""

from meetings.slots.engine import Calendar, Policy, first, free, is_offered, starts, times

__all__ = ["Calendar", "Policy", "first", "free", "is_offered", "starts", "times"]
