"""Writes the demo. Meetings go through the booking writer, each at the moment at which it was made."""

import itertools
import random
import unicodedata
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from everwise.accounts.models import User
from experts.models import AvailabilityRule, BusyTime, DateOverride, Expert
from meetings import booking
from meetings.booking import conflicts, feedback
from meetings.constants import HELD_AFTER
from meetings.demo import (
    calendar_answers,
    counted,
    crowd,
    data,
    drafts,
    drawing,
    lost,
    no_shows,
    nudges,
    questions,
    video_rooms,
    waitlists,
)
from meetings.demo.days import working_day
from meetings.enums import AccountMail, Kind, Status
from meetings.models import Attendee, Meeting, Notice
from meetings.slots.openings import Openings
from paths import enrolment, program_admins
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme

SEED = 20
# Everybody joined when the older path opened.
JOINED = timedelta(days=50)
HOURS_SINCE = timedelta(days=100)


class Draft(NamedTuple):
    """A drop-in to be booked at this moment, for a day near `day`."""

    moment: datetime
    order: int
    day: datetime
    theme: Theme
    participant: User
    by: User
    fate: str
    note: str


@transaction.atomic
def demo(now: datetime) -> None:
    """Everything, or nothing if anything fails."""
    rng = random.Random(SEED)  # noqa: S311 - the same demo every time, nothing secret
    people = _people(now)
    paths = _paths(now, people)
    _experts(now, people, paths)
    for sessions in data.SESSIONS:
        _join(people[sessions.participant], paths[sessions.path], Role.PARTICIPANT, now)
    drafts.draft_path(now, paths[data.LEAD].program, people[data.RUTH])
    crowd.crowded_path(now, paths[data.LEAD].program)
    video_rooms.own_rooms(paths[data.DATA], people[data.ISABEL], now - JOINED)
    _invite(paths[data.LEAD], people, now)
    themes = _themes(paths)
    for draft in sorted(_drafts(now, rng, people, themes), key=lambda draft: (draft.moment, draft.order)):
        _book(draft, now, rng)
    for adhoc in data.AD_HOC:
        _add_by_hand(adhoc, now, rng, people, paths)
    for name, days, taken in data.LOST:
        lost.lose(people[name], themes[data.LEAD], days, taken, now, rng)
    for name, days in data.GIVEN:
        lost.give(people[name], themes[data.LEAD], days, now, rng)
    no_shows.rule(now, paths[data.LEAD], people[data.JONAS], people[data.RUTH], drawing.token(rng))
    _after(now, rng, people)
    nudges.earlier(now, paths[data.LEAD], people[data.RUTH])
    questions.choose(people[data.MAYA], data.LEAD, now)
    calendar_answers.decline(people[calendar_answers.WHO], data.LEAD, now)
    counted.count(paths[data.LEAD], themes[data.LEAD], now)
    waitlists.wait(paths[data.LEAD], paths[data.DATA], people[data.MAYA], now)
    # What is long over must not be mailed by the worker that starts now.
    Notice.objects.filter(meeting__starts_at__lte=now).update(sent_at=F("due_at"), attempts=1)


def _people(now: datetime) -> dict[str, User]:
    password = make_password(data.PASSWORD)
    rows = [
        *data.PARTICIPANTS,
        *(expert.person for expert in data.EXPERTS),
        *data.ADMINS,
        data.PROGRAM_ADMIN,
        data.STAFF,
    ]
    users = User.objects.bulk_create(
        User(
            email=f"{person.mailbox or _plain(person.name, '.')}@{data.DOMAIN}",
            name=person.name,
            called=person.name.split(" ")[0],
            password=password,
            time_zone=person.zone,
            zone_asked=True,
            twelve_hour=person.twelve_hour,
            is_staff=person is data.STAFF,
            is_superuser=person is data.STAFF,
            date_joined=now - JOINED,
        )
        for person in rows
    )
    # Without a verified address, sign-in ends on the confirmation page.
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    # Read again: only then is a zone more than its name.
    return {user.name: user for user in User.objects.all()}


def _plain(name: str, between: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return between.join(ascii_only.lower().split())


def _paths(now: datetime, people: dict[str, User]) -> dict[str, Path]:
    program = Program.objects.create(name=data.PROGRAM, description=data.PROGRAM_TEXT)
    for row in data.PATHS:
        path = Path.objects.create(
            program=program,
            name=row.name,
            description=row.description,
            time_zone=row.zone,
            opens_on=None if row.opens is None else now.date() + timedelta(days=row.opens),
            closes_on=None if row.closes is None else now.date() + timedelta(days=row.closes),
            sessions_per_participant=row.sessions,
            opened_at=now - JOINED,
            **row.policy,
        )
        _join(people[row.admin], path, Role.ADMIN, now)
    return {path.name: path for path in Path.objects.all()}


def _join(user: User, path: Path, role: Role, now: datetime) -> None:
    Membership.objects.create(user=user, path=path, role=role, started_at=now - JOINED)


def _invite(path: Path, people: dict[str, User], now: datetime) -> None:
    """By their writers: the admin of all paths, and people who have not accepted yet."""
    staff, admin = people[data.STAFF.name], people[data.PROGRAM_ADMIN.name]
    program_admins.appoint(program=path.program, user=admin, by=staff, now=now - JOINED)
    for name, days in data.INVITED:
        address = f"{_plain(name, '.')}@{data.DOMAIN}"
        user = User.objects.create_user(address, None, name=name, language=path.language, time_zone=path.time_zone)
        enrolment.add(path=path, user=user, role=Role.PARTICIPANT, by=people[data.RUTH], now=now - timedelta(days=days))
    # They have heard of it long ago; the invitation that still works lies in the demo's mailbox.
    Notice.objects.of_accounts().filter(kind=AccountMail.ADDED).update(sent_at=F("due_at"), attempts=1)


def _experts(now: datetime, people: dict[str, User], paths: dict[str, Path]) -> None:
    for row in data.EXPERTS:
        user = people[row.person.name]
        expert = Expert.objects.create(
            user=user,
            title=row.title,
            bio=row.bio,
            languages=row.languages,
            time_zone=row.person.zone,
            video_link=f"https://meet.{data.DOMAIN}/{_plain(user.name, '-')}",
            **row.limits,
        )
        for rrule, windows in row.hours:
            AvailabilityRule.objects.create(
                expert=expert, rrule=rrule, first_date=now.date() - HOURS_SINCE, windows=windows
            )
        for days, windows in row.overrides:
            DateOverride.objects.create(expert=expert, date=working_day(now.date(), days), windows=windows)
        for days, hour, minutes in row.busy:
            local = datetime.combine(working_day(now.date(), days), time(hour), tzinfo=user.time_zone)
            BusyTime.objects.create(expert=expert, starts_at=local, ends_at=local + timedelta(minutes=minutes))
        for name in row.paths:
            _join(user, paths[name], Role.EXPERT, now)


def _themes(paths: dict[str, Path]) -> dict[str, list[Theme]]:
    """The themes of each path, by its name."""
    themes: dict[str, list[Theme]] = {name: [] for name in paths}
    for position, row in enumerate(data.THEMES):
        theme = Theme.objects.create(
            path=paths[row.path],
            name=row.name,
            description=row.description,
            duration_minutes=row.minutes,
            position=position,
        )
        on_path = [expert.person.name for expert in data.EXPERTS if row.path in expert.paths]
        theme.experts.set(Expert.objects.filter(user__name__in=row.experts or on_path))
        questions.put(theme)
        themes[row.path].append(theme)
    return themes


def _drafts(now, rng, people, themes):
    order = 0
    for row in data.SESSIONS:
        # One in each stretch of nine days, the first of them soon.
        pasts = sorted(-rng.randint(2, 7) - 9 * number for number in range(row.past))
        aheads = [rng.randint(1, 6) + 9 * number for number in range(row.upcoming)]
        for number, days in enumerate([*pasts, *aheads]):
            order += 1
            day = now + timedelta(days=days)
            # So early that a working day lies between, whatever weekday it is.
            booked = day - timedelta(days=rng.randint(5, 10), minutes=rng.randint(0, 600))
            yield Draft(
                # Nobody has booked in the future.
                moment=min(booked, now - timedelta(minutes=rng.randint(20, 300))),
                order=order,
                day=day,
                theme=themes[row.path][rng.randrange(len(themes[row.path]))],
                participant=people[row.participant],
                by=people[row.by or row.participant],
                fate=row.fate if number == 0 else "",
                note=rng.choice(data.NOTES) if rng.random() < 0.6 else "",
            )


def _book(draft: Draft, now: datetime, rng: random.Random) -> None:
    theme, participant = draft.theme, draft.participant
    start = _find(
        theme.path, draft.day, theme.duration_minutes, [participant], now, rng, moment=draft.moment, theme=theme
    )
    meeting = booking.schedule(
        by=draft.by,
        participant=participant,
        theme=theme,
        start=start,
        token=drawing.token(rng),
        now=draft.moment,
        note=draft.note,
        given=questions.given(theme, draft.order),
    )
    if draft.fate == data.NO_SHOW:
        _mark(meeting, Status.NO_SHOW_PARTICIPANT, start + timedelta(minutes=12), rng)
    elif draft.fate:
        before = timedelta(hours=3) if draft.fate == data.CANCELLED_LATE else timedelta(hours=30)
        expert = meeting.attendees.get(role=Role.EXPERT).user
        booking.cancel(
            meeting=meeting,
            by=expert if draft.fate == data.CANCELLED_BY_EXPERT else participant,
            now=max(start - before, draft.moment),
            message=data.CANCEL_MESSAGES[draft.fate],
        )


def _find(path, day, minutes, participants, now, rng, *, moment, theme=None, experts=None) -> datetime:
    """A start that the path offers near this day, on the same side of now, when everybody may well be awake."""
    step = timedelta(days=-1 if day <= now else 1)
    for away in range(drawing.NEAR):
        since = (day + away * step).replace(hour=0, minute=0, second=0, microsecond=0)
        until = since + timedelta(days=1)
        if day <= now:
            # Over for so long that it counts as held: whatever weekday it is, nothing waits to be marked by chance.
            until = min(until, now - HELD_AFTER - timedelta(minutes=minutes))
        else:
            since = max(since, now)
        if until <= since:
            continue
        openings = Openings(
            path, since=since, until=until, now=moment, participant=participants[0], theme=theme, experts=experts
        )
        # The engine has looked at the first participant's own meetings, not at the others'.
        others = Attendee.objects.live_within(since, until + timedelta(minutes=minutes)).filter(
            user__in=participants[1:]
        )
        busy = list(others.values_list("starts_at", "ends_at"))
        suiting = [
            start
            for start in openings.starts(minutes)
            if all(start.astimezone(participant.time_zone).hour in drawing.CIVIL_HOURS for participant in participants)
            and not any(
                start < ends_at and start + timedelta(minutes=minutes) > starts_at for starts_at, ends_at in busy
            )
        ]
        if suiting:
            return rng.choice(suiting)
    raise drawing.NoTimeNearDay(f"Nobody on “{path}” has {minutes} minutes near {day:%F}.")


def _add_by_hand(row: data.AdHoc, now, rng, people, paths) -> None:
    """An ad-hoc meeting as its form would make it, and what its organizer has done with it since."""
    path, expert = paths[row.path], people[row.expert].expert
    participants = [people[name] for name in row.participants]
    organizer = people[row.organizer]
    day = now + timedelta(days=row.day)
    length = timedelta(minutes=row.minutes)
    moment = min(day - timedelta(days=6), now - timedelta(hours=1))

    def find(day, moment) -> datetime:
        return _find(path, day, row.minutes, participants, now, rng, moment=moment, experts=[expert.pk])

    hour = row.hour
    start = find(day, moment) if hour is None else day.replace(hour=hour, minute=0, second=0, microsecond=0)
    plan = booking.MeetingPlan(
        title=row.title,
        agenda=row.agenda,
        place=row.place,
        video_link=expert.video_link,
        starts_at=start,
        ends_at=start + length,
        experts=(expert.user,),
        participants=tuple(participants),
        organizer=organizer,
    )
    known = conflicts.free_busy(plan.experts, plan.participants, since=plan.starts_at, until=plan.ends_at, but=None)
    doubts = {doubt.key for doubt in conflicts.doubts(known, plan.starts_at, plan.ends_at)}
    meeting = booking.add_manually(
        path=path, plan=plan, by=people[row.by], token=drawing.token(rng), now=moment, accepted=doubts
    )
    since = now - timedelta(minutes=30)
    change = {
        "meeting": meeting,
        "by": organizer,
        "sequence": meeting.sequence,
        "token": drawing.token(rng),
        "now": since,
    }
    if row.fate == data.EDITED:
        start = find(day + timedelta(days=1), since)
        booking.edit(plan=replace(plan, place=data.NEW_PLACE, starts_at=start, ends_at=start + length), **change)
    elif row.fate == data.DELETED:
        booking.delete(message=data.DELETE_MESSAGE, **change)


def _mark(meeting: Meeting, outcome: Status, moment: datetime, rng: random.Random) -> None:
    expert = meeting.attendees.get(role=Role.EXPERT).user
    booking.mark_outcome(
        meeting=meeting, outcome=outcome, was=meeting.status, by=expert, token=drawing.token(rng), now=moment
    )


def _after(now: datetime, rng: random.Random, people: dict[str, User]) -> None:
    """What became of the meetings that are over. The one of yesterday is still waiting to be marked."""
    over = list(Meeting.objects.scheduled().filter(ends_at__lte=now).order_by("starts_at", "id"))
    for meeting in over:
        if meeting.counts_as_held(now):
            _mark(meeting, Status.HELD, meeting.ends_at + timedelta(minutes=rng.randint(1, 90)), rng)
    held = [meeting for meeting in over if meeting.is_dropin]
    for meeting, given in zip(held, itertools.cycle(data.RATINGS), strict=False):
        if given:
            stars, comment = given
            by = meeting.attendees.get(role=Role.PARTICIPANT).user
            moment = min(meeting.ends_at + timedelta(minutes=40), now)
            feedback.rate(meeting=meeting, stars=stars, comment=comment, seen="", by=by, now=moment)
    for name, path, role, shared, text in data.WRITTEN:
        theirs = Meeting.objects.of(people[name]).filter(path__name=path, ends_at__lte=now, kind=Kind.DROP_IN)
        meeting = theirs.exclude(status=Status.CANCELLED).latest("starts_at")
        by = meeting.attendees.get(role=role).user
        moment = min(meeting.ends_at + timedelta(minutes=50), now)
        feedback.write_note(meeting=meeting, shared=shared, text=text, seen="", by=by, now=moment)
