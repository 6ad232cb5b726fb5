"""The only writer of meetings. Each function is one atomic change: people locked in id order, who acts among them, then
the policy (meetings/integrity/locks), rows re-read, the same engine asked that listed the time, then the meeting, its
history and its outbox written together.

All take keywords only: the actor as `by`, the moment as `now`. Times are aware datetimes in UTC.

`meetings/booking` is a package: `dropin`, `reassign` and `adhoc` hold the writers, `hold` whose time a booking takes,
`records` what they share, `errors` why a change was not made. An ad-hoc meeting asks `meetings/booking/conflicts`
instead of the engine: a clash with one of our meetings forbids a time; an expert's hours and own calendar only raise a
doubt, which a person can override. The consent names the expert and the very time, so that it never covers another.

With "anyone available" a booking first locks only the participant and the fairest of those who are free, in one
statement that waits for nobody (SKIP LOCKED): an expert whom another writer holds is just being booked or changed, so
the next one is the fairer choice, and bookings of a theme don't queue behind each other's commits. The engine is then
asked again about that expert alone. Nobody left to lock, or a no, proves nothing; so everything is let go, all who were
free are locked in id order, and only the look after that lock may say that a time is taken. What waits locks in id
order, what doesn't wait can't deadlock. A certain expert is locked at once and looked at once. Under a race the count
of sessions that the fair choice goes by may be as old as the statement that locks.

What a person was shown is what happens, or they learn what has changed. `schedule`, `reschedule`, `rescue` and `cancel`
read path and theme anew under a shared lock (`meetings/booking/terms`; FOR SHARE, which an UPDATE waits for, FOR KEY
SHARE would let it pass): bookings of a path don't wait for each other, an admin's save waits for those in flight, and
after its answer none by the old policy commits. Forms carry what the page showed (`Terms`), and `Changed` brings the
page again with a sentence for each difference. Whoever acts and is not in the meeting is share-locked at their place
among the people, and their roles are read after that; an account that is switched off has none. Whoever changes a
person's rights locks that person alone. Ending a membership, changing a role and switching somebody off (`leaving`)
settle all their coming meetings in the same transaction: `settling` says what can be chosen, `settlement` does it,
`switching_off` ends what else they have. The order of all locks stands in `meetings/integrity/locks`; who edits a
theme's experts holds the theme. On SQLite the transaction is the lock.

A form carries a token and, where it changes a meeting, the meeting's sequence. The same sending again (`once` in
`meetings/pages/next_page`: same token, same content) leads to the same page with the same words, also when the first
one took the right away; an older sequence shows both versions. Cancelling needs no token: whoever has cancelled a
meeting has what they ask for. Neither does a slot: whoever confirms a session they have already is led to it.
"""

from meetings.booking.adhoc import (
    OVER,
    MeetingPlan,
    add_manually,
    asked_before,
    delete,
    edit,
    hand_over,
    not_in_meeting,
)
from meetings.booking.answers import GivenAnswers, change_answers
from meetings.booking.brief import change_brief
from meetings.booking.dropin import cancel, change_note, reschedule, schedule
from meetings.booking.errors import (
    AlreadyBusy,
    AtLimit,
    BookingError,
    BookingRefused,
    Changed,
    Clashing,
    Doubtful,
    JustTaken,
    NoSessionsLeft,
    NotOffered,
    Overtaken,
    PathNotOpen,
    StaleMeeting,
    Unanswered,
    Unfit,
)
from meetings.booking.many_outcomes import Marked, mark_outcomes
from meetings.booking.outcome import mark_outcome
from meetings.booking.reassign import reassign
from meetings.booking.records import done_by, made_by
from meetings.booking.rescue import hide_offer, rescue

__all__ = [
    "OVER",
    "AlreadyBusy",
    "AtLimit",
    "BookingError",
    "BookingRefused",
    "Changed",
    "Clashing",
    "Doubtful",
    "GivenAnswers",
    "JustTaken",
    "Marked",
    "MeetingPlan",
    "NoSessionsLeft",
    "NotOffered",
    "Overtaken",
    "PathNotOpen",
    "StaleMeeting",
    "Unanswered",
    "Unfit",
    "add_manually",
    "asked_before",
    "cancel",
    "change_answers",
    "change_brief",
    "change_note",
    "delete",
    "done_by",
    "edit",
    "hand_over",
    "hide_offer",
    "made_by",
    "mark_outcome",
    "mark_outcomes",
    "not_in_meeting",
    "reassign",
    "reschedule",
    "rescue",
    "schedule",
]
