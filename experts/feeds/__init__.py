"""Reads experts' other calendars: addresses and files in, busy times out.

An expert's other calendars (`BusyCalendar`) keep them busy here. What is stored of them is `BusyTime`: merged
intervals, no titles, no UIDs. The files are read by `experts/feeds`:

- `fetch`: http(s): resolves a name once, checks every address it has, connects to the checked one; the same at each
  redirect; 20 s, 20 MB unpacked
- `ics`: the grammar, line by line; drops every line that busy times do not need, marks events that are over
- `events`: one event: start, length, whether it is free for its owner
- `zones`, `windows_zones`: a TZID: the IANA name, then the file's own VTIMEZONE, then Windows' name, then the owner's
  zone, which the owner is shown
- `recurrence`: RRULE on naive local times, counted by dateutil
- `parse`: bytes, zone and range in, intervals out
- `limited`, `sandbox`: `parse` in a fresh process: 5 s CPU, 256 MiB, 20 s in all, no environment
- `reader`: lease, reading, storing with the owner locked as booking locks them; the back-off
- `calendars`: what the expert does: add, upload, have read again, remove

The worker alternates one message and one calendar. It takes a calendar by a lease as it takes a message. Whatever goes
wrong, the busy times of the last good reading stay, and the reason is kept as a code, which `experts/faults` puts into
words. A calendar is asked for with its ETag; once a week, and when its owner's zone changed, it is read in whole all
the same, since the range of dates moves on.

Where real files and the RFC leave a choice, an event counts as busy: the first occurrence counts even where it does not
fit its own rule; of several versions of an event the highest SEQUENCE stands; equal ones all stand. An override older
than its master (by SEQUENCE, then LAST-MODIFIED or DTSTAMP) is free where the master's EXDATE or UNTIL has taken its
occurrence out. An event is free that one of its owner's addresses has declined: their account's confirmed ones, and
those they name beside the calendar.

What can't be read leaves out its event, and is kept in `BusyCalendar.notes` as day, line and reason; where the meaning
is clear (`UNTIL=20261107T90000Z`, `PT1W`), it is read. Refused is a file in which nothing can be read, and one that
ends in the middle: what is missing from it nobody could name. Events that are over (by their digits, days or for series
a year before the range) count for no limit. A file may have 50,000 others, whose rules may take 300,000 steps together,
and 20,000 busy times once they are merged. Measured in the sandbox on a small, busy machine: 45,000 coming events, 19.6
MB, 2.5 s of CPU and 84 MB; 44,000 past ones, 19.2 MB, 0.9 s and 72 MB; 180,000 small past ones, 15.7 MB, 2.1 s and 143
MB; 2,000 weekly ones, 1.9 s and 68 MB.

A calendar that has failed for a day (`failing_since`) is reported to its expert by the worker's step
`meetings/mail/failing_calendars`, once (`told_at`) until it is read well again.

An address is as good as a password. No log and no message holds one; pages show the host. An error repeats a value of
the file only where it is made of what dates and lengths are made of.

Our own meetings may come back in such a calendar. `parse` keeps the intervals of events whose UID begins with a UUID
apart, by that UUID, and `reader.intervals_of` leaves out those that `meetings/calendars/own_meetings` knows as
meetings.

Why no library reads them: docs/decisions/0001-own-calendar-reader.md.
"""
