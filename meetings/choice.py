"""The fair choice among experts who are free at the same time."""

import hashlib
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from experts.models import Expert
from meetings.models import Attendee
from paths.enums import Role

AROUND = timedelta(days=14)


def fairest(experts: list[Expert], start: datetime, *, seed: str) -> Expert:
    """The expert with the fewest live sessions in the 28 days around, then the one least recently assigned.

    `seed` breaks the remaining ties: the same seed chooses the same expert, different seeds spread.
    """
    if len(experts) == 1:
        return experts[0]
    near = Q(live=True, starts_at__gte=start - AROUND, starts_at__lt=start + AROUND)
    rows = (
        Attendee.objects.filter(user__in=[expert.user_id for expert in experts], role=Role.EXPERT)
        .order_by()
        .values("user")
        .annotate(sessions=Count("pk", filter=near), assigned=Max("added_at"))
    )
    load = {row["user"]: (row["sessions"], row["assigned"].timestamp()) for row in rows}

    def rank(expert: Expert):
        sessions, assigned = load.get(expert.user_id, (0, 0.0))
        return sessions, assigned, hashlib.sha256(f"{seed}:{expert.pk}".encode()).digest()

    return min(experts, key=rank)
