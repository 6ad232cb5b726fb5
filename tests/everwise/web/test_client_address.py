"""The client's address: what is believed of X-Forwarded-For, by how many proxies there are."""

import pytest
from django.test import RequestFactory

from everwise.web.client_address import ClientAddressMiddleware, client_of


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("192.0.2.7", 1, "192.0.2.7"),
        ("203.0.113.9, 192.0.2.7", 1, "192.0.2.7"),
        ("203.0.113.9, 192.0.2.7, 10.0.0.1", 2, "192.0.2.7"),
        # Past some of the proxies.
        ("192.0.2.7", 2, "192.0.2.7"),
        ("192.0.2.7:4711", 1, "192.0.2.7"),
        ("[2001:db8::7]:4711", 1, "2001:db8::7"),
        ("2001:DB8:0::7", 1, "2001:db8::7"),
        ("::ffff:192.0.2.7", 1, "192.0.2.7"),
        ("unknown", 1, ""),
        ("", 1, ""),
        ("192.0.2.7, ", 1, ""),
        ("<script>", 1, ""),
    ],
)
def test_client_by_the_number_of_proxies(forwarded, proxies, address):
    assert client_of(forwarded, proxies) == address


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "192.0.2.7")])
def test_header_is_believed_only_behind_a_proxy(settings, proxies, address):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"})
    assert "HTTP_X_FORWARDED_FOR" in request.META

    ClientAddressMiddleware(lambda request: None)(request)

    assert request.META["REMOTE_ADDR"] == address
    assert "HTTP_X_FORWARDED_FOR" not in request.META


def test_nonsense_leaves_the_address_of_the_connection(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "192.0.2.7, nobody"})

    ClientAddressMiddleware(lambda request: None)(request)

    assert request.META["REMOTE_ADDR"] == "127.0.0.1"
