"""An admin, an expert and two participants of one path, and the meetings they have; pages as one of them gets them."""

from dataclasses import replace

import pytest
from django.urls import reverse

from meetings import booking
from tests.scene import a_participant, a_path, a_theme, add, an_admin, an_expert, at, book


class Cast:
    def __init__(self):
        self.path = a_path()
        self.ada = an_admin(self.path)
        self.expert = an_expert(self.path)
        self.eva = self.expert.user
        self.pia = a_participant(self.path)
        self.per = a_participant(self.path, "Per")
        self.theme = a_theme(self.path, self.expert)
        self.plan = booking.MeetingPlan(
            title="First 90 days", starts_at=at(10), ends_at=at(11), experts=(self.eva,), participants=(self.pia,)
        )

    def adhoc(self, **fields):
        """With the expert as its organizer unless another is named."""
        return add(self.path, replace(self.plan, **{"organizer": self.eva, **fields}), self.ada)

    def dropin(self):
        return book(self.theme, self.pia, at(14))


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def get(client):
    def get_as(user, name, *args, query=""):
        client.force_login(user)
        return client.get(reverse(name, args=args) + query)

    return get_as
