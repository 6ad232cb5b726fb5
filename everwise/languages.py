"""The language of what is written for somebody elsewhere than on a page of theirs: e-mails, calendar files."""

from django.conf import settings
from django.utils import translation


def reading(language: str) -> translation.override:
    """Words inside are in this language; in the installation's own where it no longer has that one.

    Afterwards the active language is what it was.
    """
    return translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
