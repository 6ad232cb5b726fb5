"""The waitlist: who finds no time that suits waits in the line of a theme, and the next that opens is held for them.

The line is over the whole pool: any expert who takes the theme. A place in it (`WaitlistEntry`) is a window of times;
a time that opens (`HeldTime`) is held with one expert for the first whose window it suits, for 30 minutes of their
usual hours (`minutes`), then for the next. `windows` says which times suit, `joining` writes places, `in_line` reads
them, `offering` is the worker's step that holds times (`holding` one), `held` what a meeting, a "no" and a goodbye do
to them, `gone` what becomes of one whose expert can't give it any more: it ends, its holder is told and stays in line.

A held time takes its expert's time like a session for everybody but its holder: `meetings/slots` leaves it out of what
is listed, and every writer asks the same engine under the expert's lock. It is taken by the usual writers, `schedule`
or, of somebody who waits for anything sooner than the session they have, `reschedule`. Whoever books the held start by
whatever page has taken it. An ad-hoc meeting, which asks no engine, takes precedence: the held time ends, its holder is
told and keeps their place.

What counts as waiting is asked of the rows (`WaitlistEntry.objects.waiting`), so that nobody who has left, and no
theme that was retired, is offered anything from that moment on, whoever did it; a worker ends such rows afterwards.
A held time whose minutes are over, or that was passed on, stays live until a worker has given it to the next, in one
transaction, so that nobody can slip in between; without a worker it is let go after HELD_ON_FOR.

Times that could be booked when somebody joined are not offered to them: they have seen them, and found that none suits.
Nor is a time whose expert has cancelled, moved or given away a session then: it can be booked, but nobody is called to
it. Nor what they had themselves, and did not want.
Whoever has let one lapse is offered nothing more on that day of theirs: nobody gets an e-mail every half hour.
"""
