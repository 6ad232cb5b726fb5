"""The database's own rule that the history of meetings is only ever added to.

Erasing a person empties what they wrote (booking/switching_off); nothing else of a line can ever change.
"""

from everwise.db.append_only import AppendOnly

HISTORY = AppendOnly(table="meetings_meetingevent", name="meeting_history_is_only_added_to", words="message")
