"""What only the demo has: a mailbox that the browser can read."""
