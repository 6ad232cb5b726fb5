"""What a path's admins read of how it goes, and the two counts that nothing else remembers.

`scope` says of which sessions: drop-ins that start within some dates of the path's zone, of one theme or expert or all.
`sessions` has the database count them, in a number of queries that does not depend on how many there are. `ratings`
gives averages of at least five people, and no number from which an average of fewer could be found out. `unmet` counts
searches that found no time, by one statement each, without whoever searched. By `offered` the worker notes each day for
how long each expert can be booked.
"""
