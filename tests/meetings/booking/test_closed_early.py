"""A path that was closed early: nothing more is booked or moved on it, and what is booked takes place.

What a path says of itself meanwhile, on every page that explains why there is no time.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.booking import leaving
from meetings.booking.settling import Decision, Leaving, Way, cases
from meetings.enums import Status
from meetings.models import Meeting
from meetings.pages.path.timeline import path_timeline
from meetings.slots.openings import Openings
from paths import opening
from paths.enums import Role
from paths.models import Path
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, add, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CLOSED = "This path was closed on 2 November."
START = at(10)


@pytest.fixture
def path():
    return a_path(change_until_minutes=60)


@pytest.fixture
def eva(path):
    return an_expert(path)


@pytest.fixture
def ines(path):
    return an_expert(path, name="Ines")


@pytest.fixture
def theme(path, eva, ines):
    return a_theme(path, eva, ines)


@pytest.fixture
def pia(path):
    return a_participant(path)


@pytest.fixture
def ada(path):
    return an_admin(path)


@pytest.fixture
def meeting(theme, pia, eva):
    return book(theme, pia, START, expert=eva)


def close(path, by):
    opening.close(path=path, by=by, now=NOW)
    path.refresh_from_db()


def offered(path, **more):
    return Openings(path, since=NOW, until=NOW + timedelta(days=3), now=NOW, **more).starts(30)


def test_engine_offers_nothing_until_it_is_open_again(path, theme, ada):
    before = offered(path)
    close(path, ada)
    assert before
    assert offered(path) == {}
    # A session that is booked may still get another expert.
    assert offered(path, booked=True) == before

    opening.open_again(path=path, by=ada, now=NOW)
    path.refresh_from_db()

    assert offered(path) == before


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("read_before", [True, False])
def test_nobody_books(path, theme, pia, eva, ada, named, read_before):
    close(path, ada)
    theme.refresh_from_db()
    theme.path.closed_at = None if read_before else NOW

    for by in (pia, eva.user, ada):
        with pytest.raises(booking.PathNotOpen, match=CLOSED):
            book(theme, pia, START, by=by, expert=eva if named else None)

    assert not Meeting.objects.exists()


@pytest.mark.parametrize("read_before", [True, False])
def test_nobody_moves_what_is_booked(path, meeting, pia, eva, ada, read_before):
    close(path, ada)
    meeting.path.closed_at = None if read_before else NOW

    for by in (pia, eva.user, ada):
        with pytest.raises(booking.PathNotOpen, match=CLOSED):
            booking.reschedule(meeting=meeting, by=by, start=at(12), token=uuid4(), now=NOW)

    assert Meeting.objects.get().starts_at == START


def test_lost_session_is_not_booked_anew(path, theme, meeting, pia, eva, ada):
    lost = booking.cancel(meeting=meeting, by=eva.user, now=NOW)
    close(path, ada)
    lost.path.closed_at = None

    with pytest.raises(booking.PathNotOpen, match=CLOSED):
        booking.rescue(meeting=lost, by=pia, token=uuid4(), now=NOW)

    assert Meeting.objects.count() == 1


def test_what_is_booked_can_be_cancelled(path, meeting, pia, ada):
    close(path, ada)

    booking.cancel(meeting=meeting, by=pia, now=NOW)

    assert Meeting.objects.get().status == Status.CANCELLED


def test_what_is_booked_can_be_given_to_another_expert(path, meeting, eva, ines, ada):
    close(path, ada)
    page = signed_in(ada).get(reverse("meetings:reassign", args=[meeting.pk])).content.decode()
    assert "Ines" in page.partition("Nobody else is free")[0]

    booking.reassign(meeting=meeting, to=ines, by=ada, token=uuid4(), now=NOW)

    assert list(Meeting.objects.with_people().get().experts) == [ines.user]


def test_whoever_leaves_can_give_theirs_to_another(path, meeting, eva, ines, ada):
    close(path, ada)
    gone = Leaving(eva.user, path, frozenset({Role.EXPERT}))
    [case] = cases(gone, list(Meeting.objects.with_people()), by=ada, now=NOW)
    assert [option.to for option in case.options if option.way == Way.GIVE] == [ines.user]

    decisions = {meeting.pk: Decision(Way.GIVE, to=ines.user_id, sequence=meeting.sequence)}
    leaving.end(leaving=gone, decisions=decisions, by=ada, now=NOW)

    assert list(Meeting.objects.with_people().get().experts) == [ines.user]


def test_meetings_are_added_by_hand_as_on_a_path_whose_dates_are_over(path, eva, pia, ada):
    close(path, ada)
    plan = booking.MeetingPlan(
        title="Looking back", starts_at=START, ends_at=at(11), experts=(eva.user,), participants=(pia,)
    )

    assert add(path, plan, ada).starts_at == START
    Path.objects.update(closed_at=None, closes_on=(NOW - timedelta(days=1)).date())
    later = booking.MeetingPlan(
        title="Looking back", starts_at=at(12), ends_at=at(13), experts=(eva.user,), participants=(pia,)
    )
    assert add(path, later, ada).starts_at == at(12)


class TestPages:
    def page(self, user, name, *args, **query):
        return signed_in(user).get(reverse(name, args=args), query).content.decode()

    def plain(self, user, name, *args, **query):
        return self.page(user, name, *args, **query).replace("<strong>", "").replace("</strong>", "")

    def test_say_that_it_was_closed(self, path, theme, meeting, pia, eva, ada):
        pages = {
            "its own": (pia, "paths:detail", path.pk),
            "its expert's": (eva.user, "paths:detail", path.pk),
            "its admin's": (ada, "paths:detail", path.pk),
            "all paths": (pia, "paths:list"),
            "home": (pia, "home"),
            "moving": (pia, "meetings:reschedule", meeting.pk),
        }
        assert {name for name, page in pages.items() if CLOSED in self.plain(*page)} == set()
        close(path, ada)

        bare = {name: self.plain(*page) for name, page in pages.items()}

        short = CLOSED.replace("2 November", "Mon 2 November")
        assert {name for name, page in bare.items() if CLOSED in page or short in page} == set(pages)
        times = self.plain(pia, "schedule:time", path.pk, theme=theme.pk)
        assert short in times
        assert "This path has closed" in self.page(pia, "schedule:theme", path.pk)

    def test_why_a_time_is_not_offered(self, path, theme, eva, pia, ada):
        asked = {"theme": theme.pk, "day": f"{START:%Y-%m-%d}", "time": "10:00", "zone": "UTC"}
        for user, expert in ((pia, {}), (ada, {"expert": eva.pk})):
            assert CLOSED not in self.page(user, "why", path.pk, **asked, **expert)
        close(path, ada)

        for user, expert in ((pia, {}), (ada, {"expert": eva.pk})):
            assert CLOSED in self.page(user, "why", path.pk, **asked, **expert)

    def test_timeline_ends_where_it_was_closed_and_keeps_what_comes_after(self, path, theme, meeting, pia, ada):
        dates = {"opens_on": (NOW - timedelta(days=9)).date(), "closes_on": (NOW + timedelta(days=9)).date()}
        Path.objects.update(**dates)
        path.refresh_from_db()
        assert path_timeline(path, pia, NOW).points[-1][3] == "Path closes"
        close(path, ada)

        points = path_timeline(path, pia, NOW).points

        assert [point[1] for point in points] == ["start", "end", "booked"]
        assert points[1][2:] == ("2 Nov", "Path closed")
        assert 0 < points[1][0] < points[2][0] < 1

    def test_form_that_was_opened_before_says_so(self, path, theme, pia, ada):
        client = signed_in(pia)
        address = reverse("schedule:confirm", args=[path.pk]) + f"?theme={theme.pk}&start={START:%Y-%m-%dT%H:%M:%SZ}"
        assert client.get(address).status_code == 200
        close(path, ada)

        response = client.post(address, {"token": str(uuid4()), "expert": "any"})

        assert response.status_code in {400, 409}
        assert "closed" in response.content.decode()
        assert not Meeting.objects.exists()
