"""An organizer who is a participant edits what is theirs, and learns of people no more than who is free at a time.

Each is held beside an expert who organizes, and sees and adds as an expert does.
"""

import html
import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from experts.models import BusyTime
from meetings.models import Attendee, Meeting
from tests.gate_world import a_manual_form, signed_in
from tests.scene import a_meeting, a_participant, a_path, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LINK = "https://video.example.test/room"


@pytest.fixture
def world():
    path = a_path()
    eva, ines = an_expert(path).user, an_expert(path, name="Ines", title="Torch coach").user
    pia, omar = a_participant(path), a_participant(path, "Omar")
    ada = an_admin(path)
    meeting = a_meeting(path, eva, pia, at(12), created_by=ada, video_link=LINK, title="Catching up")
    return SimpleNamespace(path=path, eva=eva, ines=ines, pia=pia, omar=omar, ada=ada, meeting=meeting)


@pytest.fixture
def send(world):
    """Posts the edit form as this person, who organizes it."""

    def post(who, **fields):
        world.meeting.organizer = getattr(world, who)
        world.meeting.save()
        marks = {"token": str(uuid4()), "sequence": world.meeting.sequence}
        people = {"experts": [world.eva.pk], "participants": [world.pia.pk], "organizer": getattr(world, who).pk}
        typed = a_manual_form(at(12), title="Catching up", video_link=LINK)
        sent = {**typed, **marks, **people, **fields}
        return signed_in(getattr(world, who)).post(reverse("meetings:edit", args=[world.meeting.pk]), sent)

    return post


def rows():
    """Who is in which meeting, and what each meeting is."""
    fields = ("title", "starts_at", "ends_at", "video_link", "sequence")
    return list(Meeting.objects.values_list("pk", *fields)), list(Attendee.objects.values_list())


def text_of(response):
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


OTHERS = ("Ines", "Omar", "Ada<", "Torch coach")


@pytest.mark.parametrize("do", ["check", "find:participants", "page:participants:1", "page:experts:1", "add", ""])
def test_page_shows_nobody_else_of_the_path(world, send, do):
    do = f"add:participants:{world.omar.pk}" if do == "add" else do
    bad = {"title": "", "page-participants": "1", "page-experts": "1"}

    pia, eva = (text_of(send(who, do=do, **bad)) for who in ("pia", "eva"))

    assert [words for words in (*OTHERS, world.eva.email, str(world.omar.pk)) if words in pia] == []
    assert [words for words in ("Ines", "Omar", world.eva.email, str(world.omar.pk)) if words not in eva] == []
    assert "Eva" in pia


def test_fresh_page_offers_no_search(world):
    world.meeting.organizer = world.pia
    world.meeting.save()

    pia, ada = (
        text_of(signed_in(who).get(reverse("meetings:edit", args=[world.meeting.pk]))) for who in (world.pia, world.ada)
    )

    assert ["Find a participant to add" in page for page in (pia, ada)] == [False, True]
    assert [words for words in (*OTHERS, world.eva.email) if words in pia] == []


def test_edits_title_agenda_place_time_and_duration(world, send):
    answer = send(
        "pia", title="Second", agenda="New", place="Lake room", date=f"{at(14):%Y-%m-%d}", start="14:00", duration="45"
    )

    assert answer.status_code == 302
    world.meeting.refresh_from_db()
    meeting = world.meeting
    assert (meeting.title, meeting.agenda, meeting.place) == ("Second", "New", "Lake room")
    assert (meeting.starts_at, meeting.ends_at) == (at(14), at(14, 45))
    assert meeting.video_link == LINK


@pytest.mark.parametrize(("name", "who"), [("experts", "ines"), ("participants", "omar"), ("experts", "omar")])
def test_adds_nobody(world, send, name, who):
    there = {"experts": world.eva.pk, "participants": world.pia.pk}
    before = rows()

    answer = send("pia", **{name: [there[name], getattr(world, who).pk]})

    assert answer.status_code == 400
    assert "Somebody you chose is not" in text_of(answer)
    assert getattr(world, who).name not in text_of(answer)
    assert rows() == before
    if who != "omar" or name == "participants":
        assert send("eva", **{name: [there[name], getattr(world, who).pk]}).status_code == 302


def test_takes_out_and_keeps(world, send):
    world.meeting.attendees.create(
        user=world.omar, role="participant", starts_at=at(12), ends_at=at(12, 30), added_at=at(8)
    )

    page = text_of(send("pia", do="check"))
    assert re.findall(r'name="participants" value="([^"]+)"( checked)?', page) == [
        (str(world.omar.pk), ""),
        (str(world.pia.pk), " checked"),
    ]
    assert send("pia").status_code == 302
    assert set(world.meeting.attendees.present().values_list("user", flat=True)) == {world.eva.pk, world.pia.pk}


def test_video_link_stays_whatever_is_sent(world, send):
    assert send("pia", title="Second", video_link="https://elsewhere.example.test/").status_code == 302
    world.meeting.refresh_from_db()
    assert (world.meeting.title, world.meeting.video_link) == ("Second", LINK)
    assert send("eva", video_link="https://elsewhere.example.test/").status_code == 302
    world.meeting.refresh_from_db()
    assert world.meeting.video_link == "https://elsewhere.example.test/"


def test_experts_own_links_are_not_lent(world, send):
    for who in ("eva", "ines"):
        link = getattr(world, who).expert.video_link
        assert link not in text_of(send("pia", do=f"link:{getattr(world, who).pk}"))
    assert world.eva.expert.video_link in text_of(send("eva", do=f"link:{world.eva.pk}"))
    assert "own link" not in text_of(send("pia", do="check"))


def test_who_is_free_says_only_that(world, send):
    elsewhere = a_path()
    a_meeting(elsewhere, world.eva, a_participant(elsewhere), at(14, 10), title="Salary talk")
    moved = {"start": "14:00", "do": "check"}

    pia, eva = (text_of(send(who, **moved)) for who in ("pia", "eva"))

    assert "<strong>Eva</strong> is not free then." in pia
    assert "<strong>Pia</strong> is free then." in pia
    for words in ("14:10", "14:40", "09:00 to", "17:00", "Times that suit everyone", "suit:", "Salary talk"):
        assert words not in pia
    assert "Times that suit everyone" in eva
    assert "09:00 to 12:00" in eva or "09:00 to 14:10" in eva


@pytest.mark.parametrize("why", ["meeting", "hours", "calendar"])
def test_refused_time_tells_no_reason_and_is_not_overridden(world, send, why):
    start = 20 if why == "hours" else 14
    if why == "meeting":
        elsewhere = a_path()
        a_meeting(elsewhere, world.eva, a_participant(elsewhere), at(14, 10))
    if why == "calendar":
        BusyTime.objects.create(expert=world.eva.expert, starts_at=at(14, 10), ends_at=at(14, 20))
    begin, over = (int((at(start) + timedelta(minutes=more)).timestamp()) for more in (0, 30))
    consents = [f"{kind}:{world.eva.pk}:{begin}:{over}" for kind in ("hours", "busy")]
    moved = {"start": f"{start}:00", "accept": consents}
    before = rows()

    answer = send("pia", **moved)

    assert (answer.status_code, rows() == before) == (400, True)
    page = text_of(answer)
    assert "Eva is not free at that time. Choose another time or take Eva out." in page
    for words in ("already has a meeting", "outside Eva", "busy elsewhere", "14:10", "available", 'name="accept"'):
        assert words not in page
    # Nor by a colour.
    assert ("ew-chosen-warn" in page, "ew-chosen-danger" in page) == (True, False)
    as_expert = send("eva", **moved)
    assert as_expert.status_code == (400 if why == "meeting" else 302)


def test_time_agreed_on_before_stays_as_it_is(world, send):
    BusyTime.objects.create(expert=world.eva.expert, starts_at=at(12, 10), ends_at=at(12, 20))

    assert "<strong>Eva</strong> is free then." in text_of(send("pia", do="check"))
    assert send("pia", title="Second").status_code == 302


def test_hands_over_to_those_in_the_meeting_only(world, send):
    page = text_of(send("pia", do="check"))
    options = re.findall(r'<option value="([^"]*)"', page.partition('id="id_organizer"')[2].partition("</select>")[0])
    assert options == [str(world.eva.pk), str(world.pia.pk)]
    for who in ("ada", "omar", "ines"):
        assert send("pia", organizer=getattr(world, who).pk).status_code == 400
    assert send("pia", organizer=world.eva.pk).status_code == 302
    world.meeting.refresh_from_db()
    assert world.meeting.organizer == world.eva


@pytest.mark.parametrize("do", ["expert", "add-expert", "suit:2026-11-03T14:00:00+00:00", "link:x", "x"])
def test_other_buttons_give_nothing_away(world, send, do):
    page = send("pia", do=do)

    assert page.status_code == (403 if "expert" in do else 200)
    assert "Ines" not in text_of(page)
