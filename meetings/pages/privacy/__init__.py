"""The public page that says what is kept of people, for how long, and whom to ask: the installation's own values."""
