"""Meetings: the list, one of them, and what can be done with it."""

from django.urls import path

from meetings.views import calendars, change, feedback, manual, meeting, organizing, rescue

app_name = "meetings"
urlpatterns = [
    path("", meeting.meeting_list, name="list"),
    path("<uuid:meeting_id>/", meeting.detail, name="detail"),
    path("<uuid:meeting_id>/booked/", meeting.booked, name="booked"),
    path("<uuid:meeting_id>/join/", meeting.join, name="join"),
    path("<uuid:meeting_id>/calendar.ics", calendars.meeting_file, name="calendar-file"),
    path("<uuid:meeting_id>/note/", meeting.change_note, name="note"),
    path("<uuid:meeting_id>/outcome/", feedback.outcome, name="outcome"),
    path("<uuid:meeting_id>/rating/", feedback.rating, name="rating"),
    path("<uuid:meeting_id>/notes/", feedback.notes, name="notes"),
    path("<uuid:meeting_id>/reschedule/", change.reschedule, name="reschedule"),
    path("<uuid:meeting_id>/cancel/", change.cancel, name="cancel"),
    path("<uuid:meeting_id>/rescue/", rescue.rescue, name="rescue"),
    path("<uuid:meeting_id>/edit/", manual.edit, name="edit"),
    path("<uuid:meeting_id>/hand-over/", organizing.hand_over, name="hand-over"),
    path("<uuid:meeting_id>/delete/", organizing.delete, name="delete"),
]
