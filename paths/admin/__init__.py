"""Programs, paths and who is on them, for staff."""

from paths.admin import erasures, paths, people, program_admins, questions, role_mappings

__all__ = ["erasures", "paths", "people", "program_admins", "questions", "role_mappings"]
