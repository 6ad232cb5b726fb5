"""Answers to invitations, which people's calendars send to a mailbox of ours (docs/replies.md).

- `messages`: what an e-mail holds of them. Pure, and at peace with whatever strangers send.
- `mailbox`: the conversation with the IMAP server.
- `reader`: what has come since, a few e-mails at a time, and when to ask again; `reading_thread` does so beside the
  worker's other work, which never waits for the mailbox.
- `writer`: which answer counts, and what becomes of it.
- `letters`: the e-mail to the others about a decline.

An e-mail never changes a meeting. Where reading got to is kept by UIDVALIDITY and UID, after the answers are: a reader
that is killed in between reads some e-mails again, whose answers are known by then. Nothing in the mailbox is moved or
deleted; what held an answer is marked as seen, all else is left as it is for people to read.
"""
