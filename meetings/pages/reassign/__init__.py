"""Giving a session to another expert."""
