"""Where messages for the next page are kept: Django's own, in a cookie that is named and placed as our others."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class NamedCookieStorage(CookieStorage):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cookie_name = settings.MESSAGE_COOKIE_NAME

    def _update_cookie(self, encoded_data, response):
        super()._update_cookie(encoded_data, response)
        response.cookies[self.cookie_name]["path"] = settings.SESSION_COOKIE_PATH


class Storage(FallbackStorage):
    storage_classes = (NamedCookieStorage, SessionStorage)
