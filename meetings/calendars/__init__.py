"""Our meetings in people's own calendars: the links and the file of one, the secret address of all."""
