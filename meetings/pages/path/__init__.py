"""Paths: those of a person, one of them, all its meetings."""
