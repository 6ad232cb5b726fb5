"""One meeting: its facts, what can be done with it, what is said after it; and the lists of meetings."""
