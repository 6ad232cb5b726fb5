"""Where ad-hoc meetings show: their own page, the path's, its history, and the first step of booking."""

import html
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse

from everwise.templatetags import ui
from meetings import booking
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, add, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MANUALLY = "Add meeting manually"


class Cast:
    def __init__(self):
        self.path = a_path()
        self.ada = an_admin(self.path)
        self.expert = an_expert(self.path)
        self.eva = self.expert.user
        self.pia = a_participant(self.path)
        self.theme = a_theme(self.path, self.expert)
        self.plan = booking.MeetingPlan(
            title="First 90 days", starts_at=at(10), ends_at=at(11), experts=(self.eva,), participants=(self.pia,)
        )

    def adhoc(self, **fields):
        return add(self.path, replace(self.plan, organizer=self.eva, **fields), self.ada)

    def delete(self, meeting):
        booking.delete(meeting=meeting, by=self.ada, sequence=0, token=uuid4(), now=NOW, message="Not needed")


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def get(client):
    def get_as(user, name, *args, query=""):
        client.force_login(user)
        return client.get(reverse(name, args=args) + query)

    return get_as


@pytest.fixture
def text(get):
    def text_as(*args, **kwargs):
        response = get(*args, **kwargs)
        assert response.status_code == 200
        return re.sub(r"\s+", " ", html.unescape(response.content.decode()))

    return text_as


class TestMeeting:
    @pytest.mark.parametrize(("who", "shown"), [("ada", True), ("eva", True), ("pia", False)])
    def test_edit_button_for_those_who_may(self, cast, text, who, shown):
        meeting = cast.adhoc()

        page = text(getattr(cast, who), "meetings:detail", meeting.pk)

        assert (reverse("meetings:edit", args=[meeting.pk]) in page) == shown
        assert (reverse("meetings:hand-over", args=[meeting.pk]) in page) == shown
        assert "/reschedule/" not in page
        assert "/cancel/" not in page

    def test_no_button_once_it_has_begun(self, cast, text, clock):
        meeting = cast.adhoc()
        clock.move_to(at(10))

        assert "/edit/" not in text(cast.eva, "meetings:detail", meeting.pk)

    @pytest.mark.parametrize(
        ("place", "link", "words"),
        [
            ("Lake room", "https://video.example.test/1", "Lake room, and by video"),
            ("Lake room", "", "Lake room"),
            ("", "https://video.example.test/1", "Video room"),
            ("", "", "No place has been set"),
        ],
    )
    def test_where(self, cast, text, place, link, words):
        page = text(cast.pia, "meetings:detail", cast.adhoc(place=place, video_link=link).pk)

        assert f'<h2 class="h3">{words}</h2>' in page
        assert "https://video.example.test/1" not in page

    def test_agenda_is_a_list_a_paragraph_or_nothing(self, cast, text):
        many = text(cast.pia, "meetings:detail", cast.adhoc(agenda="- One\n\n2. <b>Two</b>").pk)

        assert '<ol class="ew-agenda"><li>One</li><li><b>Two</b></li></ol>' in many
        later = {"starts_at": at(12), "ends_at": at(13)}
        assert "<p>Only this</p>" in text(cast.pia, "meetings:detail", cast.adhoc(agenda="Only this", **later).pk)
        last = {"starts_at": at(14), "ends_at": at(15)}
        assert "Agenda" not in text(cast.pia, "meetings:detail", cast.adhoc(**last).pk)

    def test_rights_are_explained(self, cast, text):
        page = text(cast.pia, "meetings:detail", cast.adhoc().pk)

        assert "Its organizer is Eva. Only its organizer and the admins of this path can edit this meeting." in page

    def test_deleted_is_history_for_the_admin_and_gone_for_the_rest(self, cast, get, text):
        meeting = cast.adhoc()
        cast.delete(meeting)

        page = text(cast.ada, "meetings:detail", meeting.pk)
        for words in ("Deleted by you", "Not needed", "History"):
            assert words in page
        for path in ("/edit/", "/hand-over/", "/delete/"):
            assert path not in page
        assert [get(person, "meetings:detail", meeting.pk).status_code for person in (cast.eva, cast.pia)] == [404, 404]

    def test_agenda_of_another_is_escaped_in_titles_too(self, cast, get):
        page = get(cast.pia, "meetings:detail", cast.adhoc(title="<script>").pk).content.decode()

        assert "<h1>&lt;script&gt;</h1>" in page


class TestDeletedIsInNoList:
    @pytest.mark.parametrize("who", ["ada", "eva", "pia"])
    @pytest.mark.parametrize(
        ("name", "query"), [("home", ""), ("meetings:list", ""), ("meetings:list", "?show=past"), ("paths:detail", "")]
    )
    def test_of_anybody(self, cast, text, who, name, query):
        cast.delete(cast.adhoc(title="Forgotten"))
        args = [cast.path.pk] if name == "paths:detail" else []

        assert "Forgotten" not in text(getattr(cast, who), name, *args, query=query)

    def test_but_the_path_history(self, cast, text):
        cast.delete(cast.adhoc(title="Forgotten"))

        assert "Forgotten" not in text(cast.ada, "paths:meetings", cast.path.pk)
        page = text(cast.ada, "paths:meetings", cast.path.pk, query="?show=past")
        assert "Forgotten" in page
        assert ui.badge("deleted") in page


class TestPathHistory:
    def test_shows_every_meeting_of_the_path_and_no_other(self, cast, text):
        cast.adhoc(title="By hand")
        book(cast.theme, cast.pia, at(14))
        other = Cast()
        other.adhoc(title="Elsewhere")

        page = text(cast.ada, "paths:meetings", cast.path.pk)

        assert ("By hand" in page, "Giving feedback" in page, "Elsewhere" in page) == (True, True, False)

    @pytest.mark.parametrize("who", ["eva", "pia"])
    def test_is_refused_to_other_members(self, cast, get, who):
        answer = get(getattr(cast, who), "paths:meetings", cast.path.pk)

        assert answer.status_code == 403
        assert "Only admins of this path can see all its meetings." in answer.content.decode()

    def test_is_not_there_for_strangers(self, cast, get):
        for person in (a_person(), an_admin(a_path())):
            assert get(person, "paths:meetings", cast.path.pk).status_code == 404

    @pytest.mark.parametrize(("query", "words"), [("", "No meetings coming up"), ("?show=past", "No past meetings")])
    def test_empty(self, cast, text, query, words):
        assert words in text(cast.ada, "paths:meetings", cast.path.pk, query=query)

    def test_pages_and_a_constant_number_of_queries(self, cast, text, django_assert_num_queries, client):
        cast.adhoc()
        text(cast.ada, "paths:meetings", cast.path.pk)
        with django_assert_num_queries(9):
            client.get(reverse("paths:meetings", args=[cast.path.pk]))
        for hour in range(24):
            people = {"experts": (an_expert(cast.path, name="Ex").user,), "participants": (a_participant(cast.path),)}
            cast_plan = replace(cast.plan, starts_at=at(9), ends_at=at(10), title=f"Number {hour}", **people)
            add(cast.path, cast_plan, cast.ada)
        with django_assert_num_queries(9):
            page = client.get(reverse("paths:meetings", args=[cast.path.pk]))
        assert b"1 to 20 of 25" in page.content


class TestWaysToAddByHand:
    @pytest.mark.parametrize(("who", "shown"), [("ada", True), ("eva", True), ("pia", False)])
    @pytest.mark.parametrize("name", ["paths:detail", "schedule:theme"])
    def test_for_admins_and_experts(self, cast, text, who, shown, name):
        page = text(getattr(cast, who), name, cast.path.pk)

        assert (MANUALLY in page) == shown
        assert (reverse("schedule:manually", args=[cast.path.pk]) in page) == shown

    @pytest.mark.parametrize("name", ["paths:detail", "schedule:theme"])
    def test_stay_when_nothing_can_be_booked(self, cast, text, name):
        cast.theme.experts.clear()

        page = text(cast.ada, name, cast.path.pk)

        assert MANUALLY in page
        assert "Book a drop-in session" not in page
