"""An expert's hours: stored, typed, compared and written.

A rule of recurrence is what the engine reads; a *pattern* (`experts/hours/patterns`) is what an expert edits: the hours
of seven days, every so many weeks, from a first date to a last. Weekly rules with the same weeks and dates are one
pattern. What no pattern can say (monthly, daily, counted rules that staff made) is shown in words and stays until they
remove it.

What is typed goes from `experts/hours/parsing` (what a text means) and `experts/hours/typed` (rows, and what is wrong
in them) over `experts/hours/editor` (the whole page, and what its buttons change) into a `HoursPlan`. The plan alone
knows what the hours would be: the preview, the list of meetings left outside, and the writer `experts/hours/writer`
take the same one. The form carries a digest of all that was stored when it was opened; of two tabs the staler is
refused, and shows both versions. A change of hours never cancels anything. `experts/hours/words` says hours in words.
"""
