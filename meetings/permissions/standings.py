"""What a person is to a path or a meeting, read from memberships and attendees."""

from collections import defaultdict
from uuid import UUID

from everwise.accounts.models import User
from meetings.enums import Standing
from meetings.models import Meeting
from paths.enums import Role
from paths.models import Membership

CHANGERS = {Standing.ADMIN, Standing.EXPERT}


def roles_on(user, path) -> frozenset[Role]:
    """The person's live roles on the path; none for somebody whose account is switched off."""
    rows = Membership.objects.live().filter(user=user, user__is_active=True, path=path)
    return frozenset(Role(role) for role in rows.order_by().values_list("role", flat=True))


def path_standings(user, path) -> frozenset[Standing]:
    return frozenset(Standing(role.value) for role in roles_on(user, path))


def meeting_standings(user, meeting: Meeting) -> frozenset[Standing]:
    """What the person is to the meeting. Without a live membership of its path no standing counts."""
    return _standings(user, meeting, roles_on(user, meeting.path_id))


def standings_of_people(meeting: Meeting) -> dict[User, frozenset[Standing]]:
    """What each person in the meeting is to it, in one query."""
    people = [attendee.user for attendee in meeting.attendees.all()]
    roles: dict[UUID, set[Role]] = defaultdict(set)
    rows = Membership.objects.live().filter(path=meeting.path_id, user__in=people)
    for user, role in rows.values_list("user", "role"):
        roles[user].add(Role(role))
    return {person: _standings(person, meeting, frozenset(roles[person.pk])) for person in people}


def _standings(user, meeting: Meeting, roles: frozenset[Role]) -> frozenset[Standing]:
    if not roles:
        return frozenset()
    held = {Standing.ADMIN} if Role.ADMIN in roles else set()
    held |= {
        Standing(attendee.role)
        for attendee in meeting.attendees.all()
        if attendee.user_id == user.pk and attendee.removed_at is None and attendee.role in roles
    }
    if meeting.organizer_id == user.pk:
        held.add(Standing.ORGANIZER)
    return frozenset(held)
