"""Why a time of a path's expert is not offered."""

from django.urls import path

from meetings.views import why

urlpatterns = [path("", why.why, name="why")]
