"""A web process of its own for test_freshness: for each address on its input, one line with the starts on that page."""

import re
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 - settings are ready only now
from django.test import Client  # noqa: E402

if __name__ == "__main__":
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sys.argv[1]
    for line in sys.stdin:
        page = client.get(line.strip()).content.decode()
        starts = re.findall(r'class="ew-slot[^"]*" href="[^"]*start=([^"]+)"', page)
        sys.stdout.write(f"{','.join(starts)}\n")
        sys.stdout.flush()
