"""A path with many people, so that its lists have pages: 380 participants, and 20 who have left."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from everwise.accounts.models import User
from experts.models import Expert
from meetings.demo import data
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme

NAME = "Speaking up at work"
TEXT = "Open to everybody in the company: one session, whenever you have something to say and don’t know how."
THEME, THEME_TEXT, MINUTES = "Saying it out loud", "Try the sentence before the meeting does.", 30
FIRST = [
    "Alma",
    "Bo",
    "Carla",
    "Dario",
    "Edda",
    "Farouk",
    "Greta",
    "Hugo",
    "Imani",
    "Jun",
    "Katja",
    "Luis",
    "Mina",
    "Nils",
    "Olga",
    "Paulo",
    "Rosa",
    "Samir",
    "Tilda",
    "Yuki",
]
LAST = [
    "Abel",
    "Brandt",
    "Costa",
    "Dahl",
    "Engel",
    "Farkas",
    "Greco",
    "Hansen",
    "Ito",
    "Jensen",
    "Keller",
    "Lopes",
    "Moreau",
    "Nagy",
    "Okoye",
    "Peri",
    "Quist",
    "Roth",
    "Sato",
    "Toth",
]
EXPERTS = ("Beatriz Moura", "Haruto Nishimura")
LEFT = 20
BEGAN, ENDED = timedelta(days=40), timedelta(days=9)


def crowded_path(now: datetime, program: Program) -> Path:
    """Of the program, whose admins are its only ones; straight into the tables, as everybody heard of it long ago."""
    path = Path.objects.create(
        program=program,
        name=NAME,
        description=TEXT,
        time_zone="Europe/Berlin",
        opened_at=now - BEGAN,
        sessions_per_participant=2,
    )
    theme = Theme.objects.create(path=path, name=THEME, description=THEME_TEXT, duration_minutes=MINUTES)
    experts = list(Expert.objects.filter(user__name__in=EXPERTS).select_related("user"))
    theme.experts.set(experts)
    password = make_password(data.PASSWORD)
    people = User.objects.bulk_create(
        User(
            email=f"{first}.{last}@{data.DOMAIN}".lower(),
            name=f"{first} {last}",
            called=first,
            password=password,
            time_zone="Europe/Berlin",
            zone_asked=True,
            date_joined=now - BEGAN,
        )
        for last in LAST
        for first in FIRST
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people
    )
    members = [Membership(user=expert.user, role=Role.EXPERT) for expert in experts]
    members += [Membership(user=user, role=Role.PARTICIPANT) for user in people]
    for member in members[-LEFT:]:
        member.ended_at = now - ENDED
    for member in members:
        member.path, member.started_at = path, now - BEGAN
    Membership.objects.bulk_create(members)
    return path
