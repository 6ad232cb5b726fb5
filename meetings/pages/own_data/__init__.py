"""What a person can do about what is kept of them: take it along, and ask to be erased.

The archive (`archive`, its files in `files` and `meeting_files`) shows of others what the pages show their reader, and
less: names of the people in their meetings, never an address. Each file is one query, read row by row into a zip on
disk; the calendar alone is read in steps. A test holds that every key to a person is in a file, or left out for a
reason.
"""
