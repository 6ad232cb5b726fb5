"""People imported into a path from a file: read, planned and shown, and then written all at once or not at all.

`reading` makes lines of a file, `columns` knows what a column may be called; both are pure and ask `limits`. `world`
looks up who the people are, `plan` says what each line would do, `signatures` what of that was shown. `writer` makes it
so in one transaction, `stored` keeps what an admin looks at in between, and `jobs` is what the worker does for them.
It ends nobody's membership.
"""
