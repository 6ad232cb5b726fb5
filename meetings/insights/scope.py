"""Of which sessions insights tell."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from experts.availability import to_instant
from meetings.enums import Kind
from meetings.models import Attendee, AttendeeQuerySet, Meeting, MeetingQuerySet
from paths.enums import Role
from paths.models import Path

DAY = timedelta(days=1)
# So many weeks are told one by one; of more, the months are.
MOST_WEEKS = 27


def zone_of(path: Path) -> ZoneInfo:
    """Also of a path that was just made, whose zone is a name until it is read again."""
    return ZoneInfo(str(path.time_zone))


def midnight(day: date, path: Path) -> datetime:
    """The beginning of a date in the path's zone."""
    return datetime.fromtimestamp(to_instant(datetime.combine(day, time.min), str(path.time_zone)), tz=UTC)


@dataclass(frozen=True)
class InsightScope:
    """Drop-ins of the path that start from `first` to `last`, dates in its zone, both included."""

    path: Path
    now: datetime
    first: date
    last: date
    theme: UUID | None = None
    expert: UUID | None = None

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.path)

    @property
    def since(self) -> datetime:
        return midnight(self.first, self.path)

    @property
    def until(self) -> datetime:
        return midnight(self.last + DAY, self.path)

    def sessions(self) -> MeetingQuerySet:
        found = Meeting.objects.filter(self._which("")).order_by()
        return found.filter(self._given("pk")) if self.expert else found

    def takers(self) -> AttendeeQuerySet:
        """The participants of the sessions, each session's row."""
        found = Attendee.objects.present().filter(self._which("meeting__"), role=Role.PARTICIPANT).order_by()
        return found.filter(self._given("meeting")) if self.expert else found

    def givers(self) -> AttendeeQuerySet:
        """The experts of the sessions, each session's row."""
        found = Attendee.objects.present().filter(self._which("meeting__"), role=Role.EXPERT).order_by()
        return found.filter(user=self.expert) if self.expert else found

    def _given(self, key: str) -> Exists:
        """By the expert, of rows whose meeting has this `key`."""
        gives = Attendee.objects.present().filter(meeting=OuterRef(key), user=self.expert, role=Role.EXPERT)
        return Exists(gives.order_by())

    def _which(self, of: str) -> Q:
        asked = {"path": self.path, "kind": Kind.DROP_IN, "starts_at__gte": self.since, "starts_at__lt": self.until}
        if self.theme:
            asked["theme"] = self.theme
        return Q(**{f"{of}{name}": value for name, value in asked.items()})

    @property
    def by_month(self) -> bool:
        return (self.last - self.first).days >= MOST_WEEKS * 7

    @property
    def periods(self) -> list[date]:
        """The first days of the weeks, or months, that it touches."""
        starts, day = [], period_of(self.first, by_month=self.by_month)
        while day <= self.last:
            starts.append(day)
            day = period_of(day + (32 if self.by_month else 7) * DAY, by_month=self.by_month)
        return starts


def period_of(day: date, *, by_month: bool) -> date:
    """The first day of its week, a Monday, or of its month."""
    return day.replace(day=1) if by_month else day - day.weekday() * DAY
