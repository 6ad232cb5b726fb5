"""Ends what somebody is signed in by, when its time is over or the provider has refused them."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from everwise.sso import sessions


class EndingMiddleware:
    """Before the page is asked for: it then sees nobody, and leads to the sign-in as ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        if sessions.KEY in request.session and request.user.is_authenticated and sessions.is_over(request):
            logout(request)
        return self.get_response(request)
