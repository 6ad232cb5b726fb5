"""Who asks: the one place that says from which address a request comes, for sign-in, limits and logs alike."""

import ipaddress

from django.conf import settings


class ClientAddressMiddleware:
    """Writes the client's address into REMOTE_ADDR, where Django, allauth and whoever logs look for it.

    A connection comes from the nearest proxy. With TRUSTED_PROXY_COUNT proxies of one's own, each of which adds the
    address it sees to X-Forwarded-For, the client is that many entries from the right; what stands further left is the
    client's own invention. Without proxies the header is not believed, and nobody after this sees it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        address = client_of(forwarded, settings.TRUSTED_PROXY_COUNT) if settings.TRUSTED_PROXY_COUNT else ""
        if address := address or _address(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


def client_of(forwarded: str, proxies: int) -> str:
    """The client's address in a header of X-Forwarded-For; empty where no address stands at its place.

    Fewer entries than proxies: the request has come past some of them, and the leftmost is what the first one saw.
    """
    hops = [hop.strip() for hop in forwarded.split(",")]
    return _address(hops[max(0, len(hops) - proxies)])


def _address(text: str) -> str:
    """An address without its port: 192.0.2.7:4711 and [2001:db8::7]:4711 are written so by some proxies."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    # A socket for both families writes IPv4 so; as IPv6 all of these would be one network, and one client to a limit.
    return str(getattr(address, "ipv4_mapped", None) or address)
