"""The people of a path, for its admins: the list of all, one of them, and adding more."""
