"""Every address of the site but accounts and Django's admin: the only module that imports views."""

from django.urls import URLPattern, include, path

from meetings.pages import calendars, home
from meetings.pages.adhoc import organizer_views
from meetings.pages.adhoc import views as adhoc
from meetings.pages.availability import calendar_views
from meetings.pages.availability import views as availability
from meetings.pages.history import views as history
from meetings.pages.insights import views as insights
from meetings.pages.installation import views as installation
from meetings.pages.invitation import views as invitation
from meetings.pages.leaving import staff_views
from meetings.pages.leaving import views as leaving
from meetings.pages.meeting import answer_views, feedback_views, room_views
from meetings.pages.meeting import views as meeting
from meetings.pages.new_path import views as new_path
from meetings.pages.nudge import opting_out_views as opting_out
from meetings.pages.nudge import views as nudge
from meetings.pages.opening import views as opening
from meetings.pages.own_data import views as own_data
from meetings.pages.path import reminder_views
from meetings.pages.path import views as paths
from meetings.pages.path_meetings import views as path_meetings
from meetings.pages.people import adding_views, export_views, fresh_start_views, person_views
from meetings.pages.people import views as people
from meetings.pages.people_import import views as people_import
from meetings.pages.privacy import views as privacy
from meetings.pages.reassign import views as reassign
from meetings.pages.room import views as room
from meetings.pages.schedule import confirm_views, reschedule_views
from meetings.pages.schedule import views as schedule
from meetings.pages.see_as import views as see_as
from meetings.pages.settings import views as settings
from meetings.pages.themes import change_views as change_theme
from meetings.pages.themes import views as themes
from meetings.pages.waitlist import views as waitlist
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
    path("<uuid:path_id>/people/write/", nudge.write, name="nudge"),
    path("<uuid:path_id>/people/add/", adding_views.add, name="add-people"),
    path("<uuid:path_id>/people/<uuid:user_id>/", person_views.person, name="person"),
    path("<uuid:path_id>/people/<uuid:user_id>/let-book/", fresh_start_views.let_book, name="let-book"),
    path("<uuid:path_id>/people/<uuid:user_id>/let-book/back/", fresh_start_views.take_back, name="let-book-back"),
    path("<uuid:path_id>/ask-to-book/", fresh_start_views.ask, name="ask-to-book"),
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
    path("<uuid:path_id>/insights/", insights.insights, name="insights"),
    path("<uuid:path_id>/insights/export/", insights.export_insights, name="export-insights"),
    path("<uuid:path_id>/history/", history.history, name="history"),
    path("<uuid:path_id>/see-as/", see_as.see_as, name="see-as"),
    path("<uuid:path_id>/see-as/stop/", see_as.stop, name="stop-seeing-as"),
    path("<uuid:path_id>/open/", opening.open_path, name="open"),
    path("<uuid:path_id>/close/", opening.close_path, name="close"),
    path("<uuid:path_id>/settings/", settings.settings, name="settings"),
    path("<uuid:path_id>/settings/room/", room.room, name="room"),
]
schedule_patterns: list[URLPattern] = [
    path("", schedule.choose_theme, name="theme"),
    path("time/", schedule.choose_time, name="time"),
    path("confirm/", confirm_views.confirm, name="confirm"),
    path("manually/", adhoc.add_manually, name="manually"),
    path("wait/<uuid:theme_id>/", waitlist.wait, name="wait"),
    path("wait/<uuid:theme_id>/leave/", waitlist.leave, name="leave-waitlist"),
]
meeting_patterns: list[URLPattern] = [
    path("", meeting.meeting_list, name="list"),
    path("held/<uuid:held_id>/", waitlist.held, name="held"),
    path("held/<uuid:held_id>/pass/", waitlist.pass_on, name="pass-on"),
    path("<uuid:meeting_id>/", meeting.detail, name="detail"),
    path("<uuid:meeting_id>/booked/", meeting.booked, name="booked"),
    path("<uuid:meeting_id>/join/", room_views.join, name="join"),
    path("<uuid:meeting_id>/calendar.ics", calendars.meeting_file, name="calendar-file"),
    path("<uuid:meeting_id>/note/", meeting.change_note, name="note"),
    path("<uuid:meeting_id>/answers/", answer_views.answers, name="answers"),
    path("<uuid:meeting_id>/brief/", answer_views.brief, name="brief"),
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
own_data_patterns: list[URLPattern] = [
    path("", own_data.page, name="page"),
    path("archive/", own_data.archive, name="archive"),
    path("erasure/", own_data.ask, name="ask"),
    path("erasure/withdraw/", own_data.withdraw, name="withdraw"),
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
    path("privacy/", privacy.page, name="privacy"),
    path("accounts/data/", include((own_data_patterns, "own-data"))),
    path("accounts/reminders/", opting_out.own, name="own-reminders"),
    path("accounts/calendar/", calendars.address, name="calendar-address"),
    path("accounts/calendar/remove/", calendars.remove_address, name="calendar-address-remove"),
    # What follows these two is the secret, which SecretAddressMiddleware has taken out of the address by now.
    path("reminders/", opting_out.stop, name="stop-reminders"),
    path("calendar/", calendars.feed, name="calendar-feed"),
]
