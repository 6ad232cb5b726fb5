"""Two people, or two tabs, at one ad-hoc meeting: the staler overwrites nothing and sees why; a form counts once."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings.models import Meeting, MeetingEvent, Notice
from tests.gate_world import a_good_form, a_manual_form, signed_in
from tests.scene import a_meeting, a_participant, a_person, an_admin, at, leave
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def ada(path):
    return signed_in(an_admin(path))


@pytest.fixture
def organizer(pia):
    return signed_in(pia)


@pytest.fixture
def meeting(path, eva, pia):
    return a_meeting(path, eva, pia, at(12))


def address(change, meeting):
    return reverse(f"meetings:{change}", args=[meeting.pk])


def hidden(page):
    """What the first form of a page sends back unseen."""
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        sent.setdefault(name, []).append(value)
    return sent


class TestStaleEdit:
    @pytest.fixture
    def form(self, meeting):
        """The organizer's, opened before the admin saved theirs."""
        return a_good_form("edit", meeting) | {"title": "The organizer’s", "start": "15:00", "agenda": "one\ntwo"}

    @pytest.fixture(autouse=True)
    def admins(self, clock, ada, meeting, form):
        sent = a_good_form("edit", meeting) | {"title": "The admin’s", "start": "14:00"}
        assert ada.post(address("edit", meeting), sent).status_code == 302

    def test_is_shown_both_versions_and_overwrites_nothing(self, organizer, meeting, form):
        before = everything()

        response = organizer.post(address("edit", meeting), form)

        page = response.content.decode()
        assert (response.status_code, everything() == before) == (409, True)
        assert "Ada has saved another version while you were editing." in page
        cells = re.findall(r'<div class="ew-prose">(.*?)</div>', page, re.DOTALL)
        assert cells[:2] == ["The admin’s", "The organizer’s"]
        assert ["14:00 to 14:30" in cells[4], "15:00 to 15:30" in cells[5]] == [True, True]
        assert page.count(">Differs<") == 3  # title, agenda, time

    def test_going_on_brings_that_version_back_and_saves_it(self, organizer, meeting, form):
        stale = organizer.post(address("edit", meeting), form).content.decode()
        carried = hidden(stale) | {"do": "check"}
        carried.pop("csrfmiddlewaretoken", None)

        response = organizer.post(address("edit", meeting), carried)
        page = response.content.decode()
        assert response.status_code == 200
        assert 'value="The organizer’s"' in page
        assert "one\ntwo</textarea>" in page
        assert Meeting.objects.get().title == "The admin’s"

        carried.pop("do")
        assert organizer.post(address("edit", meeting), carried).status_code == 302
        meeting.refresh_from_db()
        assert (meeting.title, meeting.starts_at, meeting.sequence) == ("The organizer’s", at(15), 2)

    def test_going_on_while_a_third_saves_is_stale_again(self, ada, organizer, meeting, form):
        carried = hidden(organizer.post(address("edit", meeting), form).content.decode())
        meeting.refresh_from_db()
        ada.post(address("edit", meeting), a_good_form("edit", meeting) | {"title": "The admin’s third"})

        assert organizer.post(address("edit", meeting), carried).status_code == 409
        assert Meeting.objects.get().title == "The admin’s third"

    @pytest.mark.parametrize("change", ["hand-over", "delete"])
    def test_stale_hand_over_and_delete_are_refused_too(self, organizer, meeting, change):
        form = a_good_form(change, meeting) | {"message": "Kept words"}
        before = everything()

        response = organizer.post(address(change, meeting), form)

        page = response.content.decode()
        assert (response.status_code, everything() == before) == (409, True)
        assert "This meeting was changed while you had it open." in page
        again = hidden(page) | {"to": form.get("to", ""), "message": "Kept words"}
        assert organizer.post(address(change, meeting), again).status_code == 302


def test_staler_one_who_was_taken_out_in_the_meantime_finds_nothing(ada, organizer, path, eva, pia, meeting):
    form = a_good_form("edit", meeting)
    per = a_participant(path, "Per")
    ada.post(
        address("edit", meeting), a_good_form("edit", meeting) | {"participants": [per.pk], "organizer": str(eva.pk)}
    )

    response = organizer.post(address("edit", meeting), form)

    assert response.status_code == 404
    assert ["Next steps" in page.text for page in (ada.get(address("edit", meeting)), response)] == [True, False]


def test_staler_one_who_lost_the_right_in_the_meantime_is_refused(ada, organizer, meeting):
    form = a_good_form("edit", meeting)
    ada.post(address("hand-over", meeting), a_good_form("hand-over", meeting))

    response = organizer.post(address("edit", meeting), form)

    assert response.status_code == 403
    assert "Only its organizer and the admins of this path can edit this meeting." in response.text
    assert Meeting.objects.get().title == "Catching up" != form["title"]


def test_somebody_else_is_not_let_in_by_a_token_they_have_seen(ada, meeting):
    form = a_good_form("edit", meeting)
    ada.post(address("edit", meeting), form)
    stranger = signed_in(a_person("Sue"))

    before = everything()
    assert stranger.post(address("edit", meeting), form).status_code == 404
    assert everything() == before


class TestSameFormTwice:
    def twice(self, client, where, form):
        """Both answers to the same post, and that the second wrote nothing."""
        first = client.post(where, form)
        after_first = everything()
        second = client.post(where, form)
        assert everything() == after_first
        return (first.status_code, first.url), (second.status_code, second.url)

    def test_add_is_one_meeting(self, ada, path, eva, pia):
        form = a_manual_form(at(10), experts=[eva.pk], participants=[pia.pk], organizer="", token=str(uuid4()))

        first, second = self.twice(ada, reverse("schedule:manually", args=[path.pk]), form)

        meeting = Meeting.objects.get()
        assert first == second == (302, meeting.get_absolute_url())
        assert (MeetingEvent.objects.count(), Notice.objects.of_changes().count()) == (1, 3)

    def test_add_by_somebody_who_has_left_since(self, path, eva, pia):
        client = signed_in(eva)
        where = reverse("schedule:manually", args=[path.pk])
        form = a_manual_form(at(10), experts=[eva.pk], participants=[pia.pk], organizer="", token=str(uuid4()))
        first = client.post(where, form)
        leave(eva, path)

        assert client.post(where, form).url == first.url
        assert Meeting.objects.count() == 1

    @pytest.mark.parametrize("change", ["edit", "hand-over", "delete"])
    def test_change_is_one(self, ada, meeting, change):
        first, second = self.twice(ada, address(change, meeting), a_good_form(change, meeting))

        meeting.refresh_from_db()
        assert first == second
        assert (meeting.sequence, meeting.events.count()) == (1, 1)

    @pytest.mark.parametrize("change", ["edit", "hand-over", "delete"])
    def test_change_that_took_the_right_away(self, ada, organizer, eva, path, meeting, change):
        form = a_good_form(change, meeting)
        if change == "edit":
            # Who participates can take themselves out, and nobody in.
            per = a_participant(path, "Per").pk
            ada.post(address("edit", meeting), form | {"participants": [*form["participants"], per]})
            meeting.refresh_from_db()
            form = a_good_form(change, meeting) | {"participants": [per], "organizer": str(eva.pk)}

        first, second = self.twice(organizer, address(change, meeting), form)

        seen = meeting.get_absolute_url() if change == "hand-over" else reverse("paths:detail", args=[path.pk])
        assert first == second == (302, seen)
        assert organizer.get(address("edit", meeting)).status_code == (403 if change == "hand-over" else 404)

    def test_another_form_is_another_change(self, ada, meeting):
        assert ada.post(address("edit", meeting), a_good_form("edit", meeting)).status_code == 302
        meeting.refresh_from_db()
        form = a_good_form("edit", meeting) | {"title": "Once more"}

        assert ada.post(address("edit", meeting), form).status_code == 302
        meeting.refresh_from_db()
        assert (meeting.title, meeting.sequence) == ("Once more", 2)
