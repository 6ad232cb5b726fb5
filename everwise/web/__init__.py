"""What stands around every request: middleware, outages, whose address it is, which language it is in.

`everwise/web/outage` knows a database that is away, read-only or full from a fault of ours. Django calls `handler500`
(`everwise/web/error_views`) while it handles an error, wherever in views or middlewares it came up, so one place covers
sessions, sign-in and pages. Its page needs no query and no session. The log filter keeps one line a second.
"""
