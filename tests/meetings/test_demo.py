from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from everwise.accounts.models import User
from experts.models import BusyTime, DateOverride, Expert
from meetings.booking import lost_sessions
from meetings.booking.credits import credits_of
from meetings.demo import crowd, data, drafts
from meetings.enums import Happening, Kind, Status
from meetings.integrity import invariants
from meetings.models import Meeting, MeetingEvent, Note, Notice, Rating
from paths.enums import InvitationState, Role
from paths.models import Invitation, Membership, Path, Theme

pytestmark = pytest.mark.django_db

# The demo is right whenever it is loaded: days at which something that it is made of turns over.
INSTANTS = (
    "2026-11-28T01:30Z",  # a Saturday, whose last two days are working days
    "2026-11-29T12:00Z",  # a Sunday
    "2026-11-30T00:05Z",  # a Monday, before it begins in America
    "2027-02-28T23:59Z",  # the end of the shortest month
    "2028-02-26T12:00Z",  # three days before 29 February
    "2028-02-29T09:00Z",  # 29 February
    "2028-03-01T00:01Z",  # the day after it
    "2026-12-31T23:50Z",  # minutes before a year ends
    "2026-01-01T00:05Z",  # minutes after it began
    "2027-03-14T07:30Z",  # America's clocks have gone forward
    "2027-03-28T00:30Z",  # Europe's are about to
    "2027-10-31T00:30Z",  # Europe's are about to go back
    "2027-11-07T06:30Z",  # and America's just have
    "2027-04-03T14:45Z",  # Lord Howe's are about to go back, by half an hour
    "2027-10-02T15:45Z",  # and forward
    "2036-11-28T17:00Z",  # ten years on
)


@pytest.fixture(autouse=True)
def demo_allowed(settings):
    settings.DEMO = True


def run(**options):
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def person(mailbox):
    return User.objects.get(email=f"{mailbox}@demo.example")


# The days are the demo's own doing; two of them show that another database takes it.
DAYS = [*INSTANTS[:2], *(pytest.param(instant, marks=pytest.mark.any_database) for instant in INSTANTS[2:])]


@pytest.fixture(scope="class", params=DAYS)
def printed(request, django_db_setup, django_db_blocker):
    """The demo once for all tests of a class and a moment, at which the clock stands: what the command printed."""
    with (
        time_machine.travel(request.param, tick=False),
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(DEMO=True),
    ):
        yield run()
        transaction.set_rollback(True)


@pytest.mark.usefixtures("printed")
class TestDemo:
    def test_makes_program_people_and_meetings(self):
        assert Path.objects.count() == 4
        assert sorted(Theme.objects.values_list("duration_minutes", flat=True)) == [30, 30, 30, 30, 45, 45, 45, 45, 60]
        assert Expert.objects.count() == 9
        assert Membership.objects.filter(role=Role.PARTICIPANT).values("user").distinct().count() == 14 + 400
        assert Meeting.objects.count() == 67
        assert Meeting.objects.filter(kind=Kind.AD_HOC).count() == 7
        assert Meeting.objects.filter(status=Status.NO_SHOW_PARTICIPANT).count() == 2
        assert Meeting.objects.filter(status=Status.CANCELLED).count() == 6
        assert set(Meeting.objects.filter(status=Status.CANCELLED).values_list("counts_as_used", flat=True)) == {
            True,
            False,
        }
        assert DateOverride.objects.exists()
        assert BusyTime.objects.exists()

    def test_ad_hoc_meetings_show_every_organizer_and_fate(self):
        path = Path.objects.get(name=data.LEAD)
        ad_hoc = {meeting.title: meeting for meeting in Meeting.objects.filter(kind=Kind.AD_HOC, path=path)}

        def told(title):
            meeting = ad_hoc[title]
            role = dict(meeting.attendees.values_list("user", "role")).get(meeting.organizer_id)
            events = list(meeting.events.values_list("happening", flat=True))
            return (meeting.organizer.name, role, meeting.created_by.name, meeting.status, events)

        assert {title: told(title) for title in ad_hoc} == {
            "Looking back on your first month": (
                "Maya Lindqvist",
                "participant",
                "Helen Castillo",
                "scheduled",
                ["scheduled"],
            ),
            "Two new leads compare notes": (
                "Oliver Hawthorne",
                "expert",
                "Oliver Hawthorne",
                "scheduled",
                ["scheduled", "updated"],
            ),
            "Halfway through the path": ("Ruth Abara", None, "Ruth Abara", "scheduled", ["scheduled"]),
            "Practising a difficult opening": ("Ruth Abara", None, "Ruth Abara", "deleted", ["scheduled", "deleted"]),
            "A short look at your first talk": (
                "Helen Castillo",
                "expert",
                "Helen Castillo",
                "scheduled",
                ["scheduled"],
            ),
            "Welcome to the path": ("Ruth Abara", None, "Ruth Abara", "held", ["scheduled", "outcome"]),
        }
        assert all(meeting.agenda for meeting in ad_hoc.values())
        assert ad_hoc["Halfway through the path"].place == "Lake room, Stockholm office"
        (edited,) = ad_hoc["Two new leads compare notes"].events.filter(happening="updated")
        assert set(edited.facts["before"]) == {"place", "starts_at", "ends_at"}

    def test_experts_live_in_eight_zones(self):
        assert {str(expert.time_zone) for expert in Expert.objects.all()} == {
            "America/New_York",
            "Europe/London",
            "Asia/Kolkata",
            "Australia/Lord_Howe",
            "America/Chicago",
            "Europe/Stockholm",
            "Asia/Tokyo",
            "America/Sao_Paulo",
        }

    def test_participant_has_sessions_used_booked_and_added(self):
        maya, now = person("participant"), timezone.now()
        path = Path.objects.get(name=data.LEAD)

        used = credits_of(maya, [path], now=now)[path.pk]

        assert (used.used, used.booked, used.total) == (2, 2, 6)
        assert Meeting.objects.of(maya).upcoming(now).filter(kind=Kind.AD_HOC, path=path).count() == 1
        assert set(Path.objects.visible_to(maya)) == set(Path.objects.exclude(name__in=[drafts.NAME, crowd.NAME]))

    def test_people_have_the_roles_they_are_named_for(self):
        lead = Path.objects.get(name=data.LEAD)

        def roles(mailbox):
            return list(Membership.objects.live().filter(user=person(mailbox)).values_list("path", "role"))

        assert roles("expert") == [(lead.pk, Role.EXPERT)]
        draft = Path.objects.get(name=drafts.NAME)
        assert sorted(roles("admin")) == sorted([(lead.pk, Role.ADMIN), (draft.pk, Role.ADMIN)])
        assert dict(roles("program-admin")) == dict.fromkeys(Path.objects.values_list("pk", flat=True), Role.ADMIN)
        assert roles("staff") == []
        assert (person("staff").is_staff, person("staff").is_superuser) == (True, True)
        assert User.objects.filter(is_staff=True).count() == 1

    def test_one_path_is_a_draft_whose_expert_has_no_hours(self):
        (draft,) = Path.objects.filter(opened_at__isnull=True)

        (expert,) = Expert.objects.filter(user__memberships__path=draft, user__memberships__role=Role.EXPERT)
        assert draft.themes.filter(experts=expert).count() == 2
        assert not expert.rules.exists()
        assert not draft.memberships.filter(role=Role.PARTICIPANT).exists()
        assert not Notice.objects.filter(facts__path=str(draft.pk)).exists()

    def test_two_have_not_accepted_and_the_time_of_one_has_run_out(self):
        states = [each.state(timezone.now()) for each in Invitation.objects.order_by("-sent_at")]

        assert states == [InvitationState.INVITED, InvitationState.EXPIRED]

    def test_everybody_who_is_not_invited_can_sign_in(self):
        verified = EmailAddress.objects.filter(verified=True, primary=True).values_list("user", flat=True)

        there = User.objects.exclude(invitations__in=Invitation.objects.open())
        assert set(verified) == set(there.values_list("pk", flat=True))
        assert all(user.check_password("everwise-demo") for user in there)
        assert authenticate(email="participant@demo.example", password="everwise-demo") == person("participant")

    def test_leaves_only_notices_of_coming_meetings_to_be_sent(self):
        now = timezone.now()

        due = Notice.objects.due(now)

        assert due.exists()
        assert not due.filter(meeting__starts_at__lte=now).exists()
        assert not Notice.objects.of_changes().filter(due_at__gt=now).exists()
        assert Notice.objects.reminders().filter(due_at__gt=now).exists()

    def test_leaves_nothing_of_the_past_open_but_what_can_still_be_marked(self):
        over = Meeting.objects.scheduled().filter(ends_at__lte=timezone.now())

        assert [meeting.title for meeting in over] == ["A short look at your first talk"]
        assert list(over.unmarked(timezone.now()).markable_by(person("expert"))) == list(over)

    def test_fits_together_and_into_the_past_and_future_it_is_about(self):
        now = timezone.now()

        assert {words: count for words, count in invariants.count_broken(now).items() if count} == {}
        assert Meeting.objects.upcoming(now).count() == 24 + 1
        assert Meeting.objects.filter(created_at__gt=now).count() == 0
        assert Meeting.objects.filter(starts_at__lt=now - timedelta(days=50)).count() == 0
        assert Meeting.objects.filter(created_at__gt=F("starts_at")).count() == 0
        assert MeetingEvent.objects.filter(at__gt=now).count() == 0

    def test_lost_session_can_be_booked_anew_and_one_was(self):
        maya, rescued = person("participant"), Meeting.objects.get(rescues__isnull=False)
        (lost,) = Meeting.objects.with_people().filter(status=Status.CANCELLED, organizer=maya)

        assert lost_sessions.free(lost_sessions.openings(lost, maya, timezone.now()), lost)
        assert rescued.status == Status.SCHEDULED

    def test_one_session_was_given_to_another_expert(self):
        event = MeetingEvent.objects.get(happening=Happening.REASSIGNED)
        (before,), (after,) = event.facts["before"]["experts"], event.facts["experts"]

        assert str(event.by_id) == before != after
        assert event.meeting.is_scheduled

    def test_sessions_are_rated_and_written_about(self):
        assert Rating.objects.values("stars").distinct().count() == 3
        assert Note.objects.filter(author=person("participant")).count() == 2
        assert Note.objects.count() == 5

    def test_prints_sign_ins(self, printed):
        assert "everwise-demo" in printed
        assert all(f"{name}@demo.example" in printed for name in ("participant", "expert", "admin", "staff"))


def test_demo_if_empty_keeps_what_is_there():
    User.objects.create_user("someone@example.com", "secret", name="Someone")

    printed = run(if_empty=True)

    assert printed == ""
    assert User.objects.count() == 1


def test_demo_if_empty_names_sign_ins_that_are_there():
    User.objects.create_user("admin@demo.example", "everwise-demo", name="Ruth Abara")

    printed = run(if_empty=True)

    assert "admin@demo.example" in printed
    assert "participant@demo.example" not in printed
    User.objects.create_user("participant@demo.example", "everwise-demo", name="Maya Lindqvist")
    assert "participant@demo.example" in run(if_empty=True)


def test_demo_refuses_database_with_people():
    User.objects.create_user("someone@example.com", "secret", name="Someone")

    with pytest.raises(CommandError, match="only goes into an empty one"):
        run()

    assert User.objects.count() == 1


def test_demo_refuses_without_its_setting(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        run(if_empty=True)

    assert User.objects.count() == 0
