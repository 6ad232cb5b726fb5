"""What every writer may answer in place of a change: nothing was written, and the subclass says of what."""


class Stale(Exception):
    """What the form showed was changed by somebody else meanwhile."""


class Refused(Exception):
    """The person has no right to do this, or not any more."""
