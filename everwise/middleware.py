"""Refuses requests that no page of ours could make, and sends pages small."""

import brotli
from django.core.exceptions import BadRequest
from django.utils.cache import patch_vary_headers

# Smaller than gzip's best in less than its usual time.
QUALITY = 5
SMALLEST = 200


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
        return response


class HostileInputMiddleware:
    """Answers 400 to NUL characters in an address, which no database text can hold."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            raise BadRequest("A NUL character in the address")
