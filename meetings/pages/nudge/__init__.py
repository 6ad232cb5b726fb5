"""Writing to participants who have sessions left, and the pages on which they say that they want no more of it."""
