"""The room of each meeting, against a Jitsi and a BigBlueButton that the tests start: who gets in, when, and where."""

import logging
from dataclasses import replace
from datetime import timedelta
from threading import Event
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from experts.hours.forms import HoursSettingsForm
from experts.models import Expert
from meetings import booking
from meetings.calendars import links, subscriptions
from meetings.enums import Happening
from meetings.mail import render
from meetings.models import Meeting, Notice
from meetings.pages.adhoc.forms import ManualForm
from meetings.rooms import bigbluebutton
from meetings.rooms.names import room_name
from paths import rooms
from paths.enums import RoomKind
from paths.models import RoomServer
from tests.gate_world import signed_in
from tests.meetings.rooms.conference import (
    BBB_SECRET,
    JITSI_APP,
    JITSI_SECRET,
    BigBlueButton,
    Jitsi,
    receiving,
    visit,
)
from tests.scene import NOW, a_participant, a_path, a_theme, add, an_admin, an_expert, at, book, edit
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TEMPLATE = "https://rooms.example.test/{meeting}"


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.FEEDS_ALLOW_LOOPBACK = True


@pytest.fixture
def world():
    path = a_path()
    eva = an_expert(path, name="Eva Rao", video_link="https://video.example.test/eva")
    theme = a_theme(path, eva)
    pia = a_participant(path, "Pia Berg & Co")
    made = SimpleNamespace(path=path, theme=theme, eva=eva, pia=pia, ada=an_admin(path))
    made.meeting = book(theme, pia, at(10))
    # Not before, so that the session is with Eva.
    made.ines = an_expert(path, name="Ines", video_link="https://video.example.test/ines")
    theme.experts.add(made.ines)
    return made


def hold_in(world, kind, address="", app_id="", secret=""):
    plan = rooms.RoomPlan(kind, address, app_id, secret)
    rooms.save(path=world.path, plan=plan, version=rooms.version(world.path), by=world.ada, now=NOW)


def in_jitsi(world, address):
    hold_in(world, RoomKind.JITSI, address, JITSI_APP, JITSI_SECRET)


def in_bigbluebutton(world, address):
    hold_in(world, RoomKind.BIGBLUEBUTTON, f"{address}bigbluebutton/", secret=BBB_SECRET)


def join(user, meeting):
    return press(signed_in(user), meeting)


def press(client, meeting):
    return client.get(reverse("meetings:join", args=[meeting.pk]))


def loaded(meeting):
    return Meeting.objects.with_people().get(pk=meeting.pk)


def give(world, to, minute):
    meeting = Meeting.objects.get(pk=world.meeting.pk)
    return booking.reassign(
        meeting=meeting, to=to, by=world.ada, token=uuid4(), now=NOW + timedelta(minutes=minute), message=""
    )


def test_each_meeting_has_a_name_of_its_own_and_another_with_each_change_of_its_expert(world):
    names = [
        room_name(loaded(world.meeting)),
        room_name(loaded(book(world.theme, world.pia, at(12), expert=world.eva))),
    ]
    booking.reschedule(meeting=world.meeting, by=world.pia, start=at(11), token=uuid4(), now=NOW)
    moved = room_name(loaded(world.meeting))
    for minute, expert in enumerate((world.ines, world.eva, world.ines), 1):
        give(world, expert, minute)
        names.append(room_name(loaded(world.meeting)))

    # A new time is the same room.
    assert moved == names[0]
    assert len(set(names)) == 5
    assert all(len(name) == 32 and name.isalnum() and name == name.lower() for name in names)


def test_key_decides_the_name(world, settings):
    before = room_name(loaded(world.meeting))
    settings.SECRET_KEY = "another"

    assert room_name(loaded(world.meeting)) != before


def test_room_stays_when_an_adhoc_meeting_is_edited(world):
    plan = booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(14),
        ends_at=at(15),
        experts=(world.eva.user, world.ines.user),
        participants=(world.pia,),
        organizer=world.eva.user,
    )
    meeting = add(world.path, plan, world.ada)
    before = room_name(loaded(meeting))
    meeting = edit(meeting, replace(plan, title="First 100 days"), world.ada, now=NOW + timedelta(minutes=1))
    same = room_name(loaded(meeting))
    meeting = edit(meeting, replace(plan, experts=(world.eva.user,)), world.ada, now=NOW + timedelta(minutes=2))

    assert same == before
    assert room_name(loaded(meeting)) != before


def test_jitsi_lets_in_by_name_for_a_few_minutes_and_into_this_room_alone(world, clock):
    with receiving(Jitsi()) as jitsi:
        in_jitsi(world, jitsi.address)
        clock.move_to(at(9, 50))
        links_of = {user: join(user, world.meeting).url for user in (world.pia, world.eva.user, world.ada)}
        seen = [visit(link) for link in links_of.values()]
        other = links_of[world.pia].replace(room_name(loaded(world.meeting)), "another")
        elsewhere = visit(other)
        clock.move_to(at(10, 1))
        late = visit(links_of[world.pia])

    room = room_name(loaded(world.meeting))
    assert (seen, elsewhere, late) == ([200, 200, 200], 403, 403)
    assert jitsi.receiver.inside == [(room, "Pia Berg & Co", False), (room, "Eva Rao", True), (room, "Ada", False)]
    assert world.pia.email not in str(jitsi.asked)
    # By no link beyond the time at which the room is shut.
    with receiving(Jitsi()) as jitsi:
        in_jitsi(world, jitsi.address)
        clock.move_to(at(10, 54))
        link = join(world.pia, world.meeting).url
        clock.move_to(at(10, 55))
        assert visit(link) == 403
        assert join(world.pia, world.meeting).status_code == 200


def test_bigbluebutton_makes_the_room_once_and_lets_experts_lead(world, clock):
    with receiving(BigBlueButton()) as server:
        in_bigbluebutton(world, server.address)
        clock.move_to(at(9, 50))
        seen = [visit(join(user, world.meeting).url) for user in (world.pia, world.eva.user, world.pia)]
        room = room_name(loaded(world.meeting))
        give(world, world.ines, 1)
        seen.append(visit(join(world.ines.user, world.meeting).url))
        gone = join(world.eva.user, world.meeting).status_code

    new = room_name(loaded(world.meeting))
    assert (seen, gone) == ([200] * 4, 404)
    assert list(server.receiver.rooms) == [room, new]
    people = [("Pia Berg & Co", False), ("Eva Rao", True), ("Pia Berg & Co", False)]
    assert server.receiver.inside == [*((room, *person) for person in people), (new, "Ines", True)]


def test_bigbluebutton_takes_a_title_of_one_character(world, clock):
    meeting = book(a_theme(world.path, world.eva, name="書"), world.pia, at(12))
    with receiving(BigBlueButton()) as server:
        in_bigbluebutton(world, server.address)
        clock.move_to(at(11, 50))

        assert visit(join(world.pia, meeting).url) == 200


@pytest.mark.parametrize("kind", [RoomKind.JITSI, RoomKind.BIGBLUEBUTTON, RoomKind.TEMPLATE, RoomKind.OWN])
def test_room_is_in_no_page_mail_feed_or_file_before_its_time(world, clock, kind):
    receiver = Jitsi() if kind == RoomKind.JITSI else BigBlueButton()
    with receiving(receiver) as server:
        if kind == RoomKind.JITSI:
            in_jitsi(world, server.address)
        elif kind == RoomKind.BIGBLUEBUTTON:
            in_bigbluebutton(world, server.address)
        elif kind == RoomKind.TEMPLATE:
            hold_in(world, kind, TEMPLATE)
        # The expert's own template, or no link at all.
        Expert.objects.filter(pk=world.eva.pk).update(video_link=TEMPLATE if kind == RoomKind.OWN else "")
        meeting = book(world.theme, world.pia, at(12), expert=world.eva)
        booking.reschedule(meeting=meeting, by=world.pia, start=at(13), token=uuid4(), now=NOW)
        room = room_name(loaded(meeting))
        clock.move_to(at(12, 44))
        told = everywhere(world, meeting)
        early = [join(user, meeting) for user in (world.pia, world.eva.user, world.ada)]
        told += [page.content.decode() for page in early]
        clock.move_to(at(12, 45))
        client, asked_early, before = signed_in(world.pia), list(server.asked), everything()
        link = press(client, meeting).url
        after = everything()

    assert [page.status_code for page in early] == [200] * 3
    assert asked_early == []
    # The control: the same name is in the link, and the address of joining is in what was told.
    assert room in link
    # Each e-mail but the two that are outdated, two feeds and two files; two first pages; the meeting's page of two
    # people, and that of joining of three.
    assert sum(f"/meetings/{meeting.pk}/join/" in text for text in told) == meeting.notices.count() - 2 + 4
    assert sum("The room opens at 12:45" in text for text in told) == 2
    assert sum("Opens at 12:45. No download needed." in text for text in told) == 2 + 3
    for secret in (room, "rooms.example.test", server.address, "jwt=", "checksum"):
        assert not any(secret in text for text in told)
    # Nothing of it is kept, either.
    assert room not in str(after)
    assert after == before


def everywhere(world, meeting) -> list[str]:
    """All that people get to read of the meeting, and what is kept of it in its history."""
    client, told = Client(), [str(list(meeting.events.values_list("facts", flat=True))).replace(TEMPLATE, "")]
    for user in (world.pia, world.eva.user):
        client.force_login(user)
        address = subscriptions.renew(by=user, seen="", now=NOW)
        for page in (reverse("home"), f"/calendar/{address}.ics", f"/meetings/{meeting.pk}/calendar.ics"):
            told.append(client.get(page).content.decode().replace("\r\n ", ""))
        told += [
            client.get(reverse(f"meetings:{name}", args=[meeting.pk])).content.decode() for name in ("detail", "booked")
        ]
    told += links.links(loaded(meeting), NOW)
    for notice in Notice.objects.filter(meeting=meeting).select_related("event__by", "meeting__path", "user"):
        told.append(str(render.message(notice).message()) + render.render(notice).text)
    assert {Happening.BOOKED, Happening.REMINDER_HOUR} <= {
        notice.kind for notice in Notice.objects.filter(meeting=meeting)
    }
    return told


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (None, "does not let us in"),  # the wrong secret
        ((500, {}, b""), "does not answer now"),
        ((200, {}, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "does not let us in"),
        ((200, {}, b"not xml"), "does not answer now"),
        ((302, {"Location": "http://10.0.0.1/"}, b""), "does not answer now"),
        ((200, {}, lambda out: out.write(b"<re")), "does not answer now"),
    ],
)
def test_outage_leaves_a_clear_word_and_the_booking_whole(world, clock, caplog, broken, words):
    caplog.set_level(logging.INFO)
    with receiving(BigBlueButton()) as server:
        secret = BBB_SECRET if broken else "wrong"
        hold_in(world, RoomKind.BIGBLUEBUTTON, server.address, secret=secret)
        clock.move_to(at(9, 50))
        client = signed_in(world.pia)
        before, server.receiver.broken = everything(), broken
        page = press(client, world.meeting)
        after, server.receiver.broken = everything(), None
        again = press(client, world.meeting)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert "Your meeting stands as it was." in page.content.decode()
    assert "Try again" in page.content.decode()
    assert after == before
    assert again.status_code == (302 if broken else 200)
    assert "No room for a meeting" in caplog.text
    assert secret not in caplog.text + page.content.decode()


def test_server_that_is_silent_gone_private_or_of_a_lost_key_says_so_too(world, clock, settings, monkeypatch):
    clock.move_to(at(9, 50))
    monkeypatch.setattr(bigbluebutton, "SECONDS", 0.3)
    heard = Event()
    with receiving(BigBlueButton()) as server:
        in_bigbluebutton(world, server.address)
        server.receiver.broken = 200, {}, lambda out: heard.wait(30)
        silent = join(world.pia, world.meeting)
        heard.set()
    gone = join(world.pia, world.meeting)
    settings.FEEDS_ALLOW_LOOPBACK = False
    private = join(world.pia, world.meeting)
    RoomServer.objects.update(sealed_secret="gAAAAA")
    lost = join(world.pia, world.meeting)

    assert all("does not answer now" in page.content.decode() for page in (silent, gone, private))
    assert "does not let us in" in lost.content.decode()


def test_template_and_own_links(world, clock):
    """A fixed link as ever, one with a name for each meeting, and the path's in front of both."""
    meeting = world.meeting
    clock.move_to(at(9, 50))
    fixed = join(world.pia, meeting).url
    Meeting.objects.filter(pk=meeting.pk).update(video_link="https://eva.example.test/{meeting}?x=1")
    own = join(world.pia, meeting).url
    hold_in(world, RoomKind.TEMPLATE, TEMPLATE)
    paths = join(world.pia, meeting).url
    hold_in(world, RoomKind.OWN)

    name = room_name(loaded(meeting))
    # As experts, and whoever adds a meeting by hand, may write it.
    assert {form.base_fields["video_link"].clean(TEMPLATE) for form in (HoursSettingsForm, ManualForm)} == {TEMPLATE}
    assert fixed == "https://video.example.test/eva"
    assert own == f"https://eva.example.test/{name}?x=1" == join(world.pia, meeting).url
    assert paths == f"https://rooms.example.test/{name}"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({}, f"{TEMPLATE}"),
        ({"place": "Lake room"}, ""),
        ({"video_link": "https://video.example.test/lake"}, "https://video.example.test/lake"),
    ],
)
def test_adhoc_meeting_is_in_the_rooms_of_the_path_where_nothing_else_was_said(world, clock, fields, where):
    hold_in(world, RoomKind.TEMPLATE, TEMPLATE)
    plan = booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(14),
        ends_at=at(15),
        experts=(world.eva.user,),
        participants=(world.pia,),
        organizer=world.eva.user,
        **fields,
    )
    meeting = add(world.path, plan, world.ada)
    clock.move_to(at(13, 50))

    page = join(world.pia, meeting)

    assert getattr(page, "url", "") == where.replace("{meeting}", room_name(loaded(meeting)))


def test_joining_costs_one_query_more_in_the_rooms_of_a_path(world, clock):
    clock.move_to(at(9, 50))
    client = signed_in(world.pia)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert press(client, world.meeting).status_code == 302
        return len(captured)

    cost()
    before = cost()
    with receiving(Jitsi()) as jitsi:
        in_jitsi(world, jitsi.address)
        assert cost() == before + 1
