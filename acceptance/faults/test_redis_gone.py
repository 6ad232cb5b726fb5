"""The Redis that counts what limits allow dies, and comes back."""

from acceptance.crowd import PASSWORD
from acceptance.processes import Redis, wait_for
from acceptance.visitor import Visitor
from everwise.db.redis_cache import AWAY_SECONDS

GUESSES = 5


def guess(site, person: int, address: str) -> int:
    return Visitor(site.site_url, address).sign_in(f"p{person}@crowd.example", "wrong").status


def test_limits_are_kept_by_the_database(cluster, begin, tmp_path, report) -> None:
    """Broken: the Redis of CACHE_URL, killed; later another one, empty, answers at its place.

    Expected: people sign in and read pages; nobody may guess more passwords than a limit allows; Redis counts again by
    itself; the log has a line a minute.
    """
    redis = Redis(tmp_path)
    race = begin(cluster.url, CACHE_URL=redis.url)
    site = race.site
    assert [guess(site, 20, "127.0.2.1") for _ in range(GUESSES + 1)] == [200] * GUESSES + [429]

    redis.kill()
    assert Visitor(site.site_url).sign_in("p21@crowd.example", PASSWORD).status == 302
    assert race.people[0].get("/").status == 200
    assert race.book(race.people[0], race.starts[0]).status == 302
    # Once more as many at the most: what Redis had counted is gone with it.
    assert [guess(site, 20, "127.0.2.1") for _ in range(GUESSES + 1)] == [200] * GUESSES + [429]
    assert [guess(site, 22, "127.0.2.2") for _ in range(GUESSES + 1)] == [200] * GUESSES + [429]
    for number in range(2):
        output = site.running(f"web{number}").output
        assert output.count("Redis is away") == 1
        assert "Traceback" not in output

    redis = Redis(tmp_path, redis.port)
    try:
        # By the web servers that have noticed: the account is counted in the new Redis, where it was at none.
        wait_for(lambda: guess(site, 22, "127.0.2.2") == 200, "Redis counts again", seconds=AWAY_SECONDS + 55)
        assert Visitor(site.site_url).sign_in("p23@crowd.example", PASSWORD).status == 302
        report(f"limits kept without Redis: {GUESSES} wrong passwords, then 429")
    finally:
        redis.stop()
    assert site.count_broken() == ""
