"""Programs, paths and who is on them, for staff."""

from paths.admin import paths, people, program_admins

__all__ = ["paths", "people", "program_admins"]
