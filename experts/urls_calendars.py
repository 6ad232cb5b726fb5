"""An expert's foreign calendars."""

from django.urls import path

from experts import views_calendars as views

app_name = "calendars"

urlpatterns = [
    path("", views.index, name="list"),
    path("add/", views.add, name="add"),
    path("upload/", views.upload, name="upload"),
    path("<int:calendar_id>/read/", views.read, name="read"),
    path("<int:calendar_id>/addresses/", views.addresses, name="addresses"),
    path("<int:calendar_id>/remove/", views.remove, name="remove"),
]
