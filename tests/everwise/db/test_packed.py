"""Seconds as the database counts them, on whichever database the tests run."""

from datetime import UTC, datetime, timedelta

import pytest

from everwise.accounts.models import User
from everwise.db.packed import Spans, intervals

pytestmark = pytest.mark.django_db

HALF_PAST_NINE = datetime(2026, 10, 23, 9, 30, tzinfo=UTC)


def spans():
    (text,) = (
        User.objects.order_by()
        .values("is_staff")
        .annotate(spans=Spans("date_joined", "last_login"))
        .values_list("spans", flat=True)
    )
    return sorted(intervals(text))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (HALF_PAST_NINE, HALF_PAST_NINE, (1792747800, 1792747800)),
        (HALF_PAST_NINE + timedelta(microseconds=1), HALF_PAST_NINE.replace(microsecond=1), (1792747800, 1792747801)),
        (
            HALF_PAST_NINE.replace(microsecond=999_999),
            HALF_PAST_NINE.replace(microsecond=999_999),
            (1792747800, 1792747801),
        ),
        (datetime(1969, 12, 31, 23, 59, 58, tzinfo=UTC), datetime(2052, 2, 20, tzinfo=UTC), (-2, 2_592_000_000)),
    ],
)
def test_spans_are_rounded_outward_to_seconds(start, end, expected):
    User.objects.create(email="pia@example.test", date_joined=start, last_login=end)

    assert spans() == [expected]


def test_spans_of_a_group_come_together():
    for minutes in (0, 30):
        moment = HALF_PAST_NINE + timedelta(minutes=minutes)
        User.objects.create(email=f"{minutes}@example.test", date_joined=moment, last_login=moment)

    assert spans() == [(1792747800, 1792747800), (1792749600, 1792749600)]


def test_packed_spans_are_a_sequence():
    one, other = intervals("00" * 7 + "05" + "00" * 7 + "09"), intervals("ff" * 7 + "fe" + "00" * 8)

    assert list(one) == list(one) == [(5, 9)]
    assert [*(one + other)] == [(5, 9), (-2, 0)]
    assert (len(one + other), (one + other)[1], (-2, 0) in other, bool(intervals(None))) == (2, (-2, 0), True, False)
