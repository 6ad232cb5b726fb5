"""Where ad-hoc meetings show: their own page, the path's, its history, and the first step of booking."""

import html
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse

from everwise.templatetags import ui
from meetings import booking
from tests.scene import NOW, a_meeting, a_participant, a_path, add, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MANUALLY = "Add meeting manually"


def delete(cast, meeting):
    booking.delete(meeting=meeting, by=cast.ada, sequence=0, token=uuid4(), now=NOW, message="Not needed")


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
        dropin = text(getattr(cast, who), "meetings:detail", cast.dropin().pk)
        for change in ("/reschedule/", "/cancel/"):
            assert (change in page, change in dropin) == (False, True)

    def test_no_button_once_it_has_begun(self, cast, text, clock):
        meeting = cast.adhoc()
        assert "/edit/" in text(cast.eva, "meetings:detail", meeting.pk)
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
        meeting = cast.adhoc(place=place, video_link=link)

        page, form = text(cast.pia, "meetings:detail", meeting.pk), text(cast.eva, "meetings:edit", meeting.pk)

        assert f'<h2 class="h3">{words}</h2>' in page
        assert ["https://video.example.test/1" in shown for shown in (form, page)] == [bool(link), False]

    def test_agenda_is_a_list_a_paragraph_or_nothing(self, cast, text):
        many = text(cast.pia, "meetings:detail", cast.adhoc(agenda="- One\n\n2. <b>Two</b>").pk)

        assert '<ol class="ew-agenda"><li>One</li><li><b>Two</b></li></ol>' in many
        assert "Agenda" in many
        later = {"starts_at": at(12), "ends_at": at(13)}
        assert "<p>Only this</p>" in text(cast.pia, "meetings:detail", cast.adhoc(agenda="Only this", **later).pk)
        last = {"starts_at": at(14), "ends_at": at(15)}
        assert "Agenda" not in text(cast.pia, "meetings:detail", cast.adhoc(**last).pk)

    def test_rights_are_explained(self, cast, text):
        page = text(cast.pia, "meetings:detail", cast.adhoc().pk)

        assert "Its organizer is Eva. Only its organizer and the admins of this path can edit this meeting." in page

    def test_deleted_is_history_for_the_admin_and_gone_for_the_rest(self, cast, get, text):
        meeting = cast.adhoc()
        before = text(cast.ada, "meetings:detail", meeting.pk)
        delete(cast, meeting)

        page = text(cast.ada, "meetings:detail", meeting.pk)
        for words in ("Deleted by you", "Not needed", "History"):
            assert words in page
        for path in ("/edit/", "/hand-over/"):
            assert (path in before, path in page) == (True, False)
        assert [get(person, "meetings:detail", meeting.pk).status_code for person in (cast.eva, cast.pia)] == [404, 404]

    def test_agenda_of_another_is_escaped_in_titles_too(self, cast, get):
        page = get(cast.pia, "meetings:detail", cast.adhoc(title="<script>").pk).content.decode()

        assert "<h1><bdi>&lt;script&gt;</bdi></h1>" in page


class TestDeletedIsInNoList:
    @pytest.mark.parametrize("who", ["eva", "pia"])
    @pytest.mark.parametrize(("name", "query"), [("home", ""), ("meetings:list", ""), ("meetings:list", "?show=past")])
    def test_of_those_who_were_in_it(self, cast, text, clock, who, name, query):
        cast.adhoc(title="Kept", starts_at=at(12), ends_at=at(13))
        delete(cast, cast.adhoc(title="Forgotten"))
        if query:
            clock.move_to(at(13))

        page = text(getattr(cast, who), name, query=query)

        assert [title in page for title in ("Kept", "Forgotten")] == [True, False]

    @pytest.mark.parametrize("who", ["ada", "eva", "pia"])
    def test_of_the_path(self, cast, text, who):
        cast.adhoc(title="Kept", starts_at=at(12), ends_at=at(13))
        delete(cast, cast.adhoc(title="Forgotten"))

        page = text(getattr(cast, who), "paths:detail", cast.path.pk)

        assert [title in page for title in ("Kept", "Forgotten")] == [True, False]

    def test_but_the_path_history(self, cast, text):
        delete(cast, cast.adhoc(title="Forgotten"))

        assert "Forgotten" not in text(cast.ada, "paths:meetings", cast.path.pk)
        page = text(cast.ada, "paths:meetings", cast.path.pk, query="?show=cancelled")
        assert "Forgotten" in page
        assert ui.badge("deleted") in page


class TestPathHistory:
    def test_shows_every_meeting_of_the_path_and_no_other(self, cast, text):
        cast.adhoc(title="By hand")
        cast.dropin()
        elsewhere = a_path()
        a_meeting(elsewhere, an_expert(elsewhere).user, a_participant(elsewhere), at(14), title="Elsewhere")

        page = text(cast.ada, "paths:meetings", cast.path.pk)

        assert ("By hand" in page, "Giving feedback" in page, "Elsewhere" in page) == (True, True, False)
        assert "Elsewhere" in text(an_admin(elsewhere), "paths:meetings", elsewhere.pk)

    @pytest.mark.parametrize("who", ["eva", "pia"])
    def test_is_refused_to_other_members(self, cast, get, who):
        answer = get(getattr(cast, who), "paths:meetings", cast.path.pk)

        assert answer.status_code == 403
        assert "Only an admin of this path can see this." in answer.content.decode()

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("", "No meetings coming up"),
            ("?show=past", "No past meetings"),
            ("?show=cancelled", "No cancelled meetings"),
        ],
    )
    def test_empty(self, cast, text, query, words):
        assert words in text(cast.ada, "paths:meetings", cast.path.pk, query=query)

    def test_pages_and_a_constant_number_of_queries(self, cast, text, django_assert_num_queries, client):
        cast.adhoc()
        text(cast.ada, "paths:meetings", cast.path.pk)
        with django_assert_num_queries(11):
            client.get(reverse("paths:meetings", args=[cast.path.pk]))
        for number in range(29):
            people = {"experts": (an_expert(cast.path, name="Ex").user,), "participants": (a_participant(cast.path),)}
            cast_plan = replace(cast.plan, starts_at=at(9), ends_at=at(10), title=f"Number {number}", **people)
            add(cast.path, cast_plan, cast.ada)
        with django_assert_num_queries(11):
            page = client.get(reverse("paths:meetings", args=[cast.path.pk]))
        assert b"1 to 25 of 30" in page.content


class TestWaysToAddByHand:
    @pytest.mark.parametrize(("who", "shown"), [("ada", True), ("eva", True), ("pia", False)])
    @pytest.mark.parametrize("name", ["paths:detail", "schedule:theme"])
    def test_for_admins_and_experts(self, cast, text, who, shown, name):
        page = text(getattr(cast, who), name, cast.path.pk)

        assert (MANUALLY in page) == shown
        assert (reverse("schedule:manually", args=[cast.path.pk]) in page) == shown

    @pytest.mark.parametrize(
        ("name", "bookable"), [("paths:detail", "Book a drop-in session"), ("schedule:theme", "For whom")]
    )
    def test_stay_when_nothing_can_be_booked(self, cast, text, name, bookable):
        assert bookable in text(cast.ada, name, cast.path.pk)
        cast.theme.experts.clear()

        page = text(cast.ada, name, cast.path.pk)

        assert MANUALLY in page
        assert bookable not in page
