"""People for the races, made inside an installation, and what has become of their meetings: both printed as JSON."""

import json
from datetime import date

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from everwise.accounts.models import User
from experts.models import AvailabilityRule, Expert
from meetings.models import Meeting
from paths.models import Membership, Path, Program, Theme

PASSWORD = "a-long-and-plain-sentence"
PARTICIPANTS, EXPERTS, MINUTES = 60, 5, 30


def make() -> None:
    """A path with a theme, its participants, and experts whose hours never end."""
    password = make_password(PASSWORD)

    def person(name):
        user = User.objects.create(email=f"{name}@crowd.example", name=name.title(), time_zone="UTC", password=password)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    program = Program.objects.create(name="Races")
    policy = {"time_zone": "UTC", "notice_minutes": 0, "opened_at": timezone.now()}
    path = Path.objects.create(program=program, name="Races", **policy)
    theme = Theme.objects.create(path=path, name="Race", duration_minutes=MINUTES)
    for number in range(EXPERTS):
        expert = Expert.objects.create(user=person(f"expert{number}"))
        always = {"rrule": "FREQ=DAILY", "first_date": date(2026, 1, 1), "windows": [[0, 1440]]}
        AvailabilityRule.objects.create(expert=expert, **always)
        Membership.objects.create(path=path, user=expert.user, role="expert")
        theme.experts.add(expert)
    for number in range(PARTICIPANTS):
        Membership.objects.create(path=path, user=person(f"p{number}"), role="participant")
    print(json.dumps({"path": str(path.pk), "theme": str(theme.pk)}))


def tell() -> None:
    """Every meeting, with the e-mail addresses of those whose time it takes."""
    meetings = Meeting.objects.prefetch_related("attendees__user")
    print(
        json.dumps(
            [
                {
                    "id": str(meeting.pk),
                    "start": meeting.starts_at.isoformat(),
                    "people": [each.user.email for each in meeting.attendees.all() if each.live],
                }
                for meeting in meetings
            ]
        )
    )
