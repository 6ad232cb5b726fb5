"""Our meetings in people's own calendars: invitations, the links and the file of one, the secret address of all.

`meetings/calendars/ical` writes a calendar from plain facts (pure; icalendar escapes and folds),
`meetings/calendars/invitations` decides what a notice is to its reader's calendar, `meetings/mail/mime` puts text, HTML
and calendar into one message. RFC 5545, 5546 and 6047 leave few choices; ours are:

- One UID per meeting for life, `<id>@everwise`, whatever the installation's host is.
- The installation is the ORGANIZER of every event, since no replies are processed; the meeting's organizer is an
  ATTENDEE with ROLE=CHAIR, whether or not they attend. Everybody has PARTSTAT=ACCEPTED: nobody is asked.
- A message shows the meeting as its own change left it, with that change's SEQUENCE and time (DTSTAMP), so that
  shuffled and doubled messages end right and each attempt is the same bytes. Only who has been taken out since gets
  CANCEL instead.
- ATTENDEE holds whose address the reader may know (`shows_address`): a participant knows the experts' and their own,
  and the others by name in the description; everybody else who has the meeting knows all. The same event is written
  into e-mails, files and feeds. Reply-To (`reply_to`) is the experts for a participant and for an organizer who does
  not attend, the participant for an expert, the organizer where there are several; that may be the expert: an answer
  meant for several people has no one address. `tests/meetings/calendars/test_invitations_readers.py` has the table.
- One person's farewell is a CANCEL without STATUS that names them alone (RFC 5546, 3.2.5).
- Both calendar parts are base64, the only way they stay the same bytes on every way. The attached one is
  `application/ics`: a second `text/calendar` shows as a second invitation in some programs.
- Words are in the reader's language, whoever's page or worker writes them (`everwise/languages`).
- Reminders carry no calendar: they change nothing, and the event has an alarm of its own.
"""
