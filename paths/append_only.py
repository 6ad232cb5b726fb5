"""The database's own rule that the history of paths is only ever added to."""

from everwise.db.append_only import AppendOnly

HISTORY = AppendOnly(table="paths_pathevent", name="history_is_only_added_to")
