"""The site's addresses and two baselines behind the same middleware: nothing, and who is asking."""

import os

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from everwise.urls import urlpatterns as site


@login_not_required
def bare(request) -> HttpResponse:
    """Says which of the server's workers has answered."""
    return HttpResponse(f"{os.getpid()}")


def person(request) -> HttpResponse:
    """Reads the session and the person, as every page of a member does."""
    return HttpResponse(f"{request.user.pk}")


urlpatterns = [path("bare/", bare), path("person/", person), *site]
