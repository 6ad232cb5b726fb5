"""The first page after a session was cancelled by the other side: the same time, other times, or not now."""

import html
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.models import Attendee, Meeting
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
START = at(10, day=7)


class Scene:
    """Pia's session of Monday in a week, with Eva, who cancels it."""

    def __init__(self, *others, **policy):
        self.path = a_path(**{"sessions_per_participant": 6, **policy})
        self.pia = a_participant(self.path, "Pia Holm")
        self.eva = an_expert(self.path, name="Eva Lind")
        self.others = [an_expert(self.path, name=name, title="Torch coach") for name in others]
        self.theme = a_theme(self.path, self.eva, *self.others)
        self.old = self.lose(START)

    def lose(self, start, by=None):
        meeting = book(self.theme, self.pia, start, expert=self.eva, note="About Tuesday")
        return booking.cancel(meeting=meeting, by=by or self.eva.user, now=NOW, message="I have lost my voice.")

    def home(self, user=None):
        return html.unescape(signed_in(user or self.pia).get(reverse("home")).text)

    def cards(self, user=None):
        """The words of each card of a lost session."""
        found = re.findall(r'<section class="card ew-lost".*?</section>', self.home(user), re.DOTALL)
        return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub("</?bdi>", "", card))).strip() for card in found]

    def post(self, name, user=None, **form):
        return signed_in(user or self.pia).post(reverse(f"meetings:{name}", args=[self.old.pk]), form)


def primaries(page):
    return page.partition("<main")[2].count("btn-primary")


def test_lost_session_comes_first_with_the_same_time_and_two_others():
    scene = Scene("Daniel Okafor")
    book(scene.theme, scene.pia, at(15, day=3), expert=scene.eva)

    page, [card] = scene.home(), scene.cards()

    assert card == (
        "Cancelled by Eva Your session on Monday 9 November needs a new expert"
        " Monday 9 November, 10:00 to 10:30 Giving feedback. You have the session back."
        " “I have lost my voice.” Eva Lind, today, 08:00"
        " Take this time with Daniel Daniel Okafor, Torch coach. Your note goes along."
        " Or another time Mon 9 November, 09:30 with Daniel Mon 9 November, 10:30 with Daniel"
        " See all times Not now : hide this"
    )
    order = ["ew-lost", "Take this time", "next-title", "Leading others"]
    assert sorted(order, key=page.index) == order
    assert primaries(page) == 1
    assert reverse("schedule:confirm", args=[scene.path.pk]) in page


def test_taking_the_time_books_whom_the_button_named():
    scene = Scene("Daniel Okafor", "Dora Unger", "Dan Ek")
    form = dict(re.findall(r'name="(token|shown|expert)" value="([^"]*)"', scene.home()))
    [card] = scene.cards()
    assert "Take this time with " in card

    answer = scene.post("rescue", **form)

    new = Meeting.objects.get(rescues=scene.old)
    assert [str(expert.pk) for expert in new.experts] == [form["expert"]]
    assert answer.url == reverse("meetings:booked", args=[new.pk])
    assert scene.cards() == []


def test_damaged_name_books_nobody():
    scene = Scene("Daniel Okafor")

    assert scene.post("rescue", token=uuid4(), expert="x").url == scene.old.get_absolute_url()
    assert not Meeting.objects.filter(rescues=scene.old).exists()
    assert scene.post("rescue", token=uuid4(), expert=scene.others[0].user_id).status_code == 302
    assert Meeting.objects.filter(rescues=scene.old).exists()


def test_another_expert_than_the_one_named_is_shown():
    scene = Scene("Daniel Okafor", "Dora Unger")
    named = scene.others[0]
    book(scene.theme, a_participant(scene.path, "Per"), START, expert=named)
    client = signed_in(scene.pia)

    address = reverse("meetings:rescue", args=[scene.old.pk])
    page = html.unescape(client.post(address, {"token": uuid4(), "expert": named.user_id}, follow=True).text)

    assert "The expert who was named was just taken: you meet Dora Unger." in page


def test_without_anybody_free_three_times_stand_in_its_place():
    scene = Scene("Daniel Okafor")
    assert "Take this time" in scene.home()
    book(scene.theme, a_participant(scene.path, "Per"), START, expert=scene.others[0])

    page, [card] = scene.home(), scene.cards()

    assert "Your session on Monday 9 November was cancelled" in card
    assert "Take this time" not in card
    assert card.count(" with ") == 3
    assert primaries(page) == 1
    first = re.search(r'class="btn btn-primary[^"]*" href="([^"]+)"', page)
    assert first
    assert first[1].startswith(reverse("schedule:confirm", args=[scene.path.pk]))


def test_two_lost_sessions_are_two_cards_the_nearest_first():
    scene = Scene("Daniel Okafor")
    scene.lose(at(10, day=2))

    page, cards = scene.home(), scene.cards()

    assert ["on Wednesday needs" in cards[0], "on Monday 9 November needs" in cards[1]] == [True, True]
    assert primaries(page) == 1


def test_without_sessions_left_it_says_so():
    scene = Scene("Daniel Okafor", sessions_per_participant=1)
    assert "Take this time" in scene.home()
    book(scene.theme, scene.pia, at(10), expert=scene.eva)

    [card] = scene.cards()

    assert "Your session of this path is used or booked." in card
    assert "Take this time" not in card


def test_not_now_hides_it_here_and_nowhere_else():
    scene = Scene("Daniel Okafor")
    scene.lose(at(10, day=2))
    assert len(scene.cards()) == 2

    answer = scene.post("not-now")

    assert answer.url == reverse("home")
    assert len(scene.cards()) == 1
    assert "Take this time" in html.unescape(signed_in(scene.pia).get(scene.old.get_absolute_url()).text)
    hidden = Attendee.objects.filter(offer_hidden_at=NOW)
    assert [(row.meeting_id, row.user_id) for row in hidden] == [(scene.old.pk, scene.pia.pk)]
    # The same once more is no harm.
    assert scene.post("not-now").status_code == 302


@pytest.mark.parametrize("who", ["expert", "admin", "stranger"])
def test_only_the_participant_hides_it(who):
    scene = Scene("Daniel Okafor")
    person = {
        "expert": lambda: scene.eva.user,
        "admin": lambda: an_admin(scene.path),
        "stranger": lambda: a_participant(scene.path, "Per"),
    }[who]()

    answer = scene.post("not-now", person)

    assert answer.status_code == (404 if who == "stranger" else 403)
    assert len(scene.cards()) == 1


def test_no_card_for_what_is_nobodys_loss_or_over(clock):
    scene = Scene("Daniel Okafor")
    own = book(scene.theme, scene.pia, at(12), expert=scene.eva)
    booking.cancel(meeting=own, by=scene.pia, now=NOW)
    assert len(scene.cards()) == 1
    assert scene.cards(scene.eva.user) == []

    clock.move_to(START)

    assert scene.cards() == []


def test_no_card_for_who_left_the_path():
    scene = Scene("Daniel Okafor")
    assert len(scene.cards()) == 1

    leave(scene.pia, scene.path)

    assert scene.cards() == []


def test_lists_mark_a_cancelled_session_that_lies_ahead():
    scene = Scene("Daniel Okafor")
    address = reverse("meetings:list")
    client = signed_in(scene.pia)

    past = html.unescape(client.get(address + "?show=past").text)

    assert "Past and cancelled" in past
    row = past.partition(scene.old.get_absolute_url())
    assert "text-decoration-line-through" in row[0].rpartition("<li")[2]
    assert "Would have been in 7 days" in row[2]
    assert "Cancelled" in row[2].partition("</li>")[0]
    assert scene.old.get_absolute_url() not in client.get(address).text
    on_path = html.unescape(client.get(reverse("paths:detail", args=[scene.path.pk])).text)
    assert "Past and cancelled" in on_path
    assert "Would have been in 7 days" in on_path
