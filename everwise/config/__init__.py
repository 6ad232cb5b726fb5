"""What the environment sets, checked before anything starts.

`everwise/config/environment` reads variables as what they must be, notes what is wrong in lines and puts something
harmless in its place; `settings` adds what variables are together. `everwise/config/start` (web, worker, commands),
`gunicorn.conf.py` (so that a line is said once, not by each process) and `everwise/config/checks` (Django's system
checks) print the same lines. `everwise/config/senders` makes one sender that headers and invitations can carry.
"""
