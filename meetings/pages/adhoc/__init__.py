"""Ad-hoc meetings: added manually, edited, handed over, deleted."""
