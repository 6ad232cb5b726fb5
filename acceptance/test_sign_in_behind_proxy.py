"""Sign-in through a real nginx and two gunicorns: an attacker is slowed, nobody else is locked out."""

import pytest

from acceptance.installation import Installation
from acceptance.visitor import Visitor
from meetings.demo.data import DOMAIN, PASSWORD

EMAIL, OTHER = f"participant@{DOMAIN}", f"expert@{DOMAIN}"
ATTEMPTS = 200


@pytest.fixture(params=["database", "redis"])
def site(request, cluster, install) -> Installation:
    cache = {"CACHE_URL": request.getfixturevalue("redis").url} if request.param == "redis" else {}
    site = install(cluster.url, settings={"DEMO": "1"} | cache)
    site.prepare()
    site.start(worker=False)
    return site


def attack(site, *, attempts=ATTEMPTS, address="127.0.0.2", forged=False) -> list[int]:
    """The answers to so many wrong passwords for one account."""
    attacker = Visitor(site.site_url, address)
    attacker.get("/accounts/login/")
    statuses = []
    for number in range(attempts):
        if forged:
            attacker._headers = {"X-Forwarded-For": f"10.1.{number // 250}.{number % 250}"}
        statuses.append(attacker.post("/accounts/login/", login=EMAIL, password=f"wrong-{number}").status)
    return statuses


def test_attacker_is_refused_and_everybody_else_signs_in(site) -> None:
    statuses = attack(site)
    assert statuses[0] == 200
    assert statuses[-1] == 429
    refused = Visitor(site.site_url, "127.0.0.2").sign_in(EMAIL, PASSWORD)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "Too many attempts" in refused.text
    # The owner of the attacked account, at an address of their own, and somebody else.
    assert Visitor(site.site_url, "127.0.0.3").sign_in(EMAIL, PASSWORD).status == 302
    assert Visitor(site.site_url, "127.0.0.4").sign_in(OTHER, PASSWORD).status == 302


def test_forged_header_is_no_new_address(site) -> None:
    """nginx adds the address it sees on the right, and no further left than that is believed."""
    plain = attack(site, attempts=60)
    forged = attack(site, attempts=60, address="127.0.0.5", forged=True)
    # A few more are let through where an attack lasts longer: the limits count minutes.
    for answers in (plain, forged):
        assert answers[0] == 200
        assert answers.count(429) > len(answers) / 2


def test_without_a_proxy_no_header_is_believed(cluster, install) -> None:
    site = install(cluster.url, settings={"DEMO": "1", "SECURE": "0", "TRUSTED_PROXY_COUNT": "0"})
    site.prepare()
    site.start_web(0)
    site.site_url = f"http://localhost:{site.web_ports[0]}"
    assert attack(site, attempts=60, forged=True).count(429) > 0
    assert Visitor(site.site_url, "127.0.0.3").sign_in(EMAIL, PASSWORD).status == 302
