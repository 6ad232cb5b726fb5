"""The settings of a path: the booking policy with what each value means, and what it would offer."""
