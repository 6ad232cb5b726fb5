"""Carries out what was decided of the meetings of somebody who leaves, inside meetings/booking/leaving."""

from collections import Counter
from datetime import datetime
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.wording import isolated
from experts.models import Expert
from meetings.booking import hold
from meetings.booking.errors import BookingError
from meetings.booking.reassign import hand_to
from meetings.booking.records import call_off, concerned, facts_of, record, tell
from meetings.booking.settling import Case, Decision, Leaving, Way
from meetings.enums import Happening
from meetings.permissions import standings
from meetings.slots.one_start import StartCheck
from paths.enums import Role
from paths.models import Path, Theme


class Settlement:
    """What has become of the meetings, one after the other. All people and paths are locked."""

    def __init__(self, leaving: Leaving, *, by: User, now: datetime, message: str):
        self.leaving, self.by, self.now, self.message = leaving, by, now, message
        self._done: Counter[tuple[UUID, Way]] = Counter()
        self._given_to: set[UUID] = set()

    @property
    def tally(self) -> dict[str, int]:
        """How many meetings went which way."""
        found: Counter[str] = Counter()
        for (_path, way), number in self._done.items():
            found[way.value] += number
        return dict(found)

    def tally_of(self, path: Path) -> dict[str, int]:
        return {way.value: number for (of, way), number in self._done.items() if of == path.pk}

    def carry_out(self, case: Case, decision: Decision) -> str:
        """Do it; or say why that can't be, with nothing written of this meeting."""
        if decision.way == Way.GIVE:
            problem = self._give(case, decision)
        elif decision.way not in case.ways:
            problem = _("This can’t be chosen any more. Choose again.")
        elif decision.way == Way.CANCEL:
            problem = self._call_off(case)
        else:
            problem = self._go_on(case, decision)
        if not problem:
            self._done[case.meeting.path_id, decision.way] += 1
        return problem

    def _give(self, case: Case, decision: Decision) -> str:
        meeting = case.meeting
        expert = Expert.objects.select_related("user").filter(user=decision.to).first() if decision.to else None
        if expert is None or not meeting.is_dropin or case.role != Role.EXPERT or expert.user == self.leaving.user:
            return _("This can’t be chosen any more. Choose again.")
        participant = meeting.participants[0]
        theme = cast("Theme", meeting.theme)
        moment = StartCheck(
            theme,
            meeting.starts_at,
            meeting.duration_minutes,
            participant=participant,
            now=self.now,
            moving=meeting,
            booked=True,
        )
        try:
            agreed = hold.terms(theme.pk, self.by, participant)
        except BookingError as error:
            return str(error)
        moment.renew(agreed.theme, meeting.duration_minutes)
        chosen = moment.free(expert.pk)
        if not chosen:
            if expert.user_id in self._given_to:
                return _("%(name)s can’t take this one besides the others. Choose again.") % {"name": isolated(expert)}
            if moment.hours_offer:
                return _("%(name)s was just booked at this time. Choose again.") % {"name": isolated(expert)}
            return _("%(name)s is no longer free at this time. Choose again.") % {"name": isolated(expert)}
        if case.organizes:
            meeting.organizer = expert.user
            meeting.save(update_fields=["organizer"])
        hand_to(meeting, chosen[0], by=self.by, now=self.now)
        self._given_to.add(expert.user_id)
        return ""

    def _call_off(self, case: Case) -> str:
        meeting = case.meeting
        used = False
        if meeting.is_dropin and self.by in meeting.participants:
            # Whoever leaves cancels like anybody else: late, the session counts as used.
            own = not standings.meeting_standings(self.by, meeting) & standings.CHANGERS
            used = own and self.now > meeting.change_until
        call_off(meeting, self.by, self.now, message=self.message, used=used)
        return ""

    def _go_on(self, case: Case, decision: Decision) -> str:
        """The meeting takes place, with them or without, and perhaps with another organizer."""
        meeting, user = case.meeting, self.leaving.user
        organizer = None
        if case.organizes:
            organizer = next((person for person in case.organizers if person.pk == decision.organizer), None)
            if organizer is None:
                return _("Choose who organizes this meeting from now on.")
        before = facts_of(meeting)
        mine = meeting.attendees.filter(user=user)
        if decision.way == Way.KEEP:
            mine.update(kept_at=self.now)
        elif decision.way == Way.REMOVE:
            mine.update(live=False, removed_at=self.now)
        if organizer is None and decision.way == Way.KEEP:
            # Nobody needs an e-mail: all come as they would have.
            return ""
        meeting.organizer = organizer or meeting.organizer
        meeting.sequence += 1
        meeting.save(update_fields=["organizer", "sequence"])
        happening = Happening.UPDATED if decision.way == Way.REMOVE else Happening.HANDED_OVER
        event = record(meeting, happening, self.by, self.now, before=before)
        told = {UUID(before["organizer"]): Happening.HANDED_OVER} | dict.fromkeys(concerned(meeting), happening)
        if decision.way == Way.REMOVE:
            told[user.pk] = Happening.REMOVED
        tell(event, told, self.now)
        return ""
