"""Every address of the site but accounts and Django's admin: the only module that imports views."""

from django.urls import URLPattern, include, path

from meetings.pages import calendars, home
from meetings.pages.adhoc import organizer_views
from meetings.pages.adhoc import views as adhoc
from meetings.pages.availability import calendar_views
from meetings.pages.availability import views as availability
from meetings.pages.history import views as history
from meetings.pages.installation import views as installation
from meetings.pages.invitation import views as invitation
from meetings.pages.leaving import staff_views
from meetings.pages.leaving import views as leaving
from meetings.pages.meeting import feedback_views, room_views
from meetings.pages.meeting import views as meeting
from meetings.pages.new_path import views as new_path
from meetings.pages.opening import views as opening
from meetings.pages.path import reminder_views
from meetings.pages.path import views as paths
from meetings.pages.path_meetings import views as path_meetings
from meetings.pages.people import adding_views, export_views, person_views
from meetings.pages.people import views as people
from meetings.pages.people_import import views as people_import
from meetings.pages.reassign import views as reassign
from meetings.pages.schedule import confirm_views, reschedule_views
from meetings.pages.schedule import views as schedule
from meetings.pages.settings import views as settings
from meetings.pages.themes import change_views as change_theme
from meetings.pages.themes import views as themes
from meetings.pages.why import views as why

path_patterns: list[URLPattern] = [
    path("", paths.path_list, name="list"),
    path("new/", new_path.create, name="new"),
    path("<uuid:path_id>/", paths.path_detail, name="detail"),
    path("<uuid:path_id>/meetings/", path_meetings.path_meetings, name="meetings"),
    path("<uuid:path_id>/meetings/export/", path_meetings.export_meetings, name="export-meetings"),
    path("<uuid:path_id>/people/<uuid:user_id>/end/", leaving.end_membership, name="end-membership"),
    path("<uuid:path_id>/people/", people.people, name="people"),
    path("<uuid:path_id>/people/export/", export_views.export, name="export-people"),
    path("<uuid:path_id>/people/import/", people_import.choose, name="import-people"),
    path("<uuid:path_id>/people/import/template/", people_import.template, name="import-template"),
    path("<uuid:path_id>/people/import/<uuid:import_id>/", people_import.look, name="import"),
    path("<uuid:path_id>/people/import/<uuid:import_id>/stop/", people_import.stop, name="stop-import"),
    path("<uuid:path_id>/people/add/", adding_views.add, name="add-people"),
    path("<uuid:path_id>/people/<uuid:user_id>/", person_views.person, name="person"),
    path("<uuid:path_id>/people/<uuid:user_id>/invite/", adding_views.invite_again, name="invite-again"),
    path("<uuid:path_id>/people/<uuid:user_id>/withdraw/", adding_views.withdraw, name="withdraw-invitation"),
    path("<uuid:path_id>/people/<uuid:user_id>/remind/", reminder_views.remind, name="remind-expert"),
    path("<uuid:path_id>/people/<uuid:user_id>/tell/", reminder_views.tell, name="tell-expert"),
    path("<uuid:path_id>/themes/", themes.themes, name="themes"),
    path("<uuid:path_id>/themes/add/", change_theme.add, name="add-theme"),
    path("<uuid:path_id>/themes/<uuid:theme_id>/", change_theme.edit, name="theme"),
    path("<uuid:path_id>/themes/<uuid:theme_id>/move/", themes.move, name="move-theme"),
    path("<uuid:path_id>/themes/<uuid:theme_id>/retire/", themes.retire, name="retire-theme"),
    path("<uuid:path_id>/themes/<uuid:theme_id>/back/", themes.bring_back, name="bring-back-theme"),
    path("<uuid:path_id>/history/", history.history, name="history"),
    path("<uuid:path_id>/open/", opening.open_path, name="open"),
    path("<uuid:path_id>/close/", opening.close_path, name="close"),
    path("<uuid:path_id>/settings/", settings.settings, name="settings"),
]
schedule_patterns: list[URLPattern] = [
    path("", schedule.choose_theme, name="theme"),
    path("time/", schedule.choose_time, name="time"),
    path("confirm/", confirm_views.confirm, name="confirm"),
    path("manually/", adhoc.add_manually, name="manually"),
]
meeting_patterns: list[URLPattern] = [
    path("", meeting.meeting_list, name="list"),
    path("<uuid:meeting_id>/", meeting.detail, name="detail"),
    path("<uuid:meeting_id>/booked/", meeting.booked, name="booked"),
    path("<uuid:meeting_id>/join/", room_views.join, name="join"),
    path("<uuid:meeting_id>/calendar.ics", calendars.meeting_file, name="calendar-file"),
    path("<uuid:meeting_id>/note/", meeting.change_note, name="note"),
    path("<uuid:meeting_id>/outcome/", feedback_views.outcome, name="outcome"),
    path("<uuid:meeting_id>/rating/", feedback_views.rating, name="rating"),
    path("<uuid:meeting_id>/notes/", feedback_views.notes, name="notes"),
    path("<uuid:meeting_id>/reschedule/", reschedule_views.reschedule, name="reschedule"),
    path("<uuid:meeting_id>/reassign/", reassign.reassign, name="reassign"),
    path("<uuid:meeting_id>/cancel/", meeting.cancel, name="cancel"),
    path("<uuid:meeting_id>/rescue/", meeting.rescue, name="rescue"),
    path("<uuid:meeting_id>/not-now/", meeting.not_now, name="not-now"),
    path("<uuid:meeting_id>/edit/", adhoc.edit, name="edit"),
    path("<uuid:meeting_id>/hand-over/", organizer_views.hand_over, name="hand-over"),
    path("<uuid:meeting_id>/delete/", organizer_views.delete, name="delete"),
]
calendar_patterns: list[URLPattern] = [
    path("", calendar_views.index, name="list"),
    path("add/", calendar_views.add, name="add"),
    path("upload/", calendar_views.upload, name="upload"),
    path("<int:calendar_id>/read/", calendar_views.read, name="read"),
    path("<int:calendar_id>/addresses/", calendar_views.addresses, name="addresses"),
    path("<int:calendar_id>/remove/", calendar_views.remove, name="remove"),
]
staff_patterns: list[URLPattern] = [
    path("installation/", installation.page, name="installation"),
    path("installation/test-mail/", installation.send_test_mail, name="test-mail"),
    path("people/<uuid:user_id>/deactivate/", staff_views.deactivate, name="deactivate"),
    path("people/<uuid:user_id>/erase/", staff_views.erase, name="erase"),
    path("memberships/<int:membership_id>/end/", staff_views.end_membership, name="end-membership"),
]
# The secret that stands before these names is taken out by SecretAddressMiddleware.
invitation_patterns: list[URLPattern] = [
    path("", invitation.page, name="page"),
    path("decline/", invitation.decline, name="decline"),
    path("ask/", invitation.ask, name="ask"),
]
urlpatterns = [
    path("", home.home, name="home"),
    path("paths/", include((path_patterns, "paths"))),
    path("paths/<uuid:path_id>/schedule/", include((schedule_patterns, "schedule"))),
    path("paths/<uuid:path_id>/why/", why.why, name="why"),
    path("staff/", include((staff_patterns, "staff"))),
    path("meetings/", include((meeting_patterns, "meetings"))),
    path("availability/calendars/", include((calendar_patterns, "calendars"))),
    path("availability/", availability.availability, name="availability"),
    path("invitations/", include((invitation_patterns, "invitations"))),
    path("accounts/calendar/", calendars.address, name="calendar-address"),
    path("accounts/calendar/remove/", calendars.remove_address, name="calendar-address-remove"),
    # What follows is the secret, which SecretAddressMiddleware has taken out of the address by now.
    path("calendar/", calendars.feed, name="calendar-feed"),
]
