"""The e-mails: what each says and carries, when it is due, and its way out of the outbox.

`meetings/mail/outbox` takes a row by a lease, sends it outside any transaction, and marks it. What may go wrong:

- the worker is killed: the lease runs out, the next worker sends the row with the same Message-ID: one copy too many at
  most
- 5xx for the recipient or the message: parked at once (`Fault.REFUSED`); staff can put it back
- 4xx for the recipient or the message, or it can't be rendered: this row waits and counts an attempt, the others go on
  (`ITS_OWN`)
- no conversation comes about; the sender, the sign-in or the whole installation is refused: no attempt is counted; the
  worker's line rests for 1 s, at last 60 s (`NOT_ITS_OWN`)
- the conversation breaks off: hang-up, 421, deadline: the row waits *and* the line rests (`SHARED`): it may be the
  server's fault or that of this row, which must not hold up the rest
- the same on a line that has sent before: both go on at once, on a new line: servers end long conversations

`everwise/smtp` gives the server EMAIL_TIMEOUT seconds for a whole message, connecting and TLS included: a socket's own
timeout is per operation. A host with several silent addresses gets it for each. The lease is a minute, so a row is
never in two hands while its worker lives, unless the machine's clock jumps.

A reminder (`meetings/booking/reminders`) is a row of the outbox with `starts_at`, the start that it reminds of, and a
`due_at` 24 hours or 1 hour before. `records.tell` plans them in the writer's transaction: what the meeting no longer
asks for goes, save what a worker holds, what is missing comes, and a constraint keeps each person, kind and start to
one. A row is planned whatever the person has chosen: the choice, the start, the people and the meeting's state are
asked when it is due, after the connection is open and before the message is rendered. What is changed from there on, in
the time of one message, finds the reminder sent; the e-mail about the change follows it. The worker makes up for
missing rows when it starts: of meetings older than reminders are.

A row is a meeting's or an account's, by a constraint. Accounts' rows come from allauth's adapter
(`meetings/mail/adapter`), hold the address and plain facts, and are rendered by `meetings/mail/account_mails`: links
that open an account are made there, in the worker, from `SITE_URL`; what a mail server answers is kept without them. A
closed account, a confirmed or removed address drops the row. `claim` asks for each priority in turn, so that what
somebody waits for (`enums.QUICK`) overtakes any queue, and each question reads the index from its first due row.
Reminders of sessions left (`meetings/mail/nudges`) come in crowds and have the last priority: all others pass them.

`meetings/mail/retention` deletes what was sent or parked more than `MAIL_KEPT_DAYS` ago, 500 rows between two messages.
`Sweep.until` says up to when; `check_invariants` misses no notice of an older change.

A worker's heartbeat is its row of `Worker`, written at most every ten seconds and between two messages; the admin's
outbox says so when none is alive. SIGTERM lets the message in hand finish.

Each e-mail, with its invitation, is in the language that its reader has when it is sent (`everwise/languages`); to an
address without an account, in that of the page from which it was asked for, which the row keeps (`facts`).

A sentence that both text and HTML say stands in one file (`templates/emails/leads/` and those with an underscore).
"""
