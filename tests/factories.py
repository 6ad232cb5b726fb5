"""Rows for tests by factory_boy; tests call the verbs of tests/scene.py, which say what they make."""

from datetime import UTC, datetime, timedelta

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from everwise.accounts.models import User
from experts.models import AvailabilityRule, Expert
from meetings.enums import Kind
from meetings.models import Attendee, Meeting
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)  # a Monday
PASSWORD = "everwise-demo"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = "Pia"
    # As most say in their profile; a test of names says it itself.
    called = factory.LazyAttribute(lambda user: (user.name.split() or [""])[0])
    zone_asked = True
    email = factory.Sequence(lambda number: f"person{number}@example.com")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        """Without a verified address, sign-in ends on the page that asks to confirm it."""
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class ExpertFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Expert

    user = factory.SubFactory(UserFactory, name="Eva")
    video_link = factory.Sequence(lambda number: f"https://video.example.test/{number}")


class AvailabilityRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AvailabilityRule

    expert = factory.SubFactory(ExpertFactory)
    rrule = "FREQ=DAILY"
    first_date = (NOW - timedelta(days=60)).date()
    windows = "09:00-17:00"


class ProgramFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Program

    name = "Coaching on demand"


class PathFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Path

    program = factory.SubFactory(ProgramFactory)
    name = "Leading others"
    # So that a test meets only the rule it is about.
    notice_minutes = 0
    opened_at = datetime(2020, 1, 1, tzinfo=UTC)


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme

    path = factory.SubFactory(PathFactory)
    name = "Giving feedback"
    duration_minutes = 30


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    path = factory.SubFactory(PathFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.PARTICIPANT


class MeetingFactory(factory.django.DjangoModelFactory):
    """Past the writer's checks: an ad-hoc meeting, without the people in it, unless told otherwise."""

    class Meta:
        model = Meeting

    path = factory.SubFactory(PathFactory)
    kind = Kind.AD_HOC
    title = "Catching up"
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(minutes=30))
    created_at = NOW


class AttendeeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendee

    starts_at = factory.SelfAttribute("meeting.starts_at")
    ends_at = factory.SelfAttribute("meeting.ends_at")
    live = factory.LazyAttribute(lambda attendee: attendee.meeting.status not in {"cancelled", "deleted"})
    added_at = factory.SelfAttribute("meeting.created_at")
