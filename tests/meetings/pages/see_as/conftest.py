"""An admin who looks at a path as one of its people, or as one of its roles."""

import pytest
from django.urls import reverse

from meetings.enums import Kind
from tests.gate_world import a_world, signed_in

# As whom: two people of tests/gate_world.py, and the two roles.
LOOKERS = ("participant", "expert", "any participant", "any expert")


class Looking:
    def __init__(self):
        self.world = a_world()
        self.path, self.people = self.world.path, self.world.people
        self.admin, self.pia, self.eva = (self.people[name] for name in ("admin", "participant", "expert"))
        self.client = signed_in(self.admin)
        self.page = reverse("paths:detail", args=[self.path.pk])
        self.address = reverse("paths:see-as", args=[self.path.pk])

    def start(self, who):
        """`who` is a name in the world, one of LOOKERS, or a person."""
        chosen = who.removeprefix("any ") if isinstance(who, str) and who.startswith("any ") else who
        if chosen is who:
            chosen = (self.people[who] if isinstance(who, str) else who).pk
        return self.client.post(self.address, {"who": chosen})

    def stop(self):
        return self.client.post(reverse("paths:stop-seeing-as", args=[self.path.pk]))

    def get(self, address=None):
        return self.client.get(address or self.page)

    def is_on(self) -> bool:
        return "Nothing can be changed." in self.get().text

    def steps(self, who) -> str:
        """The query of a booking, as this person comes by it."""
        meeting = self.world.meetings[Kind.DROP_IN]["participant"]
        query = f"?theme={self.world.theme.pk}&start={meeting.starts_at:%Y-%m-%d}T11:00:00Z"
        return query + (f"&for={self.pia.pk}" if who.endswith("expert") else "")

    def step(self, name, who) -> str:
        return reverse(f"schedule:{name}", args=[self.path.pk]) + self.steps(who)


@pytest.fixture
def looking(clock):
    return Looking()
