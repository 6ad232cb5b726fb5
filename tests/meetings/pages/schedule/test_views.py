"""The three steps of a booking, for each kind of person and with hostile input."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from everwise.accounts.models import User
from meetings.models import Meeting, Notice
from tests.meetings.pages.schedule.scene import text_of, url
from tests.scene import a_dropin, a_path, a_person, a_theme, an_expert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
# Tuesday, 13:10 in Stockholm.
NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)
START = "2026-10-23T07:30:00Z"  # Friday, 09:30 in Stockholm


def post(world, client, start=START, **data):
    data = {"token": str(uuid4()), "expert": "any", "note": "", **data}
    return client.post(url(world, "confirm", start=start, **data.pop("query", {})), data)


def test_confirm_offers_anyone_first(maya, world):
    page = text_of(maya.get(url(world, "confirm", start=START)))

    assert 'name="expert" value="any" checked' in page
    assert "Daniel or Priya. We share sessions out fairly." in page
    assert "Uses 1 session. You’ll have 5 of 6 left." in page
    assert "Thu 22 Oct, 21:30" in page
    assert "<b>13:00</b>in Kolkata" in page


def test_confirm_names_the_reader_first_among_the_experts(client, world):
    client.force_login(world.priya.user)

    page = text_of(client.get(url(world, "confirm", start=START, expert="any", **{"for": world.participant.pk})))

    assert "You or Daniel. We share sessions out fairly." in page
    assert "Who will meet" not in page
    world.theme.experts.remove(world.daniel)
    page = text_of(client.get(url(world, "confirm", start=START, **{"for": world.participant.pk})))
    assert "Who will meet Maya" in page
    assert "Only you are free at this time." in page


def test_confirm_begins_with_the_expert_whose_times_were_looked_at(maya, world):
    page = text_of(maya.get(url(world, "confirm", start=START, expert=world.priya.pk)))

    assert f'value="{world.priya.pk}" checked' in page
    assert page.index("Anyone available") < page.index("Priya Raman") < page.index("Daniel Okafor")


def test_confirm_says_when_one_met_an_expert(maya, world):
    assert "You met on" not in text_of(maya.get(url(world, "confirm", start=START)))
    a_dropin(world.theme, world.participant, world.priya, datetime(2026, 9, 14, 8, tzinfo=UTC))
    a_dropin(world.theme, world.bystander, world.daniel, datetime(2026, 9, 15, 8, tzinfo=UTC))

    page = text_of(maya.get(url(world, "confirm", start=START)))

    assert re.findall(r"You met on [^.<]*", page) == ["You met on 14 September"]


def test_confirm_folds_more_than_six_experts(maya, world):
    for number in range(4):
        world.theme.experts.add(an_expert(world.path, name=f"Expert {number}", windows="00:00-24:00"))
    assert "more expert" not in text_of(maya.get(url(world, "confirm", start=START)))
    world.theme.experts.add(an_expert(world.path, name="Seventh", windows="00:00-24:00"))

    assert "1 more expert" in text_of(maya.get(url(world, "confirm", start=START)))


@pytest.mark.parametrize(("mine", "theirs"), [(False, "13:00"), (True, "1:00 pm")])
def test_times_of_others_are_in_the_readers_clock_style(maya, world, mine, theirs):
    User.objects.filter(pk=world.participant.pk).update(twelve_hour=mine)
    User.objects.exclude(pk=world.participant.pk).update(twelve_hour=not mine)

    page = text_of(maya.get(url(world, "confirm", start=START)))

    assert theirs in page
    assert {"13:00", "1:00"} & set(re.findall(r"\d+:\d\d", page)) == {theirs.partition(" ")[0]}


def test_other_date_of_others_is_named_with_its_weekday(maya, world):
    there = text_of(maya.get(url(world, "confirm", start=START, zone="Pacific/Honolulu")))
    here = text_of(maya.get(url(world, "confirm", start=START)))

    assert ("Fri 23 Oct, 13:00" in there, "Fri 23 Oct, 13:00" in here) == (True, False)


def test_every_free_expert_is_named_beside_their_clock(maya, world):
    for name, zone in (("Aroha", "Pacific/Auckland"), ("Tomi", "Africa/Lagos"), ("Bo", "Asia/Seoul")):
        expert = an_expert(world.path, user=a_person(f"{name} Kim", time_zone=zone), windows="00:00-24:00")
        world.theme.experts.add(expert)

    page = text_of(maya.get(url(world, "confirm", start=START)))

    assert [f"in {city}" in page for city in ("Auckland", "Lagos", "Seoul", "Kolkata", "London")] == [True] * 5
    assert "in Stockholm" not in page


def test_confirm_for_somebody_shows_their_clock(client, world):
    User.objects.filter(pk=world.participant.pk).update(time_zone="Asia/Tokyo")
    client.force_login(world.admin)

    page = text_of(client.get(url(world, "confirm", start=START, **{"for": world.participant.pk})))

    assert "Maya, Tokyo" in page
    assert "16:30 to 17:15" in page


def test_confirm_books(maya, world):
    response = post(world, maya, note="My case", expert=world.priya.pk)

    meeting = Meeting.objects.get()
    assert response.url == reverse("meetings:booked", args=[meeting.pk])
    assert (meeting.starts_at, meeting.note) == (datetime(2026, 10, 23, 7, 30, tzinfo=UTC), "My case")
    assert meeting.experts == [world.priya.user]
    assert meeting.participants == [world.participant]


def test_the_same_form_twice_is_one_meeting(maya, world):
    token = str(uuid4())

    first = post(world, maya, token=token)
    second = post(world, maya, token=token)

    assert first.url == second.url
    assert (Meeting.objects.count(), Notice.objects.of_changes().count()) == (1, 2)


def test_taken_offers_the_same_time_with_another_first(maya, world):
    a_dropin(world.theme, a_person(), world.priya, datetime(2026, 10, 23, 7, 30, tzinfo=UTC))

    response = post(world, maya, expert=world.priya.pk, note="Keep me")

    page = text_of(response)
    assert response.status_code == 409
    assert "Priya was just taken" in page
    assert "The same time" in page
    assert 'name="note" value="Keep me"' in page
    assert page.count(">Choose ") == 3
    assert Meeting.objects.count() == 1


def test_the_same_time_is_offered_before_an_earlier_one(maya, world):
    a_dropin(world.theme, a_person(), world.priya, datetime(2026, 10, 23, 8, 0, tzinfo=UTC))

    page = text_of(post(world, maya, start="2026-10-23T08:00:00Z", expert=world.priya.pk))

    assert page.index("The same time") < page.index("30 minutes earlier")


def test_time_never_offered_keeps_the_note(maya, world):
    response = post(world, maya, start="2026-10-24T07:30:00Z", note="Keep me")

    page = text_of(response)
    assert response.status_code == 400
    assert "That time can’t be booked" in page
    assert 'name="note" value="Keep me"' in page


def test_chosen_zone_goes_on_to_the_last_step_and_back(maya, world):
    page = text_of(maya.get(url(world, "confirm", start=START, zone="Asia/Tokyo")))

    assert "Tokyo (GMT+9) time" in page
    assert "16:30 to 17:15" in page
    assert page.count("zone=Asia%2FTokyo") == 3  # to the theme, and twice back to the times


def test_confirm_without_a_time_leads_on_from_the_times(maya, world):
    response = maya.get(url(world, "confirm"))

    assert response.status_code == 400
    assert "Please choose one of the times." in text_of(response)
    assert f"/schedule/confirm/?theme={world.theme.pk}&amp;expert=any&amp;start={START}" in text_of(response)


def test_choosing_another_time_keeps_the_note_and_books_nothing(maya, world):
    response = maya.post(url(world, "confirm", start=START), {"show": "1", "note": "Keep me", "token": str(uuid4())})

    assert response.status_code == 200
    assert ">Keep me</textarea>" in text_of(response)
    assert Meeting.objects.count() == 0


def test_participant_in_another_meeting_is_told(maya, world):
    a_dropin(world.theme, world.participant, world.priya, datetime(2026, 10, 23, 7, 15, tzinfo=UTC))

    for response in (post(world, maya), maya.get(url(world, "confirm", start=START))):
        assert response.status_code == 409
        assert "You’re in another meeting then" in text_of(response)


def test_all_sessions_used(maya, world):
    world.path.sessions_per_participant = 1
    world.path.save()
    a_dropin(world.theme, world.participant, world.priya, datetime(2026, 10, 22, 7, 30, tzinfo=UTC))

    assert "You’ve booked your one session" in text_of(maya.get(url(world, "theme", theme=None)))
    for response in (maya.get(url(world, "time")), maya.get(url(world, "confirm", start=START)), post(world, maya)):
        assert response.status_code == 409
        assert "Ask Ruth Abara" in text_of(response)
    assert Meeting.objects.count() == 1


def test_participant_books_for_nobody_else(maya, world):
    response = post(world, maya, query={"for": world.bystander.pk})

    assert response.status_code == 403
    assert "You can only book a session for yourself." in text_of(response)
    assert Meeting.objects.count() == 0


def test_admin_books_for_a_participant(client, world):
    client.force_login(world.admin)
    assert "For whom" in text_of(client.get(url(world, "theme", theme=None)))
    assert client.get(url(world, "time")).status_code == 400

    response = post(world, client, query={"for": world.participant.pk})

    meeting = Meeting.objects.get()
    assert response.url == meeting.get_absolute_url()
    assert (meeting.organizer, meeting.created_by) == (world.participant, world.admin)


def test_expert_starts_on_their_own_times_and_ends_on_the_path_when_booking_another(client, world):
    client.force_login(world.priya.user)
    query = {"for": world.participant.pk}
    page = text_of(client.get(url(world, "time", **query)))
    assert 'aria-label="Friday 23 October, 13:00, 09:30 for Maya, with you"' in page

    response = post(world, client, expert=world.daniel.pk, query=query)

    assert response.url == reverse("paths:detail", args=[world.path.pk])
    assert Meeting.objects.get().experts == [world.daniel.user]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"theme": "x"}, 400, "We don’t know that theme. Please choose one."),
        ({"theme": ""}, 400, "Please choose a theme."),
        ({"theme": uuid4()}, 404, "Choose another theme: that one was just taken away."),
        ({"day": "soon"}, 400, "That is not a date, so the first days are shown."),
        ({"day": "2026-02-30"}, 400, "That is not a date, so the first days are shown."),
        ({"zone": "Mars/Base"}, 400, "That is not a time zone we know, so times are shown in yours."),
        ({"zone": "../../etc/passwd"}, 400, "That is not a time zone we know, so times are shown in yours."),
        ({"expert": "999999"}, 400, "This expert doesn’t take the theme now, so everybody’s times are shown."),
        ({"expert": "x"}, 400, "We don’t know that expert, so everybody’s times are shown."),
        ({"start": "yesterday"}, 400, "That is not a time we know. Please choose one of the times shown."),
        ({"at": "yesterday"}, 400, "That is not a time we know. Please choose one of the times shown."),
        ({"day": "0001-01-01"}, 200, "20 – 26 October 2026"),
        ({"day": "9999-12-31"}, 200, "20 – 26 October 2026"),
        ({"day": "2026-11-01"}, 200, "27 Oct – 2 Nov 2026"),
        ({"every": "x" * 300}, 200, "20 – 26 October 2026"),
        ({"for": uuid4()}, 403, "You can only book a session for yourself."),
        ({"zone": "%00"}, 400, "We couldn’t read that request"),
    ],
)
def test_odd_queries_of_the_time_page(maya, world, query, status, words):
    response = maya.get(url(world, "time", **query))

    assert response.status_code == status
    assert words in text_of(response)


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("2026-10-23T07:31:00Z", 400),  # not on the grid
        ("2026-10-19T07:30:00Z", 400),  # past
        ("2026-10-20T13:00:00Z", 400),  # within the notice
        ("2026-10-24T07:30:00Z", 400),  # nobody works on Saturdays
        ("2027-10-22T07:30:00Z", 400),  # beyond the horizon
        ("9999-12-31T23:59:59Z", 400),
        ("0001-01-01T00:00:00Z", 400),
        ("tomorrow", 400),
        ("", 400),
    ],
)
def test_start_that_nobody_offers_writes_nothing(maya, world, start, status):
    response = post(world, maya, start=start)

    assert response.status_code == status
    assert "Error:" in text_of(response)
    assert Meeting.objects.count() == 0


def test_theme_of_another_path_does_not_exist(maya, world):
    other = post(world, maya, query={"theme": a_theme(a_path()).pk})

    assert other.status_code == 404
    assert "Choose another theme: that one was just taken away." in text_of(other)
    assert post(world, maya, query={"theme": world.theme.pk}).status_code == 302


@pytest.mark.parametrize(
    "data",
    [{"note": "x" * 100_000}, {"token": "x"}, {"token": ""}, {"expert": "x"}, {"expert": "999999"}, {"note": "a\x00b"}],
)
def test_bad_form_keeps_what_was_typed_and_writes_nothing(maya, world, data):
    response = post(world, maya, **{"note": "My case", **data})

    assert response.status_code == 400
    assert {"note": "My case", **data}["note"].replace("\x00", "") in text_of(response).replace("\x00", "")
    assert Meeting.objects.count() == 0


@pytest.mark.parametrize("step", ["theme", "time"])
def test_query_count_does_not_grow_with_the_experts(maya, world, step, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(25) as queries:
            maya.get(url(world, step))
        return len(queries)

    few = count()
    for _ in range(20):
        world.theme.experts.add(an_expert(world.path))

    assert count() == few


def test_closed_path_says_so(maya, world):
    world.path.closes_on = date(2026, 10, 1)
    world.path.save()

    assert "This path has closed" in text_of(maya.get(url(world, "theme", theme=None)))
    assert post(world, maya).status_code == 400


def test_membership_that_has_just_ended_books_nothing(maya, world):
    assert maya.get(url(world, "confirm", start=START)).status_code == 200
    world.participant.memberships.update(ended_at=NOW - timedelta(minutes=1))

    response = post(world, maya)

    assert response.status_code == 404
    assert "We can’t find that page" in text_of(response)
    assert Meeting.objects.count() == 0
