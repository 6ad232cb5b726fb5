"""Programs, paths and who is on them, for staff."""

from paths.admin import paths, people

__all__ = ["paths", "people"]
