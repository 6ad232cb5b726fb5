"""The site's addresses and the baseline: a view that does nothing, behind the same middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from everwise.urls import urlpatterns as site


@login_not_required
def bare(request) -> HttpResponse:
    return HttpResponse("bare")


urlpatterns = [path("bare/", bare), *site]
