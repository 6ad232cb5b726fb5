"""The form of an ad-hoc meeting: adding, editing and what its other buttons do."""

import html
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings.models import Meeting
from paths.models import Membership
from tests.scene import a_meeting, a_participant, a_path, a_person, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def typed(eva, pia):
    return {
        "token": str(uuid4()),
        "title": "First 90 days",
        "agenda": "One\nTwo",
        "date": "2026-11-03",
        "start": "10:00",
        "duration": "60",
        "zone": "UTC",
        "experts": [str(eva.pk)],
        "participants": [str(pia.pk)],
        "organizer": "",
        "place": "Lake room",
        "video_link": "",
    }


def as_(client, user):
    client.force_login(user)
    return client


def manually(path):
    return reverse("schedule:manually", args=[path.pk])


def text_of(response):
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


class TestAdd:
    @pytest.mark.parametrize("who", ["ada", "eva"])
    def test_page_for_admins_and_experts(self, request, client, path, who):
        page = as_(client, request.getfixturevalue(who)).get(manually(path))

        assert page.status_code == 200
        assert "Add meeting manually" in text_of(page)
        assert "Choose a date and some people" in text_of(page)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_participant_is_refused_with_the_reason(self, client, path, pia, method):
        answer = getattr(as_(client, pia), method)(manually(path))

        assert answer.status_code == 403
        assert "Only admins and experts of this path can add a meeting manually." in text_of(answer)

    def test_schedules_and_shows_the_meeting(self, client, path, ada, eva, pia, typed):
        answer = as_(client, ada).post(manually(path), typed, follow=True)

        meeting = Meeting.objects.get()
        assert answer.redirect_chain == [(meeting.get_absolute_url(), 302)]
        assert "The meeting is scheduled. Everybody in it gets an e-mail." in text_of(answer)
        assert (meeting.kind, meeting.title, meeting.starts_at, meeting.ends_at) == (
            "adhoc",
            "First 90 days",
            at(10),
            at(11),
        )
        assert set(meeting.attendees.values_list("user", "role")) == {(eva.pk, "expert"), (pia.pk, "participant")}

    def test_time_is_of_the_zone_that_was_chosen(self, client, path, ada, typed):
        as_(client, ada).post(manually(path), {**typed, "zone": "Asia/Tokyo", "start": "19:00"})

        assert Meeting.objects.get().starts_at == at(10)

    def test_twice_is_one_meeting(self, client, path, ada, typed):
        for _ in range(2):
            answer = as_(client, ada).post(manually(path), typed)

        assert Meeting.objects.count() == 1
        assert answer.status_code == 302

    def test_expert_who_does_not_attend_and_names_another_lands_on_the_path(self, client, path, pia, typed):
        ines = an_expert(path, name="Ines").user

        answer = as_(client, ines).post(manually(path), {**typed, "organizer": str(pia.pk)})

        assert answer.url == reverse("paths:detail", args=[path.pk])
        assert Meeting.objects.get().organizer == pia

    def test_everything_missing_is_said_beside_its_field(self, client, path, ada):
        answer = as_(client, ada).post(manually(path), {"token": str(uuid4())})

        assert answer.status_code == 400
        text = text_of(answer)
        for words in (
            "There are 7 problems",
            "Give the meeting a title.",
            "Choose a date.",
            "Choose a start.",
            "A meeting lasts from 5 minutes to 8 hours.",
            "Choose a time zone.",
            "Choose at least one expert.",
            "Choose at least one participant.",
        ):
            assert words in text
        assert Meeting.objects.count() == 0

    def test_what_was_typed_is_kept(self, client, path, ada, eva, pia, typed):
        page = text_of(as_(client, ada).post(manually(path), {**typed, "video_link": "meet.lake"}))

        assert "Enter the full video link, starting with https://" in page
        for words in ('value="First 90 days"', "One Two</textarea>", 'value="2026-11-03"', 'value="meet.lake"'):
            assert words in page
        for person in (eva, pia):
            assert f'value="{person.pk}" checked' in page

    def test_clash_is_named_without_the_title(self, client, path, ada, eva, pia, typed):
        elsewhere = a_path()
        a_meeting(elsewhere, eva, a_participant(elsewhere), at(10, 30), title="Salary talk")

        answer = as_(client, ada).post(manually(path), typed)

        assert answer.status_code == 400
        assert "Eva already has a meeting from 10:30 to 11:00. Choose another time or take Eva out." in text_of(answer)
        assert "Salary talk" not in text_of(answer)
        assert "Salary talk" in text_of(as_(client, eva).get(reverse("meetings:list")))

    def test_clash_is_told_in_the_zone_of_the_form(self, client, path, ada, eva, typed):
        a_meeting(path, eva, a_participant(path), at(10, 30))
        tokyo = {**typed, "zone": "Asia/Tokyo", "start": "19:00"}

        assert "Eva already has a meeting from 19:30 to 20:00" in text_of(as_(client, ada).post(manually(path), tokyo))

    def test_outside_hours_is_asked_and_then_scheduled(self, client, path, ada, eva, typed):
        late = {**typed, "start": "20:00"}
        page = text_of(as_(client, ada).post(manually(path), late))

        assert "20:00 is outside Eva’s hours. </strong> Eva is available 09:00 to 17:00 that day." in page.replace(
            "hours.</strong>", "hours. </strong>"
        )
        assert Meeting.objects.count() == 0
        (key,) = re.findall(r'name="accept" value="([^"]+)"', page)
        as_(client, ada).post(manually(path), {**late, "accept": key})
        assert Meeting.objects.get().starts_at == at(20)

    def test_other_expert_is_refused(self, client, path, ada, typed):
        stranger = an_expert(a_path(), name="Ines").user

        answer = as_(client, ada).post(manually(path), {**typed, "experts": [str(stranger.pk)]})

        assert "Somebody you chose is not an expert of this path any more." in text_of(answer)

    def test_skipped_and_doubled_hours(self, client, path, ada, typed):
        there = {**typed, "zone": "Europe/Stockholm", "start": "02:30"}

        skipped = as_(client, ada).post(manually(path), {**there, "date": "2027-03-28"})
        assert "The clocks skip 02:30 in Stockholm on that date." in text_of(skipped)
        twice = {**there, "date": "2027-10-31", "accept": []}
        asked = text_of(client.post(manually(path), twice))
        assert "The clocks show 02:30 twice in Stockholm on that date. Say which you mean." in asked
        assert "02:30 GMT+2, the first time" in asked
        page = text_of(client.post(manually(path), {**twice, "which": "second"}))
        keys = re.findall(r'name="accept" value="([^"]+)"', page)
        client.post(manually(path), {**twice, "which": "second", "accept": keys})
        assert f"{Meeting.objects.get().starts_at:%F %R}" == "2027-10-31 01:30"


class TestOtherButtons:
    def test_check_writes_nothing_and_complains_of_nothing(self, client, path, ada, typed):
        answer = as_(client, ada).post(manually(path), {**typed, "title": "", "do": "check"})

        assert answer.status_code == 200
        assert "everyone is free then" in text_of(answer)
        assert "problem" not in text_of(answer)
        assert Meeting.objects.count() == 0
        assert "problem" in text_of(client.post(manually(path), {**typed, "title": ""}))

    def test_time_that_suits_is_taken_over(self, client, path, ada, eva, typed):
        a_meeting(path, eva, a_participant(path), at(10))
        page = text_of(
            as_(client, ada).post(manually(path), {**typed, "zone": "Asia/Tokyo", "start": "19:00", "do": "check"})
        )
        suit = re.findall(r'value="(suit:[^"]+)"', page)[0]

        page = text_of(client.post(manually(path), {**typed, "zone": "Asia/Tokyo", "start": "19:00", "do": suit}))

        assert 'name="start" value="19:30"' in page
        assert "everyone is free then" in page

    def test_own_link_of_an_expert_is_taken_over(self, client, path, ada, eva, typed):
        page = text_of(as_(client, ada).post(manually(path), {**typed, "do": f"link:{eva.pk}"}))

        assert f'name="video_link" value="{eva.expert.video_link}"' in page

    @pytest.mark.parametrize("do", ["nonsense", "suit:", "suit:yesterday", "suit:0001-01-01T00:00:00+00:00", "link:x"])
    def test_nonsense_shows_the_form_again(self, client, path, ada, typed, do):
        answer = as_(client, ada).post(manually(path), {**typed, "do": do})

        assert answer.status_code == 200
        assert 'value="First 90 days"' in text_of(answer)


class TestAddingAnExpert:
    def test_admin_adds_and_is_back_with_everything(self, client, path, ada, eva, typed):
        ines = an_expert(a_path(), name="Ines").user
        page = as_(client, ada).post(manually(path), {**typed, "do": "expert"})
        assert 'name="title" value="First 90 days"' in text_of(page)

        back = client.post(manually(path), {**typed, "do": "add-expert", "new-expert": str(ines.pk), "new-email": ""})

        assert back.status_code == 200
        assert Membership.objects.live().filter(path=path, user=ines, role="expert").count() == 1
        for words in ("Ines is on this path now.", 'value="First 90 days"', f'value="{ines.pk}" checked'):
            assert words in text_of(back)
        assert f'value="{eva.pk}" checked' in text_of(back)

    def test_experts_of_other_paths_are_found_and_never_all_listed(self, client, path, ada, typed):
        elsewhere = a_path()
        people = [an_expert(elsewhere, name=f"Ines {number:02}").user for number in range(9)]
        ask = lambda **more: as_(client, ada).post(manually(path), {**typed, "do": "expert", **more})  # noqa: E731

        assert "Ines" not in text_of(ask())
        first, second = (text_of(ask(**{"new-find": "ines", "do": do})) for do in ("expert", "expert:2"))
        shown = [[str(user.pk) in page for user in people].count(True) for page in (first, second)]

        assert shown == [6, 3]
        assert "7 to 9 of 9 for “ines”" in html.unescape(second)
        assert 'name="title" value="First 90 days"' in second
        assert people[0].email not in first
        assert "No expert of another path is called “zzz”." in html.unescape(text_of(ask(**{"new-find": "zzz"})))
        for nonsense in ("x" * 5000, "([", "\u202e"):
            assert ask(**{"new-find": nonsense, "do": "expert:x"}).status_code == 200

    def test_by_address_gives_a_profile(self, client, path, ada, typed):
        newcomer = a_person("Nora", time_zone="Asia/Tokyo")

        as_(client, ada).post(manually(path), {**typed, "do": "add-expert", "new-email": newcomer.email.upper()})

        assert Membership.objects.live().filter(path=path, user=newcomer, role="expert").exists()
        assert str(newcomer.expert.time_zone) == "Asia/Tokyo"

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({}, "Choose an expert, or write their e-mail address."),
            ({"new-email": "nobody@example.test"}, "Nobody signs in here with this address."),
            ({"new-email": "nobody"}, "That is not an e-mail address."),
            ({"new-expert": "x"}, "That person is not an expert here any more, or is on this path already."),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_lost(self, client, path, ada, typed, sent, words):
        an_expert(a_path(), name="Ines")

        answer = as_(client, ada).post(manually(path), {**typed, "do": "add-expert", **sent})

        assert answer.status_code == 400
        assert words in text_of(answer)
        assert 'name="title" value="First 90 days"' in text_of(answer)

    def test_participant_of_the_path_is_refused_in_words(self, client, path, ada, pia, typed):
        answer = as_(client, ada).post(manually(path), {**typed, "do": "add-expert", "new-email": pia.email})

        assert (
            "Pia is a participant on this path, and nobody can be both expert and participant on the same path."
            in text_of(answer)
        )

    @pytest.mark.parametrize("do", ["expert", "add-expert"])
    def test_expert_may_not(self, client, path, ada, eva, typed, do):
        ines = an_expert(a_path(), name="Ines").user

        answer = as_(client, eva).post(manually(path), {**typed, "do": do, "new-expert": str(ines.pk)})

        assert answer.status_code == 403
        assert "Only an admin of this path can add an expert to it." in text_of(answer)
        assert not Membership.objects.filter(path=path, user=ines).exists()
        pages = [text_of(as_(client, person).get(manually(path))) for person in (ada, eva)]
        assert ['value="expert"' in page for page in pages] == [True, False]


class TestEdit:
    @pytest.fixture
    def meeting(self, client, path, ada, eva, typed):
        as_(client, ada).post(manually(path), {**typed, "organizer": str(eva.pk)})
        return Meeting.objects.get()

    @pytest.fixture
    def changed(self, typed, eva):
        return {**typed, "token": str(uuid4()), "sequence": "0", "organizer": str(eva.pk), "title": "Second"}

    def url(self, meeting):
        return reverse("meetings:edit", args=[meeting.pk])

    def test_form_holds_the_meeting_in_the_readers_zone(self, client, meeting, eva):
        eva.time_zone = "Asia/Tokyo"
        eva.save()

        page = text_of(as_(client, eva).get(self.url(meeting)))

        for words in ('value="First 90 days"', 'value="2026-11-03"', 'value="19:00"', 'value="Tokyo (GMT+9)"'):
            assert words in page
        assert "Update meeting" in page

    def test_updates(self, client, meeting, eva, changed):
        answer = as_(client, eva).post(self.url(meeting), {**changed, "start": "11:00"}, follow=True)

        meeting.refresh_from_db()
        assert (meeting.title, meeting.starts_at, meeting.sequence) == ("Second", at(11), 1)
        assert "The meeting is updated." in text_of(answer)

    def test_nothing_changed_is_said(self, client, meeting, eva, changed):
        same = {**changed, "title": "First 90 days", "agenda": "One\r\nTwo"}

        answer = as_(client, eva).post(self.url(meeting), same, follow=True)

        assert "Nothing was changed." in text_of(answer)

    def test_without_a_version_is_damaged(self, client, meeting, eva, changed):
        changed.pop("sequence")

        answer = as_(client, eva).post(self.url(meeting), changed)

        assert (answer.status_code, "This form is damaged." in text_of(answer)) == (400, True)

    def test_stale_shows_both_versions(self, client, meeting, ada, eva, changed):
        as_(client, ada).post(self.url(meeting), {**changed, "title": "Theirs"})

        answer = as_(client, eva).post(self.url(meeting), {**changed, "token": str(uuid4()), "title": "Mine"})

        assert answer.status_code == 409
        page = text_of(answer)
        for words in ("Ada has saved another version", ">Theirs</div>", ">Mine</div>", 'name="sequence" value="1"'):
            assert words in page
        meeting.refresh_from_db()
        assert meeting.title == "Theirs"

    def test_typed_anew_after_going_back_is_no_double_click(self, client, meeting, eva, changed):
        as_(client, eva).post(self.url(meeting), changed)

        answer = client.post(self.url(meeting), {**changed, "title": "Third"})

        assert answer.status_code == 409
        assert ">Third</div>" in text_of(answer)

    def test_handing_the_place_over_and_sending_again_goes_to_the_meeting(self, client, meeting, eva, pia, changed):
        sent = {**changed, "organizer": str(pia.pk)}

        answers = [as_(client, eva).post(self.url(meeting), sent) for _ in range(2)]

        assert [answer.url for answer in answers] == [meeting.get_absolute_url()] * 2
        meeting.refresh_from_db()
        assert (meeting.organizer, meeting.sequence) == (pia, 1)
        refused = client.get(self.url(meeting))
        assert refused.status_code == 403
        assert "Only its organizer and the admins of this path can edit this meeting." in text_of(refused)

    def test_organizer_taken_out_needs_another(self, client, path, meeting, eva, changed):
        ines = an_expert(path, name="Ines").user

        answer = as_(client, eva).post(self.url(meeting), {**changed, "experts": [str(ines.pk)]})

        assert answer.status_code == 400
        assert "Eva would not be in the meeting. Choose one of its people as the organizer." in text_of(answer)


def test_form_asks_the_same_number_of_queries_for_many(client, path, ada, typed, django_assert_max_num_queries):
    as_(client, ada)
    for number in range(20):
        an_expert(path, name=f"Expert {number}")
        a_participant(path, f"Participant {number}")

    with django_assert_max_num_queries(30):
        client.post(manually(path), {**typed, "do": "check"})
