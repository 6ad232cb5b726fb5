"""What a new path takes over from another one: themes with their questions and who takes them, experts, participants.

Retired themes, people who have left, meetings, extra sessions and what was used never come along. Takes part in the
transaction of paths/setting_up, which holds the source and everybody who comes along.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from everwise.accounts.models import User
from experts.models import Expert
from paths.enums import Happened, Role, Via
from paths.models import Membership, Path, PathEvent, Theme, ThemeQuestion

BATCH = 1_000
# What “Themes and settings” are beside the themes.
SETTINGS = (
    "description",
    "time_zone",
    "language",
    "start_interval_minutes",
    "notice_minutes",
    "horizon_days",
    "change_until_minutes",
    "sessions_per_participant",
    "sessions_per_month",
    "sessions_at_once",
    "most_moves",
    "last_call_days",
    "no_shows_allowed",
)


def people_of(path: UUID, roles: Iterable[Role]) -> dict[UUID, Role]:
    """Who is on the path in one of these roles and can sign in or was invited to: by id, in the order they came."""
    live = Membership.objects.live().filter(path=path, role__in=list(roles), user__is_active=True)
    rows = live.order_by("started_at", "pk").values_list("user", "role")
    return {user: Role(role) for user, role in rows}


def settings_of(source: Path) -> dict[str, object]:
    return {name: getattr(source, name) for name in SETTINGS}


def copy_themes(*, source: Path, path: Path, experts: set[UUID]) -> list[Theme]:
    """The source's themes on the path, each with those of its experts (ids of users) who come along."""
    originals = list(Theme.objects.filter(path=source, retired_at__isnull=True))
    copies = [
        Theme(
            path=path,
            name=theme.name,
            description=theme.description,
            duration_minutes=theme.duration_minutes,
            position=theme.position,
        )
        for theme in originals
    ]
    Theme.objects.bulk_create(copies, batch_size=BATCH)
    copy_of = {theme.pk: copy for theme, copy in zip(originals, copies, strict=True)}
    taken = Theme.experts.through.objects.filter(theme__in=list(copy_of), expert__user__in=experts)
    Theme.experts.through.objects.bulk_create(
        [
            Theme.experts.through(theme_id=copy_of[theme].pk, expert_id=expert)
            for theme, expert in taken.order_by("pk").values_list("theme", "expert")
        ],
        batch_size=BATCH,
    )
    ThemeQuestion.objects.bulk_create(
        [
            ThemeQuestion(theme=copy_of[row.theme_id], position=row.position, text=row.text, required=row.required)
            for row in ThemeQuestion.objects.filter(theme__in=list(copy_of))
        ],
        batch_size=BATCH,
    )
    return copies


def add_themes(*, path: Path, themes: Iterable[tuple[str, int]]) -> list[Theme]:
    """Themes by name and minutes, in this order, each taken by all of the path's experts."""
    made = [
        Theme(path=path, name=name, duration_minutes=minutes, position=position)
        for position, (name, minutes) in enumerate(themes, 1)
    ]
    Theme.objects.bulk_create(made, batch_size=BATCH)
    live = Membership.objects.live().filter(path=path, role=Role.EXPERT)
    experts = list(Expert.objects.filter(user__in=live.values("user")).order_by("pk").values_list("pk", flat=True))
    taken = [Theme.experts.through(theme_id=theme.pk, expert_id=expert) for theme in made for expert in experts]
    Theme.experts.through.objects.bulk_create(taken, batch_size=BATCH)
    return made


def add_participants(*, path: Path, people: Iterable[UUID], by: User, now: datetime, via: Via) -> None:
    """Put these people on a draft as participants: they hear of it when it is opened.

    As enrolment.place does for each, but ten thousand in a few statements.
    """
    chosen = list(people)
    Membership.objects.bulk_create(
        [Membership(path=path, user_id=user, role=Role.PARTICIPANT, started_at=now) for user in chosen],
        batch_size=BATCH,
    )
    facts = {"role": Role.PARTICIPANT.value}
    PathEvent.objects.bulk_create(
        [
            PathEvent(path=path, what=Happened.ADDED, by=by, about_id=user, at=now, via=via, facts=facts)
            for user in chosen
        ],
        batch_size=BATCH,
    )
