"""Gunicorn's own lines, written as all others; `gunicorn.conf.py` names this."""

import os

from gunicorn.glogging import Logger

from everwise.seeing import logs


class LinesLogger(Logger):
    def _set_handler(self, log, output, fmt, stream=None) -> None:
        """With --access-logfile too, which is off: the application logs each request itself."""
        super()._set_handler(log, output, logs.formatter(logs.chosen_in(os.environ)), stream)
