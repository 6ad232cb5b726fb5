"""People imported into a path by its admins: a file is chosen, looked at line by line, and then written."""
