"""The ASGI application, for servers that speak it."""

import os

from django.core.asgi import get_asgi_application

from everwise.config import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everwise.settings")
start.or_end()
application = get_asgi_application()
