"""What the environment sets, checked before anything starts."""
