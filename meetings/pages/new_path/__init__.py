"""Making a path: empty, or as a copy of another one."""
