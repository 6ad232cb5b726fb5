"""The database is killed, read-only and back: a page in words meanwhile, then everything as before, by itself."""

from acceptance.installation import Installation
from acceptance.processes import wait_for
from acceptance.visitor import Visitor
from meetings.demo.data import DOMAIN, PASSWORD

EMAIL = f"participant@{DOMAIN}"
BREAK = "Everwise is taking a short break"


def installed(cluster, install) -> tuple[Installation, Visitor]:
    site = install(cluster.url, settings={"DEMO": "1"})
    site.prepare()
    site.start()
    visitor = Visitor(site.site_url)
    assert visitor.sign_in(EMAIL, PASSWORD).status == 302
    return site, visitor


def lines_of_its_own(site: Installation) -> int:
    """How many lines the web servers have written that are not of a request each."""
    written = "".join(site.running(f"web{number}").output for number in (0, 1))
    return sum("everwise.requests" not in line for line in written.splitlines())


def test_killed_database_is_told_and_all_comes_back_by_itself(cluster, install) -> None:
    site, visitor = installed(cluster, install)
    home = visitor.get("/")
    assert (home.status, BREAK in home.text) == (200, False)
    cluster.kill()
    lines_before = lines_of_its_own(site)
    for _ in range(50):
        answer = visitor.get("/")
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert BREAK in answer.text
    assert Visitor(site.site_url).get("/healthz").status == 200
    assert Visitor(site.site_url).get("/readyz").status == 503
    lines = lines_of_its_own(site) - lines_before
    # One line a second and process at most, beside that of each request; no traceback.
    said = site.running("web0").output + site.running("web1").output
    assert "Traceback" not in said
    assert "Answered 503" in said
    assert lines < 50
    cluster.start()
    wait_for(lambda: visitor.get("/").status == 200, "the page is back")
    wait_for(lambda: Visitor(site.site_url).get("/readyz/worker").status == 200, "the worker is back")
    assert site.running("worker").ended is None
    assert site.count_broken() == ""


def test_read_only_database_is_told(cluster, install) -> None:
    site, visitor = installed(cluster, install)
    cluster.set_read_only(True)

    def refused():
        answer = Visitor(site.site_url).sign_in(EMAIL, PASSWORD)
        return answer if answer.status == 503 else None

    # A transaction under way ends as it began.
    answer = wait_for(refused, "a sign-in is refused")
    assert int(answer.headers["Retry-After"]) > 0
    assert BREAK in answer.text
    assert Visitor(site.site_url).get("/readyz").status == 503
    cluster.set_read_only(False)
    wait_for(lambda: Visitor(site.site_url).get("/readyz").status == 200, "it is ready again")
    assert visitor.get("/").status == 200
