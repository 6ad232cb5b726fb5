"""Rows for tests: people who can sign in, experts with office hours, paths, themes, meetings."""

from datetime import date, timedelta

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from everwise.accounts.models import User
from experts.models import AvailabilityRule, Expert
from meetings.enums import Happening, Kind
from meetings.models import Attendee, Meeting, MeetingEvent
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme

PASSWORD = "everwise-demo"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    time_zone = "Europe/Stockholm"
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        """Without a verified address, sign-in ends on the confirmation page."""
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class ExpertFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Expert
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    title = "Torch coach"
    time_zone = "Europe/Stockholm"
    video_link = "https://meet.example/room"

    @factory.post_generation
    def windows(self, create, extracted, **kwargs):
        """Office hours on working days, unless other windows are given; "" gives none."""
        text = "09:00-12:00, 13:00-17:00" if extracted is None else extracted
        if create and text:
            AvailabilityRule.objects.create(
                expert=self,
                rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
                first_date=date(2020, 1, 1),
                windows=text,
            )


class ProgramFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Program

    name = "Drop-in sessions"


class PathFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Path

    program = factory.SubFactory(ProgramFactory)
    name = factory.Sequence(lambda n: f"Path {n}")
    time_zone = "Europe/Stockholm"


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme

    path = factory.SubFactory(PathFactory)
    name = factory.Sequence(lambda n: f"Theme {n}")
    duration_minutes = 45


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    path = factory.SubFactory(PathFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.PARTICIPANT


def make_dropin(participant, expert, theme, starts_at, **fields) -> Meeting:
    """A drop-in written straight into the tables, past the writer's checks."""
    created_at = fields.pop("created_at", timezone.now() - timedelta(days=1))
    meeting = Meeting.objects.create(
        path=theme.path,
        theme=theme,
        starts_at=starts_at,
        ends_at=starts_at + theme.duration,
        created_at=created_at,
        **{
            "kind": Kind.DROP_IN,
            "title": theme.name,
            "organizer": participant,
            "created_by": participant,
            "video_link": expert.video_link,
            **fields,
        },
    )
    for user, role in ((participant, Role.PARTICIPANT), (expert.user, Role.EXPERT)):
        Attendee.objects.create(
            meeting=meeting,
            user=user,
            role=role,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            live=meeting.status not in {"cancelled", "deleted"},
            added_at=created_at,
        )
    MeetingEvent.objects.create(
        meeting=meeting,
        happening=Happening.BOOKED,
        by=meeting.created_by,
        at=created_at,
        sequence=meeting.sequence,
        facts={
            "starts_at": meeting.starts_at.isoformat(),
            "ends_at": meeting.ends_at.isoformat(),
            "experts": [str(expert.user_id)],
            "participants": [str(participant.pk)],
        },
    )
    return meeting
