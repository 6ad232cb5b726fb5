"""Who may do what with which kind of meeting, until when, and how a no is worded.

The rule itself is MATRIX; `deadlines` adds the state of the row, `outcomes` and `notes` say the same of what is written
about a meeting.
"""

from meetings.permissions.matrix import MATRIX, can, codename

__all__ = ["MATRIX", "can", "codename"]
