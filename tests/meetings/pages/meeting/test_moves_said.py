"""No page and no e-mail promises a move that is not to be had: all of them go by the answer that gates the button."""

import html
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.mail import render
from meetings.models import Meeting, Notice
from paths import opening
from paths.models import Path
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIMIT = {"sessions_per_participant": 3}
# Of a path with 12 hours to change: what it is, and what its participant reads where it can't be moved.
NEVER = "Participants can’t move sessions on this path. You can still cancel it."
USED = "You have moved this session 1 time, as often as this path allows. You can still cancel it."
SHUT = "This path is closed, so this session can’t be moved any more. You can still cancel it."
LATE = "It is too late to move this session. You can still cancel it, but it counts as used."


class Scene:
    def __init__(self, *, moves=None, moved=False, closed=False, day=3, **policy):
        self.path = a_path(most_moves=moves, **LIMIT, **policy)
        self.ada, self.pia, self.eva = an_admin(self.path), a_participant(self.path), an_expert(self.path)
        self.theme = a_theme(self.path, self.eva)
        self.meeting = book(self.theme, self.pia, at(10, day=day))
        if moved:
            booking.reschedule(meeting=self.meeting, by=self.pia, start=at(12, day=day), token=uuid4(), now=NOW)
        if closed:
            opening.close(path=self.path, by=self.ada, now=NOW)

    def can_move(self, by):
        """Tried, and taken back by the test's own end."""
        meeting = Meeting.objects.with_people().get(pk=self.meeting.pk)
        try:
            booking.reschedule(meeting=meeting, by=by, start=at(15, day=5), token=uuid4(), now=NOW)
        except (booking.BookingRefused, booking.PathNotOpen):
            return False
        return True

    def page(self, user, name):
        return signed_in(user).get(reverse(f"meetings:{name}", args=[self.meeting.pk])).text

    def letter(self, user, kind):
        rows = Notice.objects.select_related("event__by", "meeting__path", "user").filter(user=user, kind=kind)
        return render.render(rows.latest("pk"))


SCENES = {
    "free": ({}, ""),
    "one move left": ({"moves": 2, "moved": True}, ""),
    "moved as often as one may": ({"moves": 1, "moved": True}, USED),
    "no moves": ({"moves": 0}, NEVER),
    "closed early": ({"closed": True}, SHUT),
    "too late": ({"day": 0}, LATE),
}


def words(text):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", text)))


@pytest.mark.parametrize(("fields", "reason"), SCENES.values(), ids=SCENES)
def test_participant_reads_of_a_move_exactly_where_it_can_be_made(fields, reason):
    scene = Scene(**fields)
    address = reverse("meetings:reschedule", args=[scene.meeting.pk])
    detail, booked, cancel = (scene.page(scene.pia, name) for name in ("detail", "booked", "cancel"))
    letters = [scene.letter(scene.pia, "reminder-day")] if fields.get("day") != 0 else []
    letters += [scene.letter(scene.pia, "rescheduled" if fields.get("moved") else "booked")]
    if fields.get("day") == 0:
        letters = []

    movable = scene.can_move(scene.pia)

    assert movable is not bool(reason)
    assert [f'href="{address}"' in page for page in (detail, cancel)] == [movable, movable]
    assert [reason in words(page) for page in (detail, booked)] == [True, True]
    assert ["eschedule or cancel until" in words(page) for page in (booked, detail)] == [movable, False]
    assert ["Change it until" in words(page) for page in (booked, detail)] == [False, movable]
    for letter in letters:
        # What an e-mail that was written before the path was closed said is not taken back.
        said = [address in letter.html, "Reschedule or cancel the meeting until" in letter.text]
        assert said == [movable, movable]
        assert ("Can’t come? Cancel the meeting until" in letter.text) is not movable
        assert ("Can’t come? Cancel the meeting until" in words(letter.html)) is not movable


@pytest.mark.parametrize("name", ["moved as often as one may", "no moves", "closed early"])
def test_where_it_can_not_be_moved_the_page_says_until_when_cancelling_gives_it_back(name):
    scene = Scene(**SCENES[name][0])
    hour = "00:00" if SCENES[name][0].get("moved") else "22:00"
    day = "Thu 5" if SCENES[name][0].get("moved") else "Wed 4"

    text = f"Cancel it until {day} November, {hour}. A later cancellation uses the session."
    assert text in words(scene.page(scene.pia, "detail"))
    assert text not in words(Scene().page(scene.pia, "detail"))


def test_nobody_else_is_bound_but_by_the_path_that_is_closed():
    open_, shut = Scene(moves=0), Scene(moves=0, closed=True)
    for who in ("ada", "eva"):
        users = [getattr(each, who) for each in (open_, shut)]
        users = [getattr(user, "user", user) for user in users]
        pages = [words(scene.page(user, "detail")) for scene, user in zip((open_, shut), users, strict=True)]

        assert "You can change it until it starts." in pages[0]
        assert "you can reschedule or cancel it" in pages[0]
        assert SHUT in pages[1]
        assert "you can reschedule" not in pages[1]
        assert [scene.can_move(user) for scene, user in zip((open_, shut), users, strict=True)] == [True, False]


@pytest.mark.parametrize("moves", [0, 1, None])
@pytest.mark.parametrize("who", ["pia", "ada"])
def test_last_step_promises_no_move_where_participants_have_none(moves, who):
    scene = Scene(moves=moves)
    query = {"theme": scene.theme.pk, "start": f"{at(12, day=3):%Y-%m-%dT%H:%M:%SZ}"}
    query |= {"for": scene.pia.pk} if who == "ada" else {}
    page = signed_in(getattr(scene, who)).get(reverse("schedule:confirm", args=[scene.path.pk]), query)

    assert page.status_code == 200
    assert ("eschedule or cancel until" in words(page.text)) is (moves != 0)
    assert ("ancel until Thu 5 Nov, 00:00" in words(page.text)) is True


@pytest.mark.parametrize("minutes", [0, 720])
@pytest.mark.parametrize("total", [None, 3])
def test_overview_of_the_path_promises_no_move_either(minutes, total):
    scene = Scene()
    Path.objects.update(change_until_minutes=minutes, sessions_per_participant=total)
    said = []
    for moves in (None, 0):
        Path.objects.update(most_moves=moves)
        page = words(signed_in(scene.pia).get(reverse("paths:detail", args=[scene.path.pk])).text)
        said.append(("Reschedule or cancel u" in page, "It can’t be moved." in page))

    assert said == [(True, False), (False, True)]
