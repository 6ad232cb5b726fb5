"""The e-mails about meetings: what each says and carries, when it is due, and its way out of the outbox."""
