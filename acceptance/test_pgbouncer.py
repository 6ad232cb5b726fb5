"""Behind a pool that gives each transaction another connection: nothing is lost, and nothing met of another client."""

from acceptance.processes import wait_for
from acceptance.races import Race, book_twice_what_fits, meetings_of, nobody_is_in_two


def start_anew(site, **settings: str) -> None:
    site.env |= settings
    for number in range(2):
        site.running(f"web{number}").stop()
        site.start_web(number)


def assert_full(race, answers, meetings: int) -> None:
    assert {answer.status for answer in answers} <= {302, 409}
    made = meetings_of(race)
    assert len(made) == meetings
    assert nobody_is_in_two(made)
    assert race.site.count_broken() == ""


def test_bookings_at_once_through_a_pool_in_transaction_mode(pgbouncer, install) -> None:
    """Without plans kept on a connection (DATABASE_PLANS=0), alone and with psycopg's pool (DATABASE_POOL) before it.

    With them, one client meets what another prepared: that shows that the connections really are shared.
    """
    site = install(pgbouncer.url, settings={"DEMO": "1", "DATABASE_PLANS": "0"})
    site.prepare(demo=False)
    site.start()
    race = Race(site)
    assert_full(race, book_twice_what_fits(race, race.starts[:20]), 100)

    start_anew(site, DATABASE_POOL="4")
    assert_full(race, book_twice_what_fits(race, race.starts[20:40]), 200)

    start_anew(site, DATABASE_POOL="0", DATABASE_PLANS="1")
    visitors = iter(race.people * 5)
    wait_for(lambda: next(visitors).get("/").status >= 500, "a statement of another client's is met")
