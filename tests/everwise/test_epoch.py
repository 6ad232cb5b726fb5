"""Seconds as the database counts them, on whichever database the tests run."""

from datetime import UTC, datetime, timedelta

import pytest

from everwise.accounts.models import User
from everwise.epoch import Epoch, EpochUp

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("moment", "down", "up"),
    [
        (datetime(2026, 10, 23, 9, 30, tzinfo=UTC), 1792747800, 1792747800),
        (datetime(2026, 10, 23, 9, 30, 0, 1, tzinfo=UTC), 1792747800, 1792747801),
        (datetime(2026, 10, 23, 9, 30, 0, 999_999, tzinfo=UTC), 1792747800, 1792747801),
        (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), -1, -1),
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=30_000), 2_592_000_000, 2_592_000_000),
    ],
)
def test_epoch_rounds_outward(moment, down, up):
    User.objects.create(email="pia@example.test", date_joined=moment)

    assert User.objects.values_list(Epoch("date_joined"), EpochUp("date_joined")).get() == (down, up)
