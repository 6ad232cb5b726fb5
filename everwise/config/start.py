"""What stops web server, worker and commands before they do anything with a wrong environment."""

import os
import sys

from django.conf import settings

# gunicorn ends as a whole, instead of trying for ever, when a process of its leaves with this before it serves.
WORKER_BOOT_ERROR = 3


def or_end(exit_code: int = 1) -> None:
    """End this process, one line for each fault, if a variable of the environment is missing or can't be used."""
    faults = getattr(settings, "ENVIRONMENT_FAULTS", [])
    if faults:
        sys.stderr.write("".join(f"{fault}\n" for fault in faults))
        sys.exit(exit_code)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everwise.settings")
    or_end(WORKER_BOOT_ERROR)
