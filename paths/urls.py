"""Paths: the list and one of them."""

from django.urls import path

from paths import views

app_name = "paths"
urlpatterns = [
    path("", views.path_list, name="list"),
    path("<uuid:path_id>/", views.path_detail, name="detail"),
    path("<uuid:path_id>/meetings/", views.path_meetings, name="meetings"),
]
