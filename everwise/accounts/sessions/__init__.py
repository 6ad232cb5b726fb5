"""Who is signed in where, and for how long.

A row of allauth.usersessions stands beside each of Django's sessions: from which device, which address, since when,
last used when. allauth writes it when somebody signs in; ours keeps it up, once in five minutes at most (`limits`),
lists it (`views`, with devices named by `devices`), ends it (`ending`) and deletes what is over (`cleaning`, by the
worker).

A session ends by its row: it is read at each request, so it is out at once. Changing the password ends all others;
so do staff who set one, and taking off a second step ends all.
"""
