"""What reminders did: who booked within 14 days after one, beside the same people in the 14 days before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, Max, OuterRef, Q, Value

from meetings.constants import FEWEST_NUDGED_SHOWN, NUDGE_WORKS_FOR
from meetings.enums import Kind
from meetings.models import Attendee, Nudge, NudgeRecipient
from paths.enums import Role


@dataclass(frozen=True, slots=True)
class Effect:
    """Of one reminder, in people. `until`: when the days after it are over."""

    number: int
    after: int
    before: int
    opted_out: int
    until: datetime

    @property
    def is_shown(self) -> bool:
        """Whether they are so many that nobody can be told from the numbers."""
        return self.number >= FEWEST_NUDGED_SHOWN

    @property
    def percent_after(self) -> float:
        return self.after / self.number

    @property
    def percent_before(self) -> float:
        return self.before / self.number


def effects(nudges: list[Nudge]) -> dict[UUID, Effect]:
    """By their ids, in one query. Counted is a session that was booked, whatever has become of it since."""
    shifted = {
        name: ExpressionWrapper(OuterRef("at") + Value(shift), output_field=DateTimeField())
        for name, shift in (("after", NUDGE_WORKS_FOR), ("before", -NUDGE_WORKS_FOR))
    }
    booked = Attendee.objects.filter(
        user=OuterRef("user"),
        role=Role.PARTICIPANT,
        meeting__kind=Kind.DROP_IN,
        meeting__path=OuterRef("nudge__path"),
    ).order_by()
    after = booked.filter(meeting__created_at__gte=OuterRef("at"), meeting__created_at__lt=shifted["after"])
    before = booked.filter(meeting__created_at__lt=OuterRef("at"), meeting__created_at__gte=shifted["before"])
    rows = (
        NudgeRecipient.objects.filter(nudge__in=nudges)
        .alias(after=Exists(after), before=Exists(before))
        .order_by()
        .values("nudge")
        .annotate(
            number=Count("pk"),
            booked_after=Count("pk", filter=Q(after=True)),
            booked_before=Count("pk", filter=Q(before=True)),
            opted_out=Count("pk", filter=Q(opted_out_at__isnull=False)),
            last=Max("at"),
        )
    )
    return {
        row["nudge"]: Effect(
            row["number"], row["booked_after"], row["booked_before"], row["opted_out"], row["last"] + NUDGE_WORKS_FOR
        )
        for row in rows
    }
