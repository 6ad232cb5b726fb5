#!/usr/bin/env python
"""Django's command line for Everwise drop-in sessions."""

import os
import sys

from django.core.management import execute_from_command_line

from everwise.config import start

# They report what is wrong in their own way, or need nothing that could be.
ANYWAY = {"check", "help", "version", "--help", "-h", "--version"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everwise.settings")
    if not ANYWAY & set(sys.argv[1:2] or ["help"]):
        start.or_end()
    execute_from_command_line(sys.argv)
