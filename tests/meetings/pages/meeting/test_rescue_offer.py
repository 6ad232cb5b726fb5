"""What the pages and the mail of a cancelled session offer in its place."""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.enums import Happening
from meetings.models import Meeting, Notice
from paths.enums import Role
from paths.models import Path
from tests.gate_world import signed_in
from tests.meetings.letters import page as link_to
from tests.meetings.letters import sent
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_theme,
    an_admin,
    an_expert,
    at,
    book,
    join,
    leave,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
START = at(10)


class Scene:
    def __init__(self, *others, **policy):
        self.path = a_path(**policy)
        self.pia = a_participant(self.path, "Pia Holm")
        self.eva = an_expert(self.path, name="Eva Lind")
        self.others = [an_expert(self.path, name=name) for name in others]
        self.theme = a_theme(self.path, self.eva, *self.others)
        meeting = book(self.theme, self.pia, START, expert=self.eva)
        self.old = booking.cancel(meeting=meeting, by=self.eva.user, now=NOW, message="I have lost my voice.")

    @property
    def address(self):
        return reverse("meetings:rescue", args=[self.old.pk])

    def page(self, user=None, meeting=None):
        answer = signed_in(user or self.pia).get((meeting or self.old).get_absolute_url())
        return html.unescape(answer.content.decode())

    def take(self, user=None, **form):
        return signed_in(user or self.pia).post(self.address, {"token": str(uuid4()), **form})


def words(page):
    """The main part of a page without its tags, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")]))


def test_page_offers_the_same_time_with_the_other_expert_before_anything_else():
    scene = Scene("Daniel Okafor")

    page = scene.page()

    text = words(page)
    assert "Same time, with Daniel Okafor" in text
    order = ["<h1", "Same time, with Daniel Okafor", "Take this time", "Choose another time", "I have lost my voice"]
    assert sorted(order, key=page.index) == order
    assert f'action="{scene.address}"' in page
    assert f"{reverse('schedule:time', args=[scene.path.pk])}?theme={scene.theme.pk}" in page


def test_page_counts_the_experts_where_there_are_more():
    assert "Same time, with one of 3 experts" in words(Scene("Daniel", "Dora", "Dan").page())


def test_taking_the_time_leads_to_the_new_meeting():
    scene = Scene("Daniel Okafor")

    answer = scene.take()

    new = Meeting.objects.get(rescues=scene.old)
    assert (answer.status_code, answer.url) == (302, reverse("meetings:booked", args=[new.pk]))
    assert "You’re booked" in html.unescape(signed_in(scene.pia).get(answer.url).text)


def test_second_tab_leads_to_the_same_meeting_and_a_damaged_token_does_no_harm():
    scene = Scene("Daniel", "Dora")

    assert scene.take().url == scene.take().url == scene.take(token="x").url
    assert Meeting.objects.count() == 2


def test_pages_of_both_meetings_lead_to_each_other():
    scene = Scene("Daniel Okafor")
    assert "Take this time" in scene.page()
    scene.take()
    new = Meeting.objects.get(rescues=scene.old)

    old_page, new_page = scene.page(), scene.page(meeting=new)

    assert "You kept this time You took it with Daniel Okafor instead." in words(old_page)
    assert new.get_absolute_url() in old_page
    assert "Take this time" not in old_page
    assert "It replaces a session that was cancelled" in words(new_page)
    assert scene.old.get_absolute_url() in new_page


def test_experts_see_only_meetings_they_are_in():
    scene = Scene("Daniel Okafor")
    scene.take()
    new = Meeting.objects.get(rescues=scene.old)

    assert [new.get_absolute_url() in scene.page(person) for person in (scene.pia, scene.eva.user)] == [True, False]
    new_page = scene.page(scene.others[0].user, new)
    assert "It replaces a session that was cancelled" in words(new_page)
    assert [scene.old.get_absolute_url() in page for page in (scene.page(meeting=new), new_page)] == [True, False]


def test_admin_sees_that_it_was_rescued_but_is_not_offered_it():
    scene = Scene("Daniel Okafor")
    admin = an_admin(scene.path)
    assert ["Take this time" in scene.page(person) for person in (scene.pia, admin)] == [True, False]

    scene.take()

    assert "Pia Holm took it with Daniel Okafor instead." in words(scene.page(admin))


def test_nearest_times_are_offered_where_nobody_is_free_then():
    scene = Scene("Daniel Okafor")
    assert "Take this time" in scene.page()
    book(scene.theme, a_participant(scene.path), START, expert=scene.others[0])

    page = scene.page()

    assert "Take this time" not in page
    assert page.index("Nearest times for Giving feedback") < page.index("I have lost my voice")
    found = re.findall(r"start=(\d{4}-\d\d-\d\dT[\d%A]+Z)", page)
    assert len(found) == 3
    assert [f"{START:%Y-%m-%dT%H}%3A{minute}%3A00Z" in found for minute in ("00", "30")] == [False, True]
    confirm = re.search(r'href="(/paths/[^"]+/confirm/[^"]+)"', page)[1]
    assert signed_in(scene.pia).get(confirm).status_code == 200


def test_expert_who_called_off_is_offered_on_other_days_only():
    scene = Scene()

    page = scene.page()

    found = re.findall(r"start=(\d{4}-\d\d-\d\d)T", page)
    assert len(found) == 3
    assert f"{START:%Y-%m-%d}" not in found
    assert "Take this time" not in page
    scene.theme.experts.add(an_expert(scene.path))
    assert "Take this time" in scene.page()


def test_page_of_a_busy_participant_says_so():
    scene = Scene("Daniel")
    a_meeting(scene.path, an_expert(scene.path).user, scene.pia, START)

    assert "You are in another meeting at that time now." in words(scene.page())


def test_page_without_a_session_left_says_so():
    scene = Scene("Daniel", sessions_per_participant=1)
    assert "Take this time" in words(scene.page())
    book(scene.theme, scene.pia, at(15))

    text = words(scene.page())

    assert "The one session of this path" not in text
    assert "Your session of this path is used or booked." in text
    assert "Take this time" not in text
    with pytest.raises(booking.NoSessionsLeft, match="The one session of this path is used or booked"):
        book(scene.theme, scene.pia, at(16))


def test_offer_ends_with_the_start(clock):
    scene = Scene("Daniel")
    assert "Same time" in scene.page()
    clock.move_to(START)

    assert "Same time" not in scene.page()
    assert scene.take().status_code == 403


def test_participant_who_left_sees_no_offer_and_is_refused():
    scene = Scene("Daniel")
    assert "Same time" in scene.page()
    leave(scene.pia, scene.path)

    assert "Same time" not in scene.page()
    assert scene.take().status_code == 403


def test_participant_who_is_an_admin_too_is_offered_times_of_their_own():
    scene = Scene()
    join(scene.pia, scene.path, Role.ADMIN)

    assert f"for={scene.pia.pk}" in scene.page()


def test_last_expert_just_gone_leads_back_to_the_page_with_other_times():
    scene = Scene("Daniel Okafor")
    book(scene.theme, a_participant(scene.path), START, expert=scene.others[0])
    client = signed_in(scene.pia)

    answer = client.post(scene.address, {"token": str(uuid4())}, follow=True)

    text = words(html.unescape(answer.content.decode()))
    assert answer.redirect_chain == [(scene.old.get_absolute_url(), 302)]
    assert "Nobody else is free at that time any more. Nothing was booked." in text
    assert "Nearest times" in text
    assert not Meeting.objects.filter(rescues=scene.old).exists()


def test_get_of_the_button_does_nothing():
    scene = Scene("Daniel")

    assert signed_in(scene.pia).get(scene.address).status_code == 405
    assert Meeting.objects.count() == 1


def test_page_asks_as_many_queries_for_many_experts(django_assert_max_num_queries):
    scene = Scene(*(f"Expert {number}" for number in range(2)))
    client = signed_in(scene.pia)
    with django_assert_max_num_queries(60) as few:
        client.get(scene.old.get_absolute_url())
    for number in range(8):
        scene.theme.experts.add(an_expert(scene.path, name=f"More {number}"))

    with django_assert_max_num_queries(len(few)):
        client.get(scene.old.get_absolute_url())


# The mail


def test_mail_of_the_participant_begins_with_the_offer():
    scene = Scene("Daniel Okafor")

    subject, body = sent(scene.pia, Happening.CANCELLED)

    assert subject.startswith("Cancelled: Giving feedback")
    assert body.startswith(
        "Hello Pia,\n\nEva Lind has cancelled this session, but Daniel Okafor is free at the same time.\n"
        f"\nTake it here, as long as it is free:\n{link_to(scene.old)}\n\nGiving feedback\n"
    )
    assert body.count(link_to(scene.old)) == 1
    assert "I have lost my voice." in body


def test_mail_counts_the_experts_where_there_are_more():
    assert "but 2 other experts are free at the same time" in sent(Scene("Dora", "Dan").pia, Happening.CANCELLED)[1]


def test_mail_leads_to_other_times_where_nobody_is_free():
    scene = Scene()

    body = sent(scene.pia, Happening.CANCELLED)[1]

    assert (
        "Eva Lind has cancelled this session. Nobody else was free at the same time when this was sent.\n"
        f"\nOther times are here:\n{link_to(scene.old)}\n"
    ) in body


@pytest.mark.parametrize("change", ["rescued", "over", "left", "used up"])
def test_mail_that_was_late_offers_nothing_that_is_gone(change):
    scene = Scene("Daniel Okafor")
    if change == "rescued":
        scene.take()
    elif change == "over":
        Notice.objects.update(due_at=START + timedelta(minutes=1))
    elif change == "used up":
        book(scene.theme, scene.pia, at(15))
        Path.objects.update(sessions_per_participant=1)
    else:
        leave(scene.pia, scene.path)

    body = sent(scene.pia, Happening.CANCELLED)[1]

    assert "Eva Lind has cancelled this session. The time is free again." in body


def test_mail_of_the_expert_offers_nothing():
    scene = Scene("Daniel Okafor")

    assert "You have cancelled this session.\n\nGiving feedback" in sent(scene.eva.user, Happening.CANCELLED)[1]


# The admins of the path


def all_meetings(scene, show="cancelled"):
    answer = signed_in(an_admin(scene.path)).get(f"{reverse('paths:meetings', args=[scene.path.pk])}?show={show}")
    return words(html.unescape(answer.content.decode()))


def test_admins_see_how_many_were_rescued():
    scene = Scene("Daniel Okafor")
    assert "Experts and admins cancelled 1 session. It was not rescued." in all_meetings(scene)
    scene.take()
    later = book(scene.theme, scene.pia, at(14))
    booking.cancel(meeting=later, by=an_admin(scene.path), now=NOW)

    text = all_meetings(scene)

    assert (
        "Experts and admins cancelled 2 sessions. 1 of them was rescued: the participant took the same time with"
        " another expert."
    ) in text
    assert text.count("Rescued: its time was taken with another expert") == 1
    assert "rescued" not in all_meetings(scene, "past")


def test_admins_of_a_path_where_nothing_was_cancelled_read_nothing_of_rescues():
    scene = Scene()
    assert "rescued" in all_meetings(scene)
    Meeting.objects.update(status="scheduled")

    assert "rescued" not in all_meetings(scene)


def test_history_asks_as_many_queries_for_many_rescues(django_assert_num_queries, django_assert_max_num_queries):
    scene = Scene("Daniel Okafor")
    scene.take()
    client, address = (
        signed_in(an_admin(scene.path)),
        reverse("paths:meetings", args=[scene.path.pk]) + "?show=cancelled",
    )
    with django_assert_max_num_queries(40) as few:
        client.get(address)
    for hour in (12, 14, 15):
        meeting = book(scene.theme, scene.pia, at(hour))
        booking.cancel(meeting=meeting, by=meeting.attendees.get(role="expert").user, now=NOW)
        booking.rescue(meeting=meeting, by=scene.pia, token=uuid4(), now=NOW)

    with django_assert_num_queries(len(few)):
        client.get(address)
