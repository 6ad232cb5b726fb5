"""Booking a drop-in on a path; the steps live in the query string."""

from django.urls import path

from meetings.views import schedule

app_name = "schedule"
urlpatterns = [
    path("", schedule.choose_theme, name="theme"),
    path("time/", schedule.choose_time, name="time"),
    path("confirm/", schedule.confirm, name="confirm"),
]
