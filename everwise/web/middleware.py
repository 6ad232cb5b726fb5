"""Keeps secrets out of logs, refuses requests that no page of ours could make, and sends pages small."""

import logging
from urllib.parse import quote

import brotli
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponsePermanentRedirect
from django.utils.cache import patch_vary_headers

from everwise.absolute_urls import absolute

# Smaller than gzip's usual in half of its time.
QUALITY = 4
SMALLEST = 200
# What follows these in an address is as good as a password.
CALENDARS, INVITATIONS, REMINDERS = "/calendar/", "/invitations/", "/reminders/"
# Where a server notes the address as it came, for Django's error reports and the server's own log.
NOTED = ("PATH_INFO", "RAW_URI", "REQUEST_URI")


class PrefixMiddleware:
    """Takes the path that the site is served below out of a request, where a proxy has left it in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        prefix = settings.FORCE_SCRIPT_NAME
        if prefix and f"{request.path_info}/".startswith(f"{prefix}/"):
            request.path_info = request.path_info.removeprefix(prefix) or "/"
            # Django has put the prefix in front already.
            request.path = f"{prefix}{request.path_info}"
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Keeps pages out of every cache, unless a view says otherwise. Static files are answered before."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class SecretAddressMiddleware:
    """Takes the secret out of an address before anything can write it down, and leaves it to the view.

    All that follows in a calendar's address is its secret, as in the one that ends reminders; in an invitation's the
    next piece of the path.

    Comes before all that could log: even the refusal of a wrong host name is logged with its address.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith(CALENDARS):
            secret = request.calendar_secret = request.path_info.removeprefix(CALENDARS)
            # Whose calendar it is, the secret alone says: no session is read or written.
            request.META.pop("HTTP_COOKIE", None)
            return self._without(request, secret, CALENDARS, "")
        if request.path_info.startswith(REMINDERS):
            secret = request.path_info.removeprefix(REMINDERS)
            request.reminder_secret = secret.removesuffix("/")
            return self._without(request, secret, REMINDERS, "")
        if request.path_info.startswith(INVITATIONS):
            whole = request.path_info.removeprefix(INVITATIONS)
            request.invitation_secret, _slash, rest = whole.partition("/")
            return self._without(request, whole, INVITATIONS, rest)
        return self.get_response(request)

    def _without(self, request, secret, start, rest):
        request.path_info = f"{start}{rest}"
        request.path = f"{request.path.removesuffix(secret)}{rest}"
        request.META |= {name: request.path for name in NOTED if name in request.META}
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            # Here, since SecurityMiddleware would lead on to an address without its secret.
            return HttpResponsePermanentRedirect(absolute(f"{start}{quote(secret)}"))
        return self.get_response(request)


class WithoutTracebackFilter(logging.Filter):
    """One line for what strangers send and nobody here has to mend: who asks by a wrong host name, say."""

    def filter(self, record) -> bool:
        record.exc_info = record.exc_text = None
        return True


class BrotliMiddleware:
    """Compresses pages for browsers that take Brotli, which all do over https; GZipMiddleware serves the others.

    The one secret in a page, a form's token, is masked anew each time, so its length can't be guessed at (BREACH).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.streaming or response.has_header("Content-Encoding") or len(response.content) < SMALLEST:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if "br" in request.headers.get("Accept-Encoding", "").replace(" ", "").split(","):
            response.content = brotli.compress(response.content, quality=QUALITY)
            response["Content-Encoding"] = "br"
            response["Content-Length"] = str(len(response.content))
            # Other bytes than the ETag was made for, of the same meaning: as GZipMiddleware does.
            if response.get("ETag", "").startswith('"'):
                response["ETag"] = f"W/{response['ETag']}"
        return response


class HostileInputMiddleware:
    """Answers 400 to NUL characters in an address, which no database text can hold."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> None:
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            raise BadRequest("A NUL character in the address")
