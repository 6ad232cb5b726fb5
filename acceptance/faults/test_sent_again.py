"""Somebody's connection goes right after they sent a form, and they send it again."""

import pytest

from acceptance.races import meetings_of
from acceptance.visitor import Visitor

ROUNDS = 10


@pytest.mark.parametrize("after_seconds", [0, 0.005, 0.05, 1])
def test_form_sent_again_gives_the_same_meeting(after_seconds, cluster, begin, report) -> None:
    """Broken: the connection, closed by the client after the booking was sent, before its answer is read.

    Expected: sent again, with the same hidden fields, as a browser does, it leads to the one meeting of both.
    """
    race = begin(cluster.url)
    visitor = race.people[0]
    sent_to = []
    for start in race.starts[:ROUNDS]:
        fields = race.shown(visitor.get(race.address(start)).text) | {"expert": "any", "note": ""}
        visitor.post_and_leave(race.address(start), after_seconds, **fields)
        again = visitor.post(race.address(start), **fields)
        once_more = visitor.post(race.address(start), **fields)
        assert (again.status, once_more.status) == (302, 302)
        assert again.location == once_more.location
        sent_to.append(again.location)
    assert len(set(sent_to)) == ROUNDS
    assert len(meetings_of(race)) == ROUNDS
    taken = race.site.running("web0").output
    assert "Traceback" not in taken
    assert Visitor(race.site.site_url).get("/healthz").status == 200
    assert race.site.count_broken() == ""
    report(f"{ROUNDS} forms sent twice, {ROUNDS} meetings")
