"""The site's addresses, two baselines behind the same middleware, and a page without content."""

import os

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from everwise.urls import urlpatterns as site


@login_not_required
def bare(request) -> HttpResponse:
    """Says which of the server's workers has answered."""
    return HttpResponse(f"{os.getpid()}")


def person(request) -> HttpResponse:
    """Reads the session and the person, as every page of a member does."""
    return HttpResponse(f"{request.user.pk}")


def empty(request) -> HttpResponse:
    """A page of the site without anything of its own: what stands around every other."""
    return render(request, "base.html")


urlpatterns = [path("bare/", bare), path("person/", person), path("empty/", empty), *site]
