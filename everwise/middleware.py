"""Refuses requests that no page of ours could make."""

from django.core.exceptions import BadRequest


class HostileInputMiddleware:
    """Answers 400 to NUL characters in an address, which no database text can hold."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            raise BadRequest("A NUL character in the address")
