"""Ending memberships, changing roles, switching people off: with all their coming meetings settled, or not at all.

Each is one transaction. Everybody concerned is locked in id order, whoever acts among them, then the paths; the list of
meetings is read again, and what has changed since it was shown is told of each meeting (`Unsettled`), nothing written.
Nothing else ends a membership or switches a person off: what it would strand is counted (integrity/invariants).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everwise.accounts.models import User
from everwise.wording import isolated
from experts.models import Expert
from meetings.booking import switching_off
from meetings.booking.errors import BookingError, BookingRefused, Overtaken
from meetings.booking.settlement import Settlement
from meetings.booking.settling import Case, Decision, Leaving, cases, concerned
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import Meeting
from paths import added, erasure, history
from paths.enrolment import EITHER, NO_LONGER, AdminOfProgram, check_program, close_invitations
from paths.enums import Happened, Role, Via
from paths.models import ErasureRequest, Invitation, Membership, Path, ProgramAdmin

NOT_ADMIN = gettext_lazy("Only an admin of this path can end this membership.")
NOT_STAFF = gettext_lazy("Only staff who may change people can do this.")
CHANGED = gettext_lazy("This meeting was changed while you read this. Choose again.")
CHOOSE = gettext_lazy("Choose what becomes of this meeting.")


class Unsettled(BookingError):
    """What was chosen can't be done as the meetings stand now. `problems` says what is wrong, by the meeting's id."""

    def __init__(self, text: str, problems: Mapping[UUID, str]):
        super().__init__(text)
        self.problems = problems


class AlreadyLeft(BookingError):
    """The membership is over, the role is another, or the person is switched off by now."""


class NoAdminLeft(BookingError):
    """A path would be without anybody who looks after it; `paths` are those."""

    def __init__(self, text: str, paths: Collection[Path]):
        super().__init__(text)
        self.paths = paths


@in_turn(Overtaken)
def end(
    *,
    leaving: Leaving,
    decisions: Mapping[UUID, Decision],
    by: User,
    now: datetime,
    message: str = "",
    successor: User | None = None,
    without_admin: bool = False,
    via: Via = Via.WEB,
) -> list[Membership]:
    """End these roles (one at least) of the person on the path, for `new_role` if there is one; the rows that ended.
    Whoever is on it still, in another role, hears of that.

    `decisions` are by meeting. The path's admins may, the person themselves, and staff (`via` Django's admin), whose
    explicit word (`without_admin`) alone leaves a path without an admin. A `successor` becomes one.
    """
    assert leaving.path is not None
    path = leaving.path
    with transaction.atomic():
        held = _lock(leaving, decisions, by, successor, now)
        _lock_paths([path.pk])
        _check_right_to_end(leaving, by, via)
        ending = list(_ending(leaving))
        _check_programs(ending)
        if missing := leaving.roles - {Role(row.role) for row in ending}:
            raise AlreadyLeft(NO_LONGER[min(missing)] % {"name": isolated(leaving.user)})
        # Whoever is switched off looks after nothing any more.
        if Role.ADMIN in leaving.roles and User.objects.filter(pk=leaving.user.pk, is_active=True).exists():
            _succeed([path], leaving, successor, by, now, via, without_admin)
        settled = _settle(leaving, decisions, by, now, message, held)
        before = _roles(leaving)
        Membership.objects.filter(pk__in=[row.pk for row in ending]).update(ended_at=now)
        what = Happened.ENDED
        if leaving.new_role:
            what = Happened.ROLE_CHANGED
            _begin(leaving, now)
        close_invitations(user=leaving.user, path=path, now=now)
        added.tell_change(path=path, user=leaving.user, before=before, by=by, now=now, via=via)
        facts = {"roles": sorted(leaving.roles), "role": leaving.new_role, "meetings": settled.tally}
        history.write(path=path, what=what, by=by, now=now, via=via, about=leaving.user, facts=facts)
    return ending


@in_turn(Overtaken)
def deactivate(
    *,
    user: User,
    decisions: Mapping[UUID, Decision],
    by: User,
    now: datetime,
    message: str = "",
    without_admin: bool = False,
) -> None:
    """Switch the person off: they can't sign in, are nowhere offered, and get no e-mail. Memberships stay, and count
    for nothing until they are switched on again. For staff; raises a BookingError.
    """
    with transaction.atomic():
        _leave_everything(user, decisions, by, now, message, without_admin, Happened.DEACTIVATED)
        switching_off.switch_off(user, now)


@in_turn(Overtaken)
def erase(
    *,
    user: User,
    decisions: Mapping[UUID, Decision],
    by: User,
    now: datetime,
    message: str = "",
    without_admin: bool = False,
    via: Via = Via.ADMIN,
) -> None:
    """Forget who the person is, for good: what others need of their meetings stays, without a name and their words.

    For staff, and where the person has asked for it an admin of their program (`via` the site; paths/erasure says who).
    Raises a BookingError.
    """
    with transaction.atomic():
        _leave_everything(user, decisions, by, now, message, without_admin, Happened.ERASED, via)
        Membership.objects.live().filter(user=user).update(ended_at=now)
        ProgramAdmin.objects.live().filter(user=user).update(ended_at=now)
        Invitation.objects.open().filter(user=user).update(withdrawn_at=now)
        ErasureRequest.objects.open().filter(user=user).update(carried_out_at=now)
        switching_off.switch_off(user, now)
        switching_off.forget(user, now)


def _leave_everything(user, decisions, by, now, message, without_admin, what, via=Via.ADMIN) -> None:
    leaving = Leaving(user)
    locked = _lock(leaving, decisions, by, None, now)
    current = User.objects.get(pk=user.pk)
    if current.erased_at or (what == Happened.DEACTIVATED and not current.is_active):
        raise AlreadyLeft(_("%(name)s is switched off already.") % {"name": isolated(current)})
    if via == Via.ADMIN:
        _check_staff(by, current)
    elif not User.objects.filter(pk=by.pk, is_active=True).exists() or erasure.refusal(by, current):
        raise BookingRefused(str(erasure.refusal(by, current) or NOT_STAFF))
    held = set(Membership.objects.live().filter(user=user).order_by().values_list("path", "role"))
    places = concerned(leaving, now).order_by().values_list("path", flat=True)
    _lock_paths({path for path, _role in held} | set(places))
    paths = Path.objects.in_bulk({path for path, _role in held})
    led = [paths[path] for path, role in held if role == Role.ADMIN]
    if current.is_active:
        _succeed(led, leaving, None, by, now, via, without_admin)
    settled = _settle(leaving, decisions, by, now, message, locked)
    for path in sorted(paths.values(), key=lambda each: each.pk):
        facts = {"meetings": settled.tally_of(path)}
        history.write(path=path, what=what, by=by, now=now, via=via, about=user, facts=facts)


def _lock(
    leaving: Leaving, decisions: Mapping[UUID, Decision], by: User, successor: User | None, now: datetime
) -> set[UUID]:
    """Hold everybody whom this may concern, by what is known before the lock; who they are."""
    ids = {leaving.user.pk, *_people(concerned(leaving, now).with_people())}
    for decision in decisions.values():
        ids |= {person for person in (decision.to, decision.organizer) if person}
    if successor:
        ids.add(successor.pk)
    # Whoever acts is held, too, and may become the organizer of what is left.
    lock_people(ids, by=by.pk)
    return ids | {by.pk}


def _people(meetings: Iterable[Meeting]) -> set[UUID]:
    found = set()
    for meeting in meetings:
        found |= {attendee.user_id for attendee in meeting.attendees.all()} | {meeting.organizer_id}
    return found


def _lock_paths(paths: Iterable[UUID]) -> None:
    """After the people: of two admins who leave at once, one is told that they are the last."""
    list(Path.objects.filter(pk__in=set(paths)).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _ending(leaving: Leaving):
    return Membership.objects.live().filter(user=leaving.user, path=leaving.path, role__in=leaving.roles).order_by("pk")


def _roles(leaving: Leaving) -> set[Role]:
    """What the person is on the path."""
    live = Membership.objects.live().filter(user=leaving.user, path=leaving.path)
    return {Role(role) for role in live.order_by().values_list("role", flat=True)}


def _check_programs(ending: Iterable[Membership]) -> None:
    """An admin's place that comes with the program ends with that, on all its paths at once."""
    try:
        for row in ending:
            check_program(row)
    except AdminOfProgram as error:
        raise BookingRefused(str(error)) from error


def _check_right_to_end(leaving: Leaving, by: User, via: Via) -> None:
    if via == Via.ADMIN:
        _check_staff(by, None)
        return
    live = Membership.objects.live().filter(path=leaving.path, user=by, user__is_active=True)
    roles = set(live.values_list("role", flat=True))
    if Role.ADMIN in roles and not (leaving.new_role and by == leaving.user):
        return
    if by != leaving.user or leaving.new_role or not roles:
        raise BookingRefused(str(NOT_ADMIN))


def _check_staff(by: User, person: User | None) -> None:
    """Staff with the right to it, read anew. Staff are switched off by superusers alone, and nobody by themselves."""
    acting = User.objects.get(pk=by.pk)
    right = "paths.change_membership" if person is None else "accounts.change_user"
    allowed = acting.is_active and acting.is_staff and acting.has_perm(right)
    if person is not None:
        protected = person.is_staff or person.is_superuser
        allowed = allowed and acting != person and (acting.is_superuser or not protected)
    if not allowed:
        raise BookingRefused(str(NOT_STAFF))


def _succeed(
    paths: Collection[Path],
    leaving: Leaving,
    successor: User | None,
    by: User,
    now: datetime,
    via: Via,
    without_admin: bool,
) -> None:
    """Let nobody go who is the last admin of a path, unless another takes over or staff say so."""
    if successor is not None:
        (path,) = paths
        _promote(path, leaving, successor, by, now, via)
        return
    others = Membership.objects.live().filter(role=Role.ADMIN, user__is_active=True).exclude(user=leaving.user)
    led = set(others.filter(path__in=paths).values_list("path", flat=True))
    orphaned = [path for path in paths if path.pk not in led]
    if orphaned and not (without_admin and via == Via.ADMIN):
        names = ", ".join(sorted(map(str, orphaned)))
        said = ngettext(
            "%(paths)s has no other admin. Without one nobody could add people or help when something goes wrong.",
            "These paths have no other admin: %(paths)s. Without one nobody could add people or help when something"
            " goes wrong.",
            len(orphaned),
        )
        raise NoAdminLeft(said % {"paths": names}, orphaned)


def _promote(path: Path, leaving: Leaving, successor: User, by: User, now: datetime, via: Via) -> None:
    held = Membership.objects.live().filter(path=path, user=successor, user__is_active=True)
    roles = set(held.values_list("role", flat=True))
    if successor == leaving.user or not roles:
        text = _("%(name)s is not on this path any more. Choose who becomes admin.") % {"name": isolated(successor)}
        raise NoAdminLeft(text, [path])
    if Role.ADMIN not in roles:
        row = Membership.objects.create(path=path, user=successor, role=Role.ADMIN, started_at=now)
        added.tell(membership=row, by=by, now=now, via=via, facts={"in_place_of": str(leaving.user.pk)})


def _begin(leaving: Leaving, now: datetime) -> None:
    """The new role, once the old ones are over."""
    roles = _roles(leaving)
    new = Role(str(leaving.new_role))
    if new in roles or (new in EITHER and roles & EITHER):
        raise AlreadyLeft(_("The roles of %(name)s were changed meanwhile.") % {"name": isolated(leaving.user)})
    if new == Role.EXPERT:
        Expert.objects.get_or_create(user=leaving.user, defaults={"time_zone": leaving.user.time_zone})
    Membership.objects.create(path=cast("Path", leaving.path), user=leaving.user, role=new, started_at=now)


def _settle(
    leaving: Leaving, decisions: Mapping[UUID, Decision], by: User, now: datetime, message: str, held: set[UUID]
) -> Settlement:
    """Do with each meeting what was decided. Unsettled if for one of them that can't be."""
    meetings = list(concerned(leaving, now).with_people())
    if not _people(meetings) <= held:
        # Somebody came into one of them before the lock.
        raise Overtaken(_("Somebody else was quicker. Please try again."))
    found = cases(leaving, meetings, by=by, now=now)
    problems = _unread(found, decisions)
    done = Settlement(leaving, by=by, now=now, message=message)
    for case in found:
        if case.meeting.pk not in problems and (problem := done.carry_out(case, decisions[case.meeting.pk])):
            problems[case.meeting.pk] = problem
    gone = decisions.keys() - {meeting.pk for meeting in meetings}
    if problems or gone:
        new = [meeting for meeting in meetings if meeting.pk not in decisions]
        raise Unsettled(_summary(len(new), len(gone), len(problems)), problems)
    return done


def _unread(found: list[Case], decisions: Mapping[UUID, Decision]) -> dict[UUID, str]:
    """The meetings of which was decided by another version than there is now, or nothing."""
    problems = {}
    for case in found:
        decision = decisions.get(case.meeting.pk)
        if decision is None:
            problems[case.meeting.pk] = str(CHOOSE)
        elif decision.sequence is not None and decision.sequence != case.meeting.sequence:
            problems[case.meeting.pk] = str(CHANGED)
    return problems


def _summary(new: int, gone: int, problems: int) -> str:
    said = []
    if new:
        said.append(
            ngettext(
                "One meeting was booked while you read this.",
                "%(number)s meetings were booked while you read this.",
                new,
            )
            % {"number": new}
        )
    if gone:
        said.append(
            ngettext(
                "One meeting was cancelled, given away or has begun while you read this.",
                "%(number)s meetings were cancelled, given away or have begun while you read this.",
                gone,
            )
            % {"number": gone}
        )
    if problems > new:
        said.append(
            ngettext("One meeting needs another choice.", "%(number)s meetings need another choice.", problems - new)
            % {"number": problems - new}
        )
    return " ".join(said)
