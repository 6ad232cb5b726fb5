"""The history of a path for its admins: what happened to its people and its meetings, by time, in sentences."""
