"""Leaving a path, changing a role, and being switched off or erased: what becomes of each meeting to come."""
