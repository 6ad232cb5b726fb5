"""Ad-hoc meetings: added, edited, handed over, deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise.accounts.models import User
from everwise.wording import isolated
from meetings.booking import conflicts
from meetings.booking.errors import BookingRefused, Clashing, Doubtful, Overtaken, PathNotOpen, Unfit
from meetings.booking.records import (
    attend,
    call_off,
    concerned,
    facts_of,
    fill,
    made_by,
    move_attendees,
    people_of,
    record,
    reread,
    tell,
)
from meetings.booking.waitlist import held
from meetings.constants import LONGEST_ADHOC, SHORTEST_ADHOC
from meetings.enums import Action, Happening, Kind
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import Meeting
from meetings.permissions import can, deadlines, standings
from paths import states
from paths.enums import Role
from paths.models import Membership, Path

OVER = gettext_lazy("That time is over. Choose a start in the future.")


def not_in_meeting(person: User) -> str:
    said = _("%(name)s would not be in the meeting. Choose one of its people as the organizer.")
    return said % {"name": isolated(person)}


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """What an ad-hoc meeting shall be. Instants are aware, in UTC.

    organizer None: the person who schedules; when a meeting is edited, its organizer stays.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    experts: tuple[User, ...]
    participants: tuple[User, ...]
    organizer: User | None = None
    agenda: str = ""
    place: str = ""
    video_link: str = ""

    @property
    def people(self) -> dict[UUID, tuple[User, Role]]:
        experts = {user.pk: (user, Role.EXPERT) for user in self.experts}
        return experts | {user.pk: (user, Role.PARTICIPANT) for user in self.participants}


@in_turn(Overtaken)
def add_manually(
    *, path: Path, plan: MeetingPlan, by: User, token: UUID, now: datetime, accepted: Collection[str] = ()
) -> Meeting:
    """Schedule an ad-hoc meeting. `accepted` holds the keys of the doubts (freebusy) that are overridden.

    The same `token` from the same person returns the meeting that it made. Raises Refused, PathNotOpen on a draft,
    Unfit, Clashing, Doubtful.
    """
    with transaction.atomic():
        lock_people(plan.people, by=by.pk)
        if made := made_by(by, token):
            return made
        if not can(Action.SCHEDULE, Kind.AD_HOC, standings.path_standings(by, path)):
            raise BookingRefused(deadlines.REFUSED[Action.SCHEDULE, Kind.AD_HOC])
        # A path that has been opened is no draft again, so this needs no lock. One that has closed may have more.
        if Path.objects.filter(pk=path.pk, opened_at__isnull=True).exists():
            raise PathNotOpen(states.draft_words())
        _check_people(plan, path)
        _check_organizer(plan.organizer, plan, allowed={by.pk})
        _check_time(plan, now)
        overridden = _check_free(plan, accepted)
        meeting = Meeting.objects.create(
            path=path,
            kind=Kind.AD_HOC,
            organizer=plan.organizer or by,
            created_by=by,
            created_at=now,
            **_content(plan),
        )
        roles = {pk: role for pk, (_user, role) in plan.people.items()}
        fill(meeting, roles, now)
        held.settle(meeting, roles, now)
        event = record(meeting, Happening.SCHEDULED, by, now, token=token, overridden=overridden, roles=roles)
        tell(event, dict.fromkeys(concerned(meeting), Happening.SCHEDULED), now)
    return meeting


@in_turn(Overtaken)
def edit(
    *,
    meeting: Meeting,
    plan: MeetingPlan,
    by: User,
    sequence: int,
    token: UUID,
    now: datetime,
    accepted: Collection[str] = (),
) -> Meeting:
    """Make the meeting what the plan says, keeping its identity; without any difference nothing happens.

    `sequence` is the meeting's as the form showed it. An organizer who is neither expert nor admin of the path adds
    nobody, overrides no doubt, and keeps the video link. Raises Refused, Stale, Unfit, Clashing, Doubtful.
    """
    with transaction.atomic():
        # The organizer too, who need not attend: nobody becomes one while they leave the path.
        lead = [plan.organizer.pk] if plan.organizer else []
        lock_people([*plan.people, *people_of(meeting), *lead], by=by.pk)
        if made := made_by(by, token):
            return made
        current = reread(meeting, by, Action.EDIT, now, sequence)
        before = facts_of(current)
        roles = dict(current.attendees.present().values_list("user", "role"))
        limited = not standings.path_standings(by, current.path) & standings.CHANGERS
        if limited:
            accepted = ()
            _check_limits(plan, current, roles)
        _check_people(plan, current.path, already=roles)
        organizer = plan.organizer or current.organizer
        outside = {current.organizer_id} if limited else _organizers(current)
        # Not somebody whom this very edit takes out: then another must be named.
        _check_organizer(organizer, plan, allowed=outside - (roles.keys() - plan.people.keys()))
        _check_on_path(organizer, current)
        moved = (plan.starts_at, plan.ends_at) != (current.starts_at, current.ends_at)
        if moved:
            _check_time(plan, now)
        overridden = _check_free(plan, accepted, but=current, known=asked_before(current, plan.starts_at, plan.ends_at))
        content = _content(plan)
        for name, value in content.items():
            setattr(current, name, value)
        current.organizer = organizer
        people = {pk: role for pk, (_user, role) in plan.people.items()}
        if people == roles and facts_of(current) == before:
            return current
        current.sequence += 1
        current.save(update_fields=[*content, "organizer", "sequence"])
        gone = roles.keys() - people.keys()
        current.attendees.filter(user__in=gone).update(live=False, removed_at=now)
        move_attendees(current)
        for pk, role in people.items():
            if roles.get(pk) != role:
                attend(current, pk, role, now)
        held.settle(current, people, now)
        event = record(current, Happening.UPDATED, by, now, token=token, before=before, overridden=overridden)
        told = {UUID(before["organizer"]): Happening.HANDED_OVER}
        told |= dict.fromkeys(concerned(current), Happening.UPDATED)
        told |= dict.fromkeys(people.keys() - roles.keys(), Happening.SCHEDULED)
        told |= dict.fromkeys(gone, Happening.REMOVED)
        tell(event, told, now)
    return current


@in_turn(Overtaken)
def hand_over(*, meeting: Meeting, to: User, by: User, sequence: int, token: UUID, now: datetime) -> Meeting:
    """Make another attendee the organizer. Raises Refused, Stale, Unfit."""
    with transaction.atomic():
        lock_people([to.pk, *people_of(meeting)], by=by.pk)
        if made := made_by(by, token):
            return made
        current = reread(meeting, by, Action.EDIT, now, sequence)
        if to.pk not in people_of(current):
            raise Unfit("to", _("Only somebody who is in the meeting can become its organizer."))
        if to == current.organizer:
            raise Unfit("to", _("%(name)s is its organizer already.") % {"name": isolated(to)})
        _check_on_path(to, current, field="to")
        before = facts_of(current)
        current.organizer = to
        current.sequence += 1
        current.save(update_fields=["organizer", "sequence"])
        event = record(current, Happening.HANDED_OVER, by, now, token=token, before=before)
        tell(event, dict.fromkeys([*concerned(current), UUID(before["organizer"])], Happening.HANDED_OVER), now)
    return current


@in_turn(Overtaken)
def delete(*, meeting: Meeting, by: User, sequence: int, token: UUID, now: datetime, message: str = "") -> Meeting:
    """Take the meeting away from everybody but the path's admins. Its row and history stay, its time is free again."""
    with transaction.atomic():
        lock_people(people_of(meeting), by=by.pk)
        if made := made_by(by, token):
            return made
        current = reread(meeting, by, Action.DELETE, now, sequence)
        call_off(current, by, now, message=message, token=token)
    return current


def asked_before(meeting: Meeting, starts_at: datetime, ends_at: datetime) -> set[UUID]:
    """The experts whose doubts about this time were overridden before: those in the meeting, while its time stays."""
    same = (starts_at, ends_at) == (meeting.starts_at, meeting.ends_at)
    return {user.pk for user in meeting.experts} if same else set()


def _content(plan: MeetingPlan) -> dict:
    names = ("title", "agenda", "place", "video_link", "starts_at", "ends_at")
    return {name: getattr(plan, name) for name in names}


def _organizers(meeting: Meeting) -> set[UUID]:
    """Who may organize an edited meeting without attending it: the scheduler, or who does so now."""
    live = Membership.objects.live().filter(path=meeting.path, user=meeting.created_by)
    return {meeting.organizer_id} | ({meeting.created_by_id} if live.exists() else set())


def _check_limits(plan: MeetingPlan, meeting: Meeting, roles: dict[UUID, str]) -> None:
    """What an organizer who is neither expert nor admin of the path leaves to those."""
    for pk, (_user, role) in plan.people.items():
        if roles.get(pk) != role:
            raise Unfit(f"{role}s", _("Only an expert or an admin of this path can add people to the meeting."))
    if plan.video_link != meeting.video_link:
        raise Unfit("video_link", _("Only an expert or an admin of this path can change the video link."))


def _check_people(plan: MeetingPlan, path: Path, already: dict[UUID, str] | None = None) -> None:
    """At least one of each, all of them live on the path in that role or `already` in the meeting so."""
    if not plan.experts:
        raise Unfit("experts", _("Choose at least one expert."))
    if not plan.participants:
        raise Unfit("participants", _("Choose at least one participant."))
    if twice := set(plan.experts) & set(plan.participants):
        name = min(map(str, twice))
        raise Unfit("participants", _("%(name)s can’t be both expert and participant.") % {"name": isolated(name)})
    live = Membership.objects.live().filter(path=path, user__in=plan.people, user__is_active=True)
    roles = set(live.values_list("user", "role")) | set((already or {}).items())
    for pk, (user, role) in plan.people.items():
        if (pk, role) not in roles:
            raise Unfit(f"{role}s", _not_on_path(role) % {"name": isolated(user)})


def _not_on_path(role: Role) -> str:
    if role == Role.EXPERT:
        return _("%(name)s is not an expert of this path any more.")
    return _("%(name)s is not a participant of this path any more.")


def _check_organizer(organizer: User | None, plan: MeetingPlan, *, allowed: set[UUID]) -> None:
    if organizer is not None and organizer.pk not in plan.people and organizer.pk not in allowed:
        raise Unfit("organizer", not_in_meeting(organizer))


def _check_on_path(organizer: User, meeting: Meeting, field: str = "organizer") -> None:
    """Not somebody who was kept in the meeting when they left: they have no rights to it any more."""
    if organizer != meeting.organizer and not standings.path_standings(organizer, meeting.path):
        raise Unfit(field, _("%(name)s is not on this path any more, so they can’t organize.") % {"name": organizer})


def _check_time(plan: MeetingPlan, now: datetime) -> None:
    if plan.starts_at <= now:
        raise Unfit("start", str(OVER))
    if not SHORTEST_ADHOC <= plan.ends_at - plan.starts_at <= LONGEST_ADHOC:
        raise Unfit("duration", _("A meeting lasts from 5 minutes to 8 hours."))


def _check_free(
    plan: MeetingPlan, accepted: Collection[str], *, but: Meeting | None = None, known: Collection[UUID] = ()
) -> list[UUID]:
    """The experts whose doubts are overridden; Clashing or Doubtful when the time can't be taken."""
    people = conflicts.free_busy(plan.experts, plan.participants, since=plan.starts_at, until=plan.ends_at, but=but)
    if conflicts.clashes(people, plan.starts_at, plan.ends_at):
        raise Clashing(_("Somebody is in another meeting at that time."))
    asked = [doubt for doubt in conflicts.doubts(people, plan.starts_at, plan.ends_at) if doubt.user.pk not in known]
    if any(doubt.key not in accepted for doubt in asked):
        raise Doubtful(_("The time lies outside an expert’s hours, or they are busy elsewhere."))
    return [doubt.user.pk for doubt in asked]
