"""Opening a draft, closing a path early, opening it again."""
