"""Ad-hoc meetings: added, edited, handed over, deleted by hand."""
