from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from everwise.accounts.models import User
from everwise.intervals import epoch
from everwise.timefmt import Reader
from meetings.booking.conflicts import FreeBusy
from meetings.pages.adhoc.whos_free import horizon, panel
from tests.scene import NOW, at

UTC = Reader(ZoneInfo("UTC"))
STOCKHOLM = Reader(ZoneInfo("Europe/Stockholm"))
TOMORROW = at(0).date()


def span(start, end):
    return epoch(start), epoch(end)


def expert(*hours, meetings=(), elsewhere=()):
    return FreeBusy(User(name="Eva"), list(hours), list(meetings), list(elsewhere))


def participant(*meetings):
    return FreeBusy(User(name="Pia"), None, list(meetings), [])


def drawn(*people, start=None, minutes=60, day=TOMORROW, reader=UTC):
    return panel(list(people), day=day, reader=reader, now=NOW, minutes=minutes, start=start)


def test_panel_shows_eight_to_twenty():
    assert [hour for _, hour in drawn(participant()).ticks] == ["08", "10", "12", "14", "16", "18", "20"]
    assert [x for x, _ in drawn(participant()).ticks][:2] == ["0.00%", "16.67%"]


@pytest.mark.parametrize(
    ("start", "minutes", "first", "last"),
    [(at(7, 30), 60, "06", "20"), (at(20, 30), 60, "08", "22"), (at(23, 30), 60, "08", "00")],
)
def test_panel_widens_for_a_meeting_outside(start, minutes, first, last):
    hours = [hour for _, hour in drawn(participant(), start=start, minutes=minutes).ticks]

    assert (hours[0], hours[-1]) == (first, last)


def test_panel_lanes_free_and_busy():
    lane = drawn(expert(span(at(9), at(17)), meetings=[span(at(10), at(11))])).lanes[0]

    assert lane.free == [("8.33%", "8.33%"), ("25.00%", "50.00%")]
    assert lane.busy == [("16.67%", "8.33%")]
    assert lane.words == "free 09:00 to 10:00 and 11:00 to 17:00"


def test_panel_lane_of_nobody_free():
    assert drawn(expert()).lanes[0].words == "not free"


def test_panel_marks_the_meeting_and_says_whether_all_are_free():
    eva = expert(span(at(9), at(17)))

    free = drawn(eva, participant(), start=at(14))
    assert (free.mark, free.times, free.all_free) == (("50.00%", "8.33%"), "14:00 to 15:00", True)
    assert not drawn(eva, participant(span(at(14, 30), at(15))), start=at(14)).all_free
    assert not drawn(eva, participant(), start=at(16, 30)).all_free
    assert drawn(eva, participant()).mark is None


def test_panel_is_drawn_by_the_readers_clock():
    """At 08:00 in London it is 09:00 in Stockholm."""
    lane = drawn(expert(span(at(8), at(9))), reader=STOCKHOLM).lanes[0]

    assert lane.free == [("8.33%", "8.33%")]


def test_suits_are_nearest_to_the_wish_one_a_day():
    days = [span(at(9, day=day), at(17, day=day)) for day in range(1, 6)]
    busy = participant(span(at(13, 30), at(15)), span(at(9, day=2), at(17, day=2)))

    found = drawn(expert(*days), busy, start=at(14)).suits

    assert found == [at(15), at(14, day=3), at(14, day=4)]


def test_suits_lie_in_the_future():
    today = drawn(expert(span(at(9, day=0), at(17, day=0))), day=NOW.date(), minutes=30).suits

    assert today == [at(9, day=0)]
    assert drawn(expert(span(at(6, day=0), at(8, day=0))), day=NOW.date()).suits == []


def test_suits_may_end_after_midnight():
    night = expert(span(at(22), at(2, day=2)))

    assert drawn(night, start=at(23, 30)).suits[0] == at(23, 30)


def test_suits_need_an_expert():
    assert drawn(participant()).suits == []
    assert drawn(participant(), expert(span(at(9), at(17)))).suits != []


def test_horizon_reaches_beyond_the_last_suit():
    since, until = horizon(TOMORROW, UTC)

    assert since == at(0)
    assert until - since >= timedelta(days=15)


def test_panel_of_a_day_with_a_clock_change_keeps_its_hours():
    sunday = date(2026, 10, 25)
    ticks = panel([participant()], day=sunday, reader=STOCKHOLM, now=NOW, minutes=60, start=None).ticks

    assert ticks[0] == ("0.00%", "08")
    assert ticks[-1] == ("100.00%", "20")
