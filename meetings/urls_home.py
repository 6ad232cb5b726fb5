"""The first page."""

from django.urls import path

from meetings.views import home

urlpatterns = [path("", home.home, name="home")]
