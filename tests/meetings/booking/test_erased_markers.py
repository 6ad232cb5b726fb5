"""After somebody was erased, no text of theirs is left anywhere in the database, whatever column it stood in."""

import json

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection

from everwise.accounts.models import AuthenticationEvent, SsoSession, User
from experts.models import BusyCalendar, Expert
from meetings.booking import leaving
from meetings.enums import AccountMail, Happening
from meetings.models import BriefPart, Meeting, MeetingAnswer, MeetingEvent, Note, Notice, Nudge, Rating
from paths import erasure, history
from paths.enums import Happened, Role
from paths.models import ErasureRequest, PathEventText, PeopleImport, UnmappedRole
from tests.meetings.booking.leavers import a_world
from tests.scene import NOW, a_meeting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TEXT = {"CharField", "TextField", "EmailField", "URLField", "JSONField"}
SHARED = "what others need of the meeting stays whole"
PROGRAM = "belongs to the program, not to a person"
WORD = "one of our own words"
HASH = "a hash or a secret of a row that ends with them"
MACHINE = "of the machine, about nobody"
SETTING = "a name from the settings"
NO_ROWS = "providers come from the settings, and their tokens are not kept: no rows"
# Columns of text that hold nothing of a person, or nothing that goes: each with its reason.
NOT_THEIRS = {
    "accounts.User.password": "replaced by a mark that no password has",
    "accounts.User.language": WORD,
    "accounts.User.time_zone": WORD,
    "accounts.User.appearance": WORD,
    "accounts.User.erased_as": WORD,
    "experts.Expert.time_zone": WORD,
    "experts.AvailabilityRule.rrule": "hours, deleted with the row; held by test_switching_off",
    "experts.AvailabilityRule.windows": "hours, deleted with the row; held by test_switching_off",
    "experts.DateOverride.windows": "hours, deleted with the row",
    "experts.BusyCalendar.kind": WORD,
    "experts.BusyCalendar.read_in_zone": WORD,
    "paths.PathEvent.what": WORD,
    "paths.PathEvent.via": WORD,
    "paths.PathEvent.facts": "values of settings, people by id; the database refuses a change",
    "paths.PeopleImport.shown": HASH,
    "paths.PeopleImport.state": WORD,
    "paths.Invitation.role": WORD,
    "paths.Invitation.token_hash": HASH,
    "paths.Membership.role": WORD,
    "paths.Program.name": PROGRAM,
    "paths.Program.type": WORD,
    "paths.Program.description": PROGRAM,
    "paths.Path.name": PROGRAM,
    "paths.Path.description": PROGRAM,
    "paths.Path.time_zone": WORD,
    "paths.Path.language": WORD,
    "paths.Path.room_kind": WORD,
    "paths.RoomServer.address": PROGRAM,
    "paths.RoomServer.app_id": PROGRAM,
    "paths.RoomServer.sealed_secret": PROGRAM,
    "paths.Theme.name": PROGRAM,
    "paths.Theme.description": PROGRAM,
    "paths.ThemeQuestion.text": PROGRAM,
    "meetings.MeetingAnswer.question": PROGRAM,
    "meetings.UnmetSearch.part": WORD,
    "meetings.WaitlistEntry.part": WORD,
    "meetings.WaitlistEntry.ended_by": WORD,
    "meetings.WaitlistEntry.not_suiting": "starts as numbers; the row goes with the person",
    "meetings.HeldTime.ended_by": WORD,
    "meetings.BriefPart.digest": HASH,
    "meetings.Meeting.kind": WORD,
    "meetings.Meeting.status": WORD,
    "meetings.Meeting.title": SHARED,
    "meetings.Meeting.agenda": SHARED,
    "meetings.Meeting.place": SHARED,
    "meetings.Attendee.role": WORD,
    "meetings.MeetingEvent.happening": WORD,
    "meetings.MeetingEvent.facts": "how the meeting was, people by id; the database refuses a change",
    "meetings.CalendarAnswer.participation": WORD,
    "meetings.ReplyMailbox.source": HASH,
    "meetings.ReplyMailbox.error": MACHINE,
    "meetings.Notice.kind": WORD,
    "meetings.Nudge.kind": WORD,
    "meetings.Worker.name": MACHINE,
    "meetings.Subscription.digest": HASH,
    "admin.LogEntry.object_id": "an id",
    "accounts.AuthenticationEvent.what": WORD,
    "accounts.AuthenticationEvent.typed": "of an address that no account has, and not readable",
    "accounts.AuthenticationEvent.request": MACHINE,
    "accounts.SsoSession.provider": SETTING,
    "mfa.Authenticator.type": WORD,
    "socialaccount.SocialAccount.provider": SETTING,
    "socialaccount.SocialApp.provider": NO_ROWS,
    "socialaccount.SocialApp.provider_id": NO_ROWS,
    "socialaccount.SocialApp.name": NO_ROWS,
    "socialaccount.SocialApp.client_id": NO_ROWS,
    "socialaccount.SocialApp.secret": NO_ROWS,
    "socialaccount.SocialApp.key": NO_ROWS,
    "socialaccount.SocialApp.settings": NO_ROWS,
    "socialaccount.SocialToken.token": NO_ROWS,
    "socialaccount.SocialToken.token_secret": NO_ROWS,
    "usersessions.UserSession.session_key": "deleted with the session",
    "usersessions.UserSession.data": "deleted with the session",
    "paths.Membership.by_provider": SETTING,
    "paths.RoleMapping.provider": SETTING,
    "paths.RoleMapping.claim": PROGRAM,
    "paths.RoleMapping.value": PROGRAM,
    "paths.RoleMapping.role": WORD,
    "paths.UnmappedRole.provider": SETTING,
    "paths.UnmappedRole.role": WORD,
    "paths.UnmappedRole.why": WORD,
    "auth.Permission.name": MACHINE,
    "auth.Permission.codename": MACHINE,
    "auth.Group.name": PROGRAM,
    "contenttypes.ContentType.app_label": MACHINE,
    "contenttypes.ContentType.model": MACHINE,
    "sessions.Session.session_key": "ended; held by test_switching_off",
    "sessions.Session.session_data": "ended; held by test_switching_off",
}

EVENT = {"accounts.AuthenticationEvent.device", "accounts.AuthenticationEvent.detail"}


def columns():
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.get_internal_type() in TEXT
    }


def dump():
    """Every cell of every table, as the database has it."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            cells += [str(cell) for row in cursor.fetchall() for cell in row]
    return "\n".join(cells)


def mark(column):
    return "mk" + column.lower().replace(".", "").replace("_", "")


def a_marked_person():
    """An expert who was once a participant, with each of their columns full of its own mark; how they are marked."""
    world = a_world()
    eva = world.eva
    held = a_meeting(world.path, eva, world.pia, at(10, day=-3), status="held")
    lost = a_meeting(world.path, world.ines, eva, at(12, day=-3), status="deleted", cancelled_by=eva)
    Note.objects.create(meeting=held, author=eva, shared=True, written_at=NOW)
    Rating.objects.create(meeting=lost, user=eva, stars=3, rated_at=NOW)
    answer = MeetingAnswer.objects.create(meeting=lost, position=1, question="Why?")
    BriefPart.objects.create(meeting=lost, answer=answer, digest="x")
    event = MeetingEvent.objects.create(meeting=held, happening=Happening.UPDATED, by=eva, at=NOW, sequence=1)
    Notice.objects.create(event=event, meeting=held, user=eva, kind="updated", sequence=1, due_at=NOW, sent_at=NOW)
    Notice.objects.create(user=eva, address="a@example.com", kind=AccountMail.PASSWORD_CHANGED, due_at=NOW)
    BusyCalendar.objects.create(expert=world.expert, kind="upload", label="x")
    history.write(path=world.path, what=Happened.ADDED, by=world.ada, about=eva, now=NOW, text="x")
    PeopleImport.objects.create(path=world.path, by=eva, made_at=NOW)
    Nudge.objects.create(path=world.path, kind="never-booked", by=eva, at=NOW)
    erasure.ask(by=eva, words="x", now=NOW)
    LogEntry.objects.log_actions(world.staff.pk, [world.path], CHANGE, "x")
    address = EmailAddress.objects.get(user=eva)
    EmailConfirmation.objects.create(email_address=address, key="x", created=NOW)
    AuthenticationEvent.objects.create(
        at=NOW,
        what="signed-in",
        person=eva,
        **{field: mark(f"accounts.AuthenticationEvent.{field}") for field in ("device", "detail")},
    )
    SsoSession.objects.create(user=eva, provider="acme", started_at=NOW, ends_at=NOW, held="x")
    Authenticator.objects.create(user=eva, type="totp", data={})
    SocialAccount.objects.create(user=eva, provider="acme", uid="x")
    UserSession.objects.create(user=eva, ip="192.0.2.1", session_key="x", user_agent="x")
    UnmappedRole.objects.create(user=eva, path=world.path, provider="acme", role="expert", why="meetings", at=NOW)
    name, email = mark("accounts.User.name"), f"{mark('accounts.User.email')}@example.com"
    said = [{"added": {"name": "membership", "object": f"{name} {mark('admin.LogEntry.change_message')}"}}]
    marks = {
        User.objects.filter(pk=eva.pk): {"name": name, "called": mark("accounts.User.called"), "email": email},
        Expert.objects.filter(user=eva): {
            **{field: mark(f"experts.Expert.{field}") for field in ("title", "bio", "languages")},
            "video_link": f"https://example.com/{mark('experts.Expert.video_link')}",
        },
        BusyCalendar.objects.all(): {
            **{
                field: mark(f"experts.BusyCalendar.{field}")
                for field in ("label", "url", "etag", "last_modified", "error", "addresses", "read_as")
            },
            "notes": {"unknown": [mark("experts.BusyCalendar.notes")]},
        },
        PathEventText.objects.all(): {"text": mark("paths.PathEventText.text")},
        PeopleImport.objects.all(): {
            "file": mark("paths.PeopleImport.file"),
            "lines": [[1, email, mark("paths.PeopleImport.lines"), "participant", "", ""]],
        },
        Note.objects.filter(author=eva): {"text": mark("meetings.Note.text")},
        MeetingAnswer.objects.all(): {"text": mark("meetings.MeetingAnswer.text")},
        Rating.objects.filter(user=eva): {"comment": mark("meetings.Rating.comment")},
        Meeting.objects.filter(pk=lost.pk): {
            "note": mark("meetings.Meeting.note"),
            "cancel_message": mark("meetings.Meeting.cancel_message"),
        },
        Meeting.objects.filter(pk=held.pk): {"video_link": f"https://example.com/{mark('experts.Expert.video_link')}"},
        Notice.objects.filter(user=eva, meeting=None): {
            "address": f"{mark('meetings.Notice.address')}@example.com",
            "facts": {"ip": mark("meetings.Notice.facts")},
        },
        Notice.objects.filter(user=eva, meeting=held): {"last_error": mark("meetings.Notice.last_error")},
        EmailAddress.objects.filter(user=eva): {"email": f"{mark('account.EmailAddress.email')}@example.com"},
        EmailConfirmation.objects.all(): {"key": mark("account.EmailConfirmation.key")},
        LogEntry.objects.all(): {"object_repr": f"{name}, expert", "change_message": json.dumps(said)},
        SsoSession.objects.all(): {"held": mark("accounts.SsoSession.held")},
        Authenticator.objects.all(): {"data": {"secret": mark("mfa.Authenticator.data")}},
        SocialAccount.objects.all(): {
            "uid": mark("socialaccount.SocialAccount.uid"),
            "extra_data": {"name": mark("socialaccount.SocialAccount.extra_data")},
        },
        UserSession.objects.all(): {"user_agent": mark("usersessions.UserSession.user_agent")},
        UnmappedRole.objects.all(): {"group": mark("paths.UnmappedRole.group")},
        Nudge.objects.all(): {field: mark(f"meetings.Nudge.{field}") for field in ("subject", "words")},
        ErasureRequest.objects.all(): {"words": mark("paths.ErasureRequest.words")},
    }
    for row, values in marks.items():
        assert row.update(**values)
    return world, eva, {f"{row.model._meta.label}.{field}" for row, values in marks.items() for field in values}


def test_every_column_of_text_is_marked_or_holds_nothing_of_a_person():
    _world, _eva, marked = a_marked_person()
    # Written with their rows, which the database keeps from being changed.
    marked |= {"meetings.MeetingEvent.message", *EVENT}

    assert marked & NOT_THEIRS.keys() == set()
    assert marked | NOT_THEIRS.keys() == columns()


def test_no_mark_is_left():
    world, eva, marked = a_marked_person()
    event = MeetingEvent.objects.get(by=eva)
    said = mark("meetings.MeetingEvent.message")
    MeetingEvent.objects.create(
        meeting=event.meeting, happening=Happening.UPDATED, by=eva, at=NOW, sequence=2, message=said
    )
    # Two columns of the log hold the name, one the link of the expert's room.
    elsewhere = {"admin.LogEntry.object_repr", "admin.LogEntry.change_message", "meetings.Meeting.video_link"}
    marks = {mark(column) for column in (marked - elsewhere) | EVENT} | {said}
    before = dump()
    assert {each for each in marks if each not in before} == set()
    assert before.count(mark("accounts.User.name")) >= 3

    leaving.erase(user=eva, decisions={}, by=world.staff, now=NOW)

    after = dump()
    assert {each for each in marks if each in after} == set()
    assert (Meeting.objects.count(), MeetingEvent.objects.count()) == (2, 2)
    assert Role.EXPERT in Meeting.objects.get(status="held").attendees.values_list("role", flat=True)


def test_a_name_goes_out_of_others_entries_and_only_as_a_whole_word():
    world = a_world()
    User.objects.filter(pk=world.eva.pk).update(name="Zoë", called="")
    LogEntry.objects.log_actions(world.staff.pk, [world.path], CHANGE, json.dumps(["Zoë", "Zoëtrope"]))

    leaving.erase(user=world.eva, decisions={}, by=world.staff, now=NOW)

    assert json.loads(LogEntry.objects.get().change_message) == [str(world.eva.pk), "Zoëtrope"]
