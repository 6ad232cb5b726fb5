"""How the installation runs, for staff: a checklist until people book, then the page “Installation”."""
