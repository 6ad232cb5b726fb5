"""Read by gunicorn when it is started in this folder."""

import subprocess
import sys


def on_starting(server) -> None:
    """Report once what is wrong in the environment; else each of gunicorn's processes would, on its own.

    In another process, since what this one had loaded would outlast a reload.
    """
    asked = subprocess.run([sys.executable, "-m", "everwise.config.start"])
    if asked.returncode:
        sys.exit(asked.returncode)


# Which headers of a proxy are believed, Everwise's settings say alone (TRUSTED_PROXY_COUNT). Gunicorn on its own would
# take X-Forwarded-Proto from whoever connects from this machine.
secure_scheme_headers = {}

# Longer than the minute for which nginx keeps a connection it may use again: whoever closes first must be nginx, or the
# next request on it, which may be somebody's booking, ends in a 502.
keepalive = 75
