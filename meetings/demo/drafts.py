"""A path that is just being set up: its themes are there, its expert has given no hours, nobody has been added."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from everwise.accounts.models import User
from experts.models import Expert
from meetings.demo import data
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme

NAME = "Leading through change"
TEXT = "For leads whose teams are about to work in another way."
THEMES = (
    ("Saying what changes, and what does not", 45, "Find the words before the rumours do."),
    ("Keeping a team going meanwhile", 30, "Half an hour for what can’t wait until it is over."),
)
EXPERT = "Farida Haddad"
BEGAN = timedelta(days=2)


def draft_path(now: datetime, program: Program, admin: User) -> Path:
    """Of the program, with its admin; straight into the tables, since nobody has heard of it yet."""
    path = Path.objects.create(
        program=program,
        name=NAME,
        description=TEXT,
        time_zone="Europe/Stockholm",
        opens_on=now.date() + timedelta(days=4),
        closes_on=now.date() + timedelta(days=120),
        sessions_per_participant=6,
    )
    person = User.objects.create(
        email=f"farida.haddad@{data.DOMAIN}",
        name=EXPERT,
        called=EXPERT.split(" ")[0],
        password=make_password(data.PASSWORD),
        time_zone="Europe/Stockholm",
        zone_asked=True,
        date_joined=now - BEGAN,
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    expert = Expert.objects.create(user=person, title="Torch coach", time_zone="Europe/Stockholm")
    for user, role in ((admin, Role.ADMIN), (person, Role.EXPERT)):
        Membership.objects.create(user=user, path=path, role=role, started_at=now - BEGAN)
    for position, (name, minutes, text) in enumerate(THEMES):
        theme = Theme.objects.create(
            path=path, name=name, description=text, duration_minutes=minutes, position=position
        )
        theme.experts.add(expert)
    return path
