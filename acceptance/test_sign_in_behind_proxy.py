"""Sign-in through a real nginx and two gunicorns: an attacker is slowed, nobody else is locked out."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from acceptance.installation import Installation
from acceptance.visitor import Visitor
from meetings.demo.data import DOMAIN, PASSWORD

EMAIL, OTHER = f"participant@{DOMAIN}", f"expert@{DOMAIN}"
ATTEMPTS = 200
# Many at once, as LOGIN_FAILED_RATE stands: an address has five guesses at an account, all together a hundred, and then
# each address one more (everwise/accounts/adapter.py).
AT_ONCE, VOLLEYS = 50, 6
OF_AN_ADDRESS, OF_ALL = 5, 100 + AT_ONCE


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


def volley(site, addresses: list[str]) -> list[int]:
    """The answers to a wrong password from each address, all sent at the same moment."""
    ready = threading.Barrier(len(addresses))

    def guess(address):
        attacker = Visitor(site.site_url, address)
        attacker.get("/accounts/login/")
        ready.wait()
        return attacker.post("/accounts/login/", login=EMAIL, password=f"wrong from {address}").status

    with ThreadPoolExecutor(len(addresses)) as pool:
        return list(pool.map(guess, addresses))


def test_guesses_at_once_get_no_further_and_the_owner_signs_in(site, report) -> None:
    """A guess that can't be counted in time counts as one too many, so that being fast opens nothing."""
    from_one = volley(site, ["127.0.0.2"] * AT_ONCE)
    assert set(from_one) == {200, 429}
    assert from_one.count(200) <= OF_AN_ADDRESS
    assert Visitor(site.site_url, "127.0.0.3").sign_in(EMAIL, PASSWORD).status == 302

    botnet = [f"127.0.3.{number + 1}" for number in range(AT_ONCE)]
    with ThreadPoolExecutor(1) as attack:
        volleys = attack.submit(lambda: [volley(site, botnet) for _ in range(VOLLEYS)])
        meanwhile = []
        while not volleys.done():
            meanwhile.append(Visitor(site.site_url, f"127.0.4.{len(meanwhile) % 250 + 1}").sign_in(EMAIL, PASSWORD))
    from_all = [status for each in volleys.result() for status in each]
    guessed, signed_in = from_all.count(200), sum(each.status == 302 for each in meanwhile)
    report(f"{from_one.count(200)} of {AT_ONCE} guesses from one address, {guessed} of {len(from_all)} from {AT_ONCE}")
    report(f"the owner signed in {signed_in} of {len(meanwhile)} times meanwhile")
    assert signed_in > 0
    assert set(from_all) == {200, 429}
    assert guessed <= OF_ALL - from_one.count(200)
    assert {each.status for each in meanwhile} <= {302, 429}
    assert all("Too many attempts" in each.text for each in meanwhile if each.status == 429)
    # From an address of their own, and from one that the attack had, in words.
    assert Visitor(site.site_url, "127.0.0.3").sign_in(EMAIL, PASSWORD).status == 302
    assert "Too many attempts" in Visitor(site.site_url, botnet[0]).sign_in(EMAIL, PASSWORD).text


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
