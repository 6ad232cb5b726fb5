"""All that the page tells of one scope, each part asked of the database once and only if it is looked at."""

from functools import cached_property
from uuid import UUID

from meetings.insights import ratings, sessions
from meetings.insights.ratings import ShownRatings
from meetings.insights.scope import InsightScope
from meetings.insights.sessions import GivenSessions, InsightSums, SessionEndings
from meetings.pages.invited import ExpertEver


class InsightReport:
    """`everybody` who is an expert of the path, or was, by id and in the order of their names."""

    def __init__(self, scope: InsightScope, everybody: dict[UUID, ExpertEver], participants: int):
        self.scope, self.everybody, self.participants = scope, everybody, participants

    @cached_property
    def endings(self) -> SessionEndings:
        return sessions.endings(self.scope)

    @cached_property
    def given(self) -> dict[UUID, GivenSessions]:
        return sessions.given(self.scope)

    @cached_property
    def sums(self) -> InsightSums:
        return sessions.sums(self.scope)

    @cached_property
    def ratings(self) -> ShownRatings:
        return ratings.ratings(self.scope)

    @property
    def is_empty(self) -> bool:
        return not self.endings.booked

    @property
    def experts(self) -> list[UUID]:
        """Those of whom there is anything to tell, in the order of their names."""
        told = {*self.given, *self.sums.offered, *self.ratings.of_experts, *self.ratings.hidden}
        return [pk for pk in self.everybody if pk in told]
