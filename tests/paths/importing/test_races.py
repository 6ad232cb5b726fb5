"""An import while another admin adds and ends the same people: all of it or nothing, and nobody is here twice."""

from functools import partial
from uuid import uuid4

import pytest

from experts.models import Expert
from meetings.booking import leaving
from meetings.booking.credits import taken_by
from meetings.booking.settling import Leaving
from meetings.models import Notice
from paths import adding
from paths.enums import Role
from paths.importing import reading, writer
from paths.models import Invitation, Membership, PathEvent
from tests.meetings.racing import ROUNDS, assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, join

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

NUMBER = 6


class Round:
    """One path: people who are new, known elsewhere, and here, and what two admins do to them at once."""

    def __init__(self):
        self.path = a_path(sessions_per_participant=4)
        self.ada, self.abe = an_admin(self.path, "Ada"), an_admin(self.path, "Abe")
        here = [a_participant(self.path, f"Pia {each}") for each in range(NUMBER)]
        known = [a_person(f"Sol {each}") for each in range(NUMBER)]
        for user in known:
            join(user, a_path(program=self.path.program), Role.PARTICIPANT)
        self.here, self.known = here, known
        self.new = [f"{uuid4().hex[:8]}@new.example" for _each in range(NUMBER)]
        self.before = set(PathEvent.objects.values_list("pk", flat=True))
        text = "email,role,sessions\n"
        text += "".join(f"{address},expert,\n" for address in self.new)
        text += "".join(f"{user.email},,6\n" for user in (*known, *here))
        self.lines = reading.read_text(text).lines
        self.shown = self.plan().signatures

    def plan(self):
        return writer.made_plan(path=self.path, lines=self.lines, taken=taken_by, now=NOW)

    def imports(self):
        return writer.write(
            path=self.path,
            lines=self.lines,
            shown=self.shown,
            leaves_out=False,
            by=self.ada,
            now=NOW,
            token=uuid4(),
            taken=taken_by,
        )

    def adds(self, address):
        return adding.add_people(
            path=self.path, lines=address, role=Role.PARTICIPANT, by=self.abe, now=NOW, token=uuid4()
        )

    def ends(self, user):
        what = Leaving(user, self.path, frozenset({Role.PARTICIPANT}))
        return leaving.end(leaving=what, decisions={}, by=self.abe, now=NOW)

    def calls(self, others):
        adds, ends = partial(partial, self.adds), partial(partial, self.ends)
        rival = {
            "adds new": [adds(address) for address in self.new],
            "adds known": [adds(user.email) for user in self.known],
            "ends": [ends(user) for user in self.here],
            "imports": [self.imports, self.imports],
        }[others]
        return [*rival, self.imports]

    def check(self, came):
        assert set(tally(came)) <= {"Written", "ChangedMeanwhile", "AddedCounts", "LinesRefused", "list"}, came
        live = Membership.objects.live().filter(path=self.path)
        pairs = list(live.values_list("user__email", "role"))
        assert len(pairs) == len(set(pairs))
        written = [each for each in came if isinstance(each, writer.Written)]
        assert len(written) <= 1
        by_import = PathEvent.objects.filter(path=self.path, via="import").exclude(pk__in=self.before)
        if written:
            assert by_import.values("about").distinct().count() == 3 * NUMBER == written[0].total
            assert live.filter(user__email__in=self.new, role=Role.EXPERT).count() == NUMBER
            assert Expert.objects.filter(user__email__in=self.new).count() == NUMBER
            assert all(act.act == "none" for act in self.plan().outcomes if act.line.email in self.new)
        else:
            assert not by_import.exists()
            assert not live.filter(user__email__in=self.new, role=Role.EXPERT).exists()
        # Nobody hears of it twice.
        told = Notice.objects.filter(facts__path=str(self.path.pk), kind__in=["invited", "added"])
        assert told.count() == told.values("address").distinct().count()
        invited = Invitation.objects.open().filter(path=self.path)
        assert invited.count() == invited.values("user").distinct().count()


@pytest.mark.parametrize("others", ["adds new", "adds known", "ends", "imports"])
def test_all_of_it_or_nothing(monkeypatch, others):
    states, before = watch_lost_races(monkeypatch), broken()
    rounds = [Round() for _each in range(ROUNDS)]

    came = race(*[each.calls(others) for each in rounds])

    for each, outcomes in zip(rounds, came, strict=True):
        each.check(outcomes)
    assert broken() == before
    assert_no_deadlock(states)
