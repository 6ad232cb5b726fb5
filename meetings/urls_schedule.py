"""Booking a drop-in on a path, its steps in the query string, and adding a meeting by hand."""

from django.urls import path

from meetings.views import manual, schedule

app_name = "schedule"
urlpatterns = [
    path("", schedule.choose_theme, name="theme"),
    path("time/", schedule.choose_time, name="time"),
    path("confirm/", schedule.confirm, name="confirm"),
    path("manually/", manual.add_manually, name="manually"),
]
