"""Who may do what with which kind of meeting, until when, and how a no is worded.

The rule itself is MATRIX; refusals add the state of the row: nothing that has started or was cancelled can be changed,
and a participant can move a session only until the path's change-until.
"""

from meetings.permissions.matrix import MATRIX, can, codename

__all__ = ["MATRIX", "can", "codename"]
