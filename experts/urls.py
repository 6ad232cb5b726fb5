"""An expert's own pages."""

from django.urls import path

from experts import views

urlpatterns = [path("", views.availability, name="availability")]
