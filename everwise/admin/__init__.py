"""What all pages of Django's admin share."""
