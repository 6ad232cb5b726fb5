"""The first page: what is next, what comes later, and where to book."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from everwise import timefmt
from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings.constants import HELD_AFTER
from meetings.models import Meeting
from meetings.pages import calendar_answers, meeting_rows
from meetings.pages.held_cards import waiting_cards
from meetings.pages.installation.state import checklist, has_begun
from meetings.pages.lost_cards import lost_cards
from meetings.pages.meeting_rows import DayAhead
from meetings.pages.path.overview import overviews
from paths import members
from paths.enums import Role
from paths.models import Path

LATER = 5
# What has waited longest comes first, so that none is forgotten behind newer ones.
UNMARKED = 4
# Each card looks for a free time of its own; whoever is on more paths finds the rest in the list.
CARDS = 4
FIRST_SESSION = gettext_lazy(
    "Your first session is a good moment to say where you’d like to get to. It takes about two minutes to book."
)
FIRST_AS_HOST = gettext_lazy("Sessions you hold or organize on your paths appear here.")
OPENS = {
    DayAhead.TODAY: gettext_lazy("The room opens at %(time)s"),
    DayAhead.TOMORROW: gettext_lazy("The room opens tomorrow at %(time)s"),
    DayAhead.DAY: gettext_lazy("The room opens on %(day)s at %(time)s"),
}
NOON, EVENING, NIGHT_ENDS = 12, 17, 5


@require_safe
def home(request) -> HttpResponse:
    now = request.now = timezone.now()
    user = request.user
    coming = list(Meeting.objects.of(user, since=now).upcoming(now).with_people()[: LATER + 2])
    met_before = bool(coming) or Meeting.objects.of(user).exists()
    roles = members.roles_anywhere(user.pk)
    # Nobody else can mark a meeting, and nobody else loses one: most people are spared either question.
    unmarked = unmarked_meetings(user, now) if roles & {Role.EXPERT, Role.ADMIN} else []
    paths = list(Path.objects.visible_to(user).select_related("program")[: CARDS + 1])
    cards = [card(overview) for overview in overviews(paths[:CARDS], user, now)]
    lost = lost_cards(user, now) if Role.PARTICIPANT in roles else []
    runs_it = user.is_staff and not cards and not met_before
    context = {
        "nav": "home",
        "greeting": greeting(user, now) if met_before else gettext("Welcome"),
        "today": timefmt.long_day(now, user.reader),
        "lost": lost,
        "held": [card for card in waiting_cards(user, now) if card.held] if Role.PARTICIPANT in roles else [],
        "next": next_meeting(coming[0], user, now) if coming else None,
        "later": meeting_rows.rows(coming[1 : LATER + 1], user, now),
        "declined": declined(coming[: LATER + 1], user, now),
        "unmarked": unmarked_rows(unmarked, user, now),
        "met_before": met_before,
        "cards": cards,
        "welcome": FIRST_SESSION if any(each["credits"] for each in cards) else FIRST_AS_HOST,
        "more_paths": len(paths) > CARDS,
        "first_steps": next((each for each in cards if not each["obstacle"]), None),
        "runs_it": runs_it,
    }
    if runs_it and not has_begun():
        context |= checklist(user, now)
    return render(request, "meetings/home.html", context)


def declined(meetings: list[Meeting], user: User, now: datetime) -> list[Meeting]:
    """Those shown that the person has declined in their calendar, which are booked all the same."""
    return [each for each in meetings if user in calendar_answers.declined_by(each, now)]


def greeting(user, now) -> str:
    hour = now.astimezone(user.time_zone).hour
    if NIGHT_ENDS <= hour < NOON:
        return gettext("Good morning")
    return gettext("Good afternoon") if NOON <= hour < EVENING else gettext("Good evening")


def unmarked_meetings(user: User, now: datetime) -> QuerySet[Meeting]:
    """Those of which the person can say how they went."""
    return Meeting.objects.unmarked(now).markable_by(user, since=now - HELD_AFTER).with_people()[:UNMARKED]


def unmarked_rows(meetings, user, now) -> list[dict[str, object]]:
    """Meetings of which the reader should say how they went, leading to where they can."""
    return [
        meeting_rows.past_row(meeting, user, now) | {"url": reverse("meetings:outcome", args=[meeting.pk])}
        for meeting in meetings
    ]


def next_meeting(meeting, user, now) -> dict[str, object]:
    reader = user.reader
    today = timefmt.local_day(meeting.starts_at, reader) == timefmt.local_day(now, reader)
    return {
        "meeting": meeting,
        "kind_badge": meeting_rows.kind_badge(meeting),
        "starts": _starts(meeting, reader, now),
        "soon": today or meeting.has_started(now),
        "day": meeting_rows.day_words(meeting.starts_at, reader, now),
        "times": timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader),
        "company": meeting_rows.with_whom(meeting, user),
        "can_join": meeting.has_room and meeting.room_is_open(now),
        "room": _room(meeting, reader, now) if meeting.has_room else "",
    }


def _starts(meeting: Meeting, reader: Reader, now: datetime) -> str:
    if meeting.has_started(now):
        return meeting_rows.nearness(meeting, reader, now)
    # Translators: %(distance)s is “in 3 days”.
    return gettext("Starts %(distance)s") % {"distance": timefmt.distance(meeting.starts_at, now, reader)}


def _room(meeting: Meeting, reader: Reader, now: datetime) -> str:
    """“The room opens on Monday at 09:15”; empty once it has opened."""
    opens = meeting_rows.room_opens(meeting, reader, now)
    return str(OPENS[opens.kind]) % opens.words if opens else ""


def card(overview) -> dict[str, object]:
    return {
        "path": overview.path,
        "experts": [expert.user for expert in overview.offered],
        "credits": overview.credits,
        "credit_words": overview.credit_words,
        "obstacle": overview.obstacle,
        "missed_notice": overview.missed_notice,
        "next_free": "" if overview.obstacle else overview.next_free_words(),
        "steps": overview.steps(),
    }
