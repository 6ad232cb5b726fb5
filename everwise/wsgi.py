"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from everwise.config import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everwise.settings")
start.or_end(start.WORKER_BOOT_ERROR)
application = get_wsgi_application()
