"""Waiting for a time that suits: the form of the line, and the page of a time that is held."""
