"""What an e-mail says besides the news: who else is in the meeting, what their clocks show, how to change it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from everwise import timefmt, wording
from everwise.absolute_urls import absolute
from everwise.accounts.models import User, first_names
from everwise.plaintext import one_line
from everwise.timefmt import Reader
from meetings.enums import Action
from meetings.models import Meeting
from meetings.models.versions import Version
from meetings.permissions import deadlines, standings


def reply_to(told: Version, me: User, people: dict[str, User]) -> list[str]:
    """Whom an answer reaches: a participant's the experts, an expert's the participant.

    Where there are several participants, an expert answers the organizer: nobody's answer goes to many by accident.
    An organizer who is not in the meeting answers the experts.
    """
    whom = told.experts
    if str(me.pk) in told.experts:
        whom = told.participants if len(told.participants) == 1 else (told.organizer,)
    return [f'"{_quotable(str(people[pk]))}" <{people[pk].email}>' for pk in whom if pk in people]


def _quotable(name: str) -> str:
    return one_line(name).replace("\\", "").replace('"', "'")


def others_of(told: Version, me: User, people: dict[str, User]) -> list[dict[str, object]]:
    """The others of the meeting, each with the title an expert goes by."""
    return [
        {"user": person, "name": wording.phrase(str(person)), "title": _title(person) if pk in told.experts else ""}
        for pk, person in people.items()
        if pk in told.people and person != me
    ]


def elsewhere(told: Version, me: User, people: dict[str, User]) -> list[str]:
    """“13:00 in Bengaluru, for Priya”: when it starts for the others, zone by zone, where their clocks differ."""
    groups: dict[str, list[str]] = {}
    others = [person for pk, person in people.items() if pk in told.people and person != me]
    for person, called in zip(others, first_names(others), strict=True):
        if _offset(told, person) != _offset(told, me):
            groups.setdefault(str(person.time_zone), []).append(wording.phrase(called))
    return [_their_start(told, me, zone, called) for zone, called in groups.items()]


def _their_start(told: Version, me: User, zone: str, called: list[str]) -> str:
    reader = me.reader._replace(zone=ZoneInfo(zone))
    words = {
        "time": timefmt.clock(told.starts_at, reader),
        "city": timefmt.city(reader.zone),
        "names": wording.names(called),
    }
    if timefmt.local_day(told.starts_at, reader) == timefmt.local_day(told.starts_at, me.reader):
        return _("%(time)s in %(city)s, for %(names)s") % words
    day = timefmt.tiny_day(told.starts_at, reader)
    return _("%(day)s, %(time)s in %(city)s, for %(names)s") % {"day": day, **words}


def _offset(told: Version, person: User):
    return told.starts_at.astimezone(person.time_zone).utcoffset()


def _title(person: User) -> str:
    if not hasattr(person, "expert"):
        return ""
    spoken = one_line(person.expert.languages)
    speaks = _("Speaks %(languages)s.") % {"languages": spoken} if spoken else ""
    return " ".join(filter(None, (f"{one_line(person.expert.title)}." if person.expert.title else "", speaks)))


def leaf(told: Version, reader: Reader) -> dict[str, object]:
    """The date as a leaf of a calendar shows it."""
    day = timefmt.local_day(told.starts_at, reader)
    return {"weekday": timefmt.short_weekday(day), "day": day.day, "month": timefmt.short_month(day)}


def plans(meeting: Meeting, told: Version, me: User, at: datetime) -> dict[str, object] | None:
    """Where a session can be cancelled and, if it can, moved; for its participant also until when, if that is to come.

    By the same answer as the buttons of its page, at the moment `at` that the e-mail tells of.
    """
    if not meeting.is_dropin or str(me.pk) not in told.people:
        return None
    held = standings.meeting_standings(me, meeting)
    if deadlines.obstacle(Action.CANCEL, meeting, held, at):
        return None
    bound = deadlines.is_bound(held)
    until = meeting.path.change_until(told.starts_at)
    if bound and until <= at:
        return None
    pages = ("reschedule", "cancel")
    return {
        "moves": not deadlines.obstacle(Action.RESCHEDULE, meeting, held, at),
        "until": _until(until, me.reader, at) if bound else "",
        "counted": bound and meeting.path.sessions_per_participant is not None,
        **{page: absolute(reverse(f"meetings:{page}", args=[meeting.pk])) for page in pages},
    }


def _until(until: datetime, reader: Reader, at: datetime) -> str:
    words = {"day": timefmt.short_day(until, reader, at), "time": timefmt.clock(until, reader)}
    return _("%(day)s, %(time)s") % words
