"""Experts and participants of an ad-hoc meeting: searched and paged on the server, without script too."""

import html
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings.models import Meeting
from tests.gate_world import a_manual_form, signed_in
from tests.scene import a_meeting, a_participant, a_path, a_person, an_expert, at, leave
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOBODY = {"experts": [], "participants": []}


@pytest.fixture
def people(path):
    """Forty participants, by number, and two who have one name."""
    for number in range(40):
        a_participant(path, f"Person {number:02}", email=f"p{number:02}@example.test")
    return [a_participant(path, "Maya Lindqvist", email=f"maya@{where}.example") for where in ("lake", "river")]


@pytest.fixture
def send(path, ada):
    """Posts the form with these fields, as the admin; the page that comes back."""
    client = signed_in(ada)

    def post(**fields):
        sent = {**a_manual_form(at(10)), "token": str(uuid4()), "organizer": "", **NOBODY, **fields}
        return client.post(
            reverse("schedule:manually", args=[path.pk]), {k.replace("_in_", "-"): v for k, v in sent.items()}
        )

    return post


def text_of(response):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"</?mark[^>]*>", "", response.content.decode())))


def addable(response, name="participants"):
    return re.findall(rf'value="add:{name}:([^"]+)"', response.content.decode())


def chosen(response, name="participants"):
    return re.findall(rf'type="checkbox" name="{name}" value="([^"]+)" checked', response.content.decode())


def test_page_holds_six_and_leads_on(send, people):
    first = send(do="page:participants:1")
    second = send(do="page:participants:2")

    assert "1 to 6 of 42" in text_of(first)
    assert "7 to 12 of 42" in text_of(second)
    assert (len(addable(first)), len(addable(second))) == (6, 6)
    assert set(addable(first)).isdisjoint(addable(second))


def test_search_finds_parts_of_names_and_addresses(send, people):
    by_name, by_address, nobody = (
        send(find_in_participants=words, do="find:participants") for words in ("lind MAYA", "@river", "lindx")
    )

    assert set(addable(by_name)) == {str(user.pk) for user in people}
    assert addable(by_address) == [str(people[1].pk)]
    assert '<mark class="ew-hit">Maya</mark> <mark class="ew-hit">Lind</mark>qvist' in by_name.text
    assert "Some have the same name: look at the e-mail address." in text_of(by_name)
    assert "Nobody on this path is called “lindx”." in text_of(nobody)
    assert addable(nobody) == []


@pytest.mark.parametrize("typed", ["åsa", "ÅSA", "Åsa", "عمر", "%", "_"])
def test_search_folds_case_and_knows_no_wildcards(path, send, people, typed):
    a_participant(path, "Åsa Öberg")
    a_participant(path, "عمر")

    found = addable(send(find_in_participants=typed, do="find:participants"))

    assert len(found) == (0 if typed in "%_" else 1)


def test_adding_keeps_what_was_typed_and_the_page_of_results(send, people):
    maya = people[0]
    page = send(
        title="Kept title",
        searched_in_participants="maya",
        find_in_participants="maya",
        page_in_participants="1",
        do=f"add:participants:{maya.pk}",
    )

    assert chosen(page) == [str(maya.pk)]
    assert 'value="Kept title"' in page.text
    assert addable(page) == [str(people[1].pk)]
    assert page.text.count("Added") == 1
    # On the chip the address too: another on the path has the same name.
    assert "<small>maya@lake.example</small>" in page.text


def test_address_is_not_on_the_chip_of_an_only_name(path, send, people):
    omar = a_participant(path, "Omar Haddad", email="omar@lake.example")

    page = send(participants=[str(omar.pk), str(people[0].pk)], do="check")

    assert "<small>maya@lake.example</small>" in page.text
    assert "<small>omar@lake.example</small>" not in page.text


def test_enter_after_typing_searches_and_schedules_nothing(path, send, eva, people):
    full = {"experts": [str(eva.pk)], "participants": [str(people[0].pk)]}
    before = everything()

    page = send(**full, find_in_participants="river")

    assert (page.status_code, everything() == before) == (200, True)
    assert addable(page) == [str(people[1].pk)]
    assert chosen(page) == [str(people[0].pk)]
    assert send(**full, find_in_participants="river", searched_in_participants="river").status_code == 302
    assert Meeting.objects.count() == 1


def test_empty_search_lists_whom_one_met_last(path, ada, send, people):
    page = send(do="find:participants")
    assert "1 to 6 of 42" in text_of(page)
    a_meeting(path, an_expert(path, user=a_person("Ines")).user, people[1], at(9, day=-3))
    joined = a_meeting(a_path(), an_expert(a_path()).user, people[0], at(9, day=-5))
    joined.attendees.filter(role="expert").update(user=ada)

    page = send(do="find:participants")

    assert addable(page) == [str(people[0].pk)]
    assert "You met with them last." in text_of(page)
    assert len(addable(send(do="page:participants:1"))) == 6


def test_busy_people_are_marked(path, send, eva, people):
    a_meeting(path, eva, people[0], at(10))

    page = text_of(send(find_in_participants="maya", do="find:participants"))

    assert "maya@lake.example · in a meeting at that time" in page
    assert "maya@river.example · in a meeting at that time" not in page


def test_who_can_not_come_is_not_found(path, send, people):
    people[0].is_active = False
    people[0].save()
    a_participant(a_path(), "Maya Lindgren")

    assert addable(send(find_in_participants="maya", do="find:participants")) == [str(people[1].pk)]
    leave(people[1], path)
    assert addable(send(find_in_participants="maya", do="find:participants")) == []


def test_who_left_meanwhile_is_named(path, send, eva, people):
    leave(people[0], path)
    stranger = a_participant(a_path(), "Stranger Danger")

    left = text_of(send(experts=[str(eva.pk)], participants=[str(people[0].pk)]))
    unknown = text_of(send(experts=[str(eva.pk)], participants=[str(stranger.pk)]))

    assert "Maya Lindqvist is no longer on this path." in left
    assert "Somebody you chose is not a participant of this path any more." in unknown
    assert "Stranger" not in unknown


class TestOrganizer:
    def options(self, page):
        part = page.text.partition('id="id_organizer"')[2].partition("</select>")[0]
        return re.findall(r'<option value="([^"]*)"( selected)?>([^<]+)<', part)

    def test_nobody_but_oneself_at_first(self, path, send, ada, eva):
        an_expert(path, name="Ines")

        assert self.options(send(do="check")) == [("", " selected", "Ada (you)")]

    def test_expert_is_proposed_and_then_the_participant(self, path, send, ada, eva, people):
        maya = str(people[0].pk)

        both = self.options(send(experts=[str(eva.pk)], participants=[maya], do="check"))
        alone = self.options(send(participants=[maya], do="check"))

        assert both == [
            (str(eva.pk), " selected", "Eva (expert)"),
            (maya, "", "Maya Lindqvist (maya@lake.example) (participant)"),
            (str(ada.pk), "", "Ada (you)"),
        ]
        assert [value for value, selected, _ in alone if selected] == [maya]

    def test_own_choice_stays(self, send, ada, eva, people):
        page = send(experts=[str(eva.pk)], participants=[str(people[0].pk)], organizer=str(ada.pk), do="check")

        assert [value for value, selected, _ in self.options(page) if selected] == [str(ada.pk)]


class TestPresets:
    @pytest.fixture
    def get(self, path, eva):
        client = signed_in(eva)
        return lambda query: client.get(f"{reverse('schedule:manually', args=[path.pk])}?{query}")

    def test_participant_and_organizer_of_a_follow_up(self, get, eva, people):
        maya = people[0].pk

        page = get(f"participant={maya}&organizer={maya}")

        assert (chosen(page), chosen(page, "experts")) == ([str(maya)], [str(eva.pk)])
        assert f'<option value="{maya}" selected>' in page.text
        assert f'<option value="{eva.pk}" selected>' in get(f"participant={maya}").text

    @pytest.mark.parametrize("value", ["", "x", "1", "92a53dec-eaef-4a1d-8e21-10bf1adcf6e1", "x" * 5000])
    def test_nonsense_is_told_and_chooses_nobody(self, get, people, value):
        page = get(f"participant={value}&organizer={value}")

        assert page.status_code == 200
        assert chosen(page) == []
        assert "Somebody is not a participant of this path any more." in text_of(page)
        assert "Somebody is not" not in text_of(get(f"participant={people[0].pk}"))

    def test_stranger_is_not_shown(self, get):
        stranger = a_participant(a_path(), "Stranger Danger")

        page = get(f"participant={stranger.pk}&organizer={stranger.pk}")

        assert "Stranger" not in page.text


class TestAllErrorsAtOnce:
    def test_past_time_is_said_before_a_consent_is_asked(self, send, eva, people):
        full = {"experts": [str(eva.pk)], "participants": [str(people[0].pk)], "start": "07:00"}

        for date, words in (
            ("2026-11-01", "That day is over. Choose a date from today on."),
            ("2026-11-02", "That time is over. Choose a start in the future."),
        ):
            page = text_of(send(**full, date=date))
            assert words in page
            assert 'name="accept"' not in page
            assert "Tick “Schedule anyway”" not in page
        assert "Tick “Schedule anyway”" in text_of(send(**full))

    def test_every_field_in_one_round(self, path, send, eva, people):
        outside = an_expert(path, name="Ines").user
        page = text_of(
            send(
                title="",
                duration="3",
                start="20:00",
                experts=[str(eva.pk)],
                participants=[str(people[0].pk)],
                organizer=str(outside.pk),
                video_link="x",
            )
        )

        for words in (
            "There are 5 problems",
            "Give the meeting a title.",
            "A meeting lasts from 5 minutes to 8 hours.",
            "Ines would not be in the meeting.",
            "Enter the full video link",
            "Tick “Schedule anyway”",
        ):
            assert words in page


@pytest.mark.parametrize("minutes", [5, 10, 25, 40, 50])
def test_short_lengths_are_offered(send, minutes):
    assert f'<option value="{minutes}">{minutes} minutes</option>' in text_of(send(do="check"))


def test_zone_is_named_beside_the_time(send, eva, people):
    page = send(experts=[str(eva.pk)], participants=[str(people[0].pk)], zone="Asia/Tokyo", start="19:00", do="check")

    assert "19:00 to 19:30</strong> Tokyo (GMT+9): everyone is free then." in text_of(page)


@pytest.mark.parametrize("name", ["participants", "experts"])
@pytest.mark.parametrize(
    "value",
    ["", "x", "-1", "0", "99999999", "9" * 5000, "１", "1.5", "a\x00b", "\u202e", "x" * 5000, "' OR 1=1 --", "[(*"],
)
def test_hostile_search_shows_the_form_again(send, people, name, value):
    before = everything()

    for sent in (
        {f"find_in_{name}": value},
        {f"find_in_{name}": value, "do": f"find:{name}"},
        {f"page_in_{name}": value, f"searched_in_{name}": value, f"find_in_{name}": value, "do": "check"},
        {"do": f"page:{name}:{value}"},
        {"do": f"add:{name}:{value}"},
        {"do": f"add:{value}:{value}"},
        {"do": f"find:{value}"},
    ):
        page = send(title="Kept title", **sent)
        assert page.status_code in {200, 400}
        assert 'value="Kept title"' in page.text
    assert everything() == before


def test_markup_in_a_search_is_text(send, people):
    page = send(find_in_participants="<script>x</script>", do="find:participants")

    assert "<script>x" not in page.text
    assert "&lt;script&gt;x&lt;/script&gt;" in page.text


def test_two_of_one_name_are_told_apart_when_handing_over_and_when_stale(path, ada, eva, people):
    meeting = a_meeting(path, eva, people[0], at(12))
    meeting.attendees.create(
        user=people[1], role="participant", starts_at=at(12), ends_at=at(12, 30), added_at=at(8, day=0)
    )
    meeting.organizer, meeting.sequence = eva, 1
    meeting.save()
    address = reverse("meetings:edit", args=[meeting.pk])
    form = {**a_manual_form(at(12)), "token": str(uuid4()), "sequence": "0", "experts": [eva.pk], "organizer": eva.pk}

    stale = signed_in(ada).post(address, {**form, "participants": [people[1].pk]})
    hand_over = signed_in(ada).get(reverse("meetings:hand-over", args=[meeting.pk]))

    for page in (stale, hand_over):
        assert [user.email in page.text for user in people] == [True, True]
    meeting.organizer = people[0]
    meeting.save()
    by_participant = signed_in(people[0]).get(reverse("meetings:hand-over", args=[meeting.pk]))
    assert (by_participant.status_code, people[1].email in by_participant.text) == (200, False)
