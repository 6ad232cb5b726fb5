"""A small program that can be booked at any hour, and a browser signed in to it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from experts.models import AvailabilityRule
from meetings import booking
from meetings.models import Meeting
from meetings.slots.openings import Openings
from paths.models import Path, Theme
from tests import scene


@dataclass
class World:
    """One path with two experts who work around the clock, a participant and an admin."""

    path: Path
    theme: Theme
    participant: object
    expert: object
    admin: object

    def first_opening(self, since):
        """The first start that the participant finds from then on: within two days, whatever weekday it is."""
        openings = Openings(
            self.path,
            since=since,
            until=since + timedelta(days=2),
            now=timezone.now(),
            participant=self.participant,
            theme=self.theme,
        )
        return openings.first(self.theme.duration_minutes)

    def book(self, days=3) -> Meeting:
        now = timezone.now()
        start = self.first_opening(now + timedelta(days=days))
        note = "I would like to practise the first two minutes."
        return scene.book(self.theme, self.participant, start, now=now, note=note)

    def add_by_hand(self) -> Meeting:
        """Outside everybody's hours and over nothing, so that it always fits."""
        now = timezone.now()
        start = now.replace(hour=22, minute=0, second=0, microsecond=0) + timedelta(days=8 - now.weekday())
        plan = booking.MeetingPlan(
            title="First 90 days review",
            agenda="What went well\nWhat next",
            place="Lake room",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            experts=(self.expert,),
            participants=(self.participant,),
            organizer=self.expert,
        )
        return scene.add(self.path, plan, self.admin, now=now, accepted=scene.accepted(plan))


def an_expert(path, name, time_zone):
    return scene.an_expert(
        path,
        user=scene.a_person(name, time_zone=time_zone),
        windows="08:00-12:00, 13:00-18:00",
        rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
        title="Torch coach",
        bio="Direct, warm, big on rehearsal.",
        languages="English",
        time_zone=time_zone,
    )


@pytest.fixture
def world(transactional_db):
    """By the real clock, as a browser and its server go by it."""
    today = timezone.now().date()
    path = scene.a_path(
        name="Leading your first team",
        time_zone="Europe/Stockholm",
        opens_on=today - timedelta(days=30),
        closes_on=today + timedelta(days=90),
        sessions_per_participant=6,
        notice_minutes=240,
    )
    participant = scene.a_participant(path, "Maya Lindqvist", time_zone="Europe/Stockholm")
    admin = scene.an_admin(path, "Ruth Abara", time_zone="Europe/London")
    experts = [
        an_expert(path, "Helen Castillo", "America/Chicago"),
        an_expert(path, "Priya Raman", "Asia/Kolkata"),
    ]
    AvailabilityRule.objects.update(first_date=today - timedelta(days=30))
    known = {"name": "Giving feedback that lands", "description": "Bring one real case."}
    theme = scene.a_theme(path, *experts, minutes=45, **known)
    scene.a_theme(path, name="A theme without experts")
    return World(path, theme, participant, experts[0].user, admin)


@pytest.fixture
def sign_in(live_server):
    """Sign a browser context in without the form, which has a test of its own."""

    def sign_in_as(context, user):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
        )

    return sign_in_as


# Milliseconds for what is to come about, which a busy machine may need. Nothing that works waits for so long.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

# What htmx logs when a newer request takes the place of one that is still on its way, as hx-sync says. What goes wrong
# by itself is logged by another name as well: sendError, responseError, timeout.
GIVEN_WAY = ("htmx:afterRequest", "htmx:sendAbort")

# Of the policy of contents: a style that is refused is no error on every console.
ON_VIOLATION = """addEventListener("securitypolicyviolation", event => window.reportViolation(
    `${location.pathname}: ${event.effectiveDirective} ${event.blockedURI}`))"""


def is_complaint(message, page) -> bool:
    """An error on the console, save that the page itself came with a status like 404 or 409, as it should."""
    expected = message.location["url"] == page.url or message.text.startswith(GIVEN_WAY)
    return message.type == "error" and not expected


@pytest.fixture
def open_as(browser, live_server, sign_in):
    """Open pages as somebody, in a fresh browser context. Whatever the console complains about fails the test."""
    contexts, complaints = [], []

    def open_as(user, **options):
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.expose_function("reportViolation", lambda told: complaints.append(told))
        context.add_init_script(ON_VIOLATION)
        if user is not None:
            sign_in(context, user)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message, page) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    open_as.complaints = complaints
    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


def every_page(world, meeting) -> dict[str, str]:
    """The address of each page of the booking, by a name for the test's report."""
    path, theme = world.path, world.theme
    start = world.first_opening(meeting.starts_at + timedelta(days=1))
    query = f"?theme={theme.pk}"
    return {
        "home": reverse("home"),
        "paths": reverse("paths:list"),
        "path": reverse("paths:detail", args=[path.pk]),
        "theme": reverse("schedule:theme", args=[path.pk]),
        "time": reverse("schedule:time", args=[path.pk]) + query,
        "confirm": reverse("schedule:confirm", args=[path.pk]) + f"{query}&start={start:%Y-%m-%dT%H:%M:%SZ}",
        "meetings": reverse("meetings:list"),
        "past": reverse("meetings:list") + "?show=past",
        "meeting": reverse("meetings:detail", args=[meeting.pk]),
        "booked": reverse("meetings:booked", args=[meeting.pk]),
        "reschedule": reverse("meetings:reschedule", args=[meeting.pk]),
        "save": reverse("meetings:reschedule", args=[meeting.pk]) + f"?start={start:%Y-%m-%dT%H:%M:%SZ}",
        "cancel": reverse("meetings:cancel", args=[meeting.pk]),
        "note": reverse("meetings:note", args=[meeting.pk]),
        "join": reverse("meetings:join", args=[meeting.pk]),
        "profile": reverse("profile"),
        "calendar address": reverse("calendar-address"),
        "password": reverse("account_change_password"),
        "e-mail": reverse("account_email"),
        "sign-out": reverse("account_logout"),
        "mailbox": reverse("demo-mail"),
        "theme missing": reverse("schedule:time", args=[path.pk]),
        "not found": reverse("meetings:detail", args=[path.pk]),
    }
