"""The one way out of the house: which addresses are read at all, and how much of them."""

import gzip
import ipaddress
import socket
import ssl
import zlib
from pathlib import Path

import pytest

from experts.addresses import BadAddress, clean_address, masked
from experts.feeds import fetch as fetching
from experts.feeds.fetch import HttpAnswer, Unreachable, fetch, is_public
from tests.experts.feeds.refusals import refused
from tests.experts.feeds.server import serving

BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
CERTIFICATE = Path(__file__).with_name("localhost.pem")
BROKEN = "The server can’t be reached, or broke off in the middle of its answer."


def read(server, path="/", **conditions):
    return fetch(server.url(path), allow_loopback=True, **conditions)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://example.com/a.ics", "https://example.com/a.ics"),
        ("  webcal://p01.example.com/x?k=1#part ", "https://p01.example.com/x?k=1"),
        ("HTTPS://Example.COM", "https://example.com/"),
        ("http://example.com:8080/a b".replace(" ", "%20"), "http://example.com:8080/a%20b"),
        ("https://bücher.example/kalender/ä.ics", "https://xn--bcher-kva.example/kalender/%C3%A4.ics"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://192.0.2.7/a", "https://192.0.2.7/a"),
        ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ("https://example.com/%E4?q=ä", "https://example.com/%E4?q=%C3%A4"),
    ],
)
def test_address_is_read_as(typed, read):
    assert clean_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "calendar",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.com/a.ics",
        "gopher://example.com/",
        "//example.com/a.ics",
        "https://",
        "https:///a.ics",
        "https://user:pass@example.com/a.ics",
        "https://user@example.com/a.ics",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://[::1",
        "https://[fe80::1%25eth0]x/",
        "https://[::ffff:127.0.0.1.5]/",
        "https://exa mple.com/",
        "https://example.com/\x00",
        "https://example.com/\r\nHost: other",
        "https://example.com\\@127.0.0.1/",
        "https://a..example.com/",
        "https://" + "ü" * 100 + ".example/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://example.com:25/",
        "https://example.com/" + "a" * 10_000,
        "https://example.com/" + "ä" * 500,
    ],
)
def test_address_is_never_read(typed):
    with pytest.raises(BadAddress):
        clean_address(typed)


def test_masked_address_shows_its_host_alone():
    assert masked("https://calendar.example.com/private-1234/basic.ics?key=5") == "calendar.example.com/…"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "192.0.0.192",
        "198.18.0.1",
        "168.63.129.16",
        "192.0.2.1",
        "::1",
        "::",
        "::127.0.0.1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2001:db8::1",
        "2001::1",
        "fec0::1",
    ],
)
def test_address_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_address_is_public(address):
    assert is_public(ipaddress.ip_address(address))


def test_loopback_is_refused_unless_allowed():
    with serving({"/": (200, {}, BODY)}) as server:
        with refused(Unreachable, "private network"):
            fetch(server.url())
        assert read(server) == HttpAnswer(BODY, "", "")
        assert len(server.asked) == 1


def test_name_with_one_private_address_among_others_is_refused(monkeypatch):
    rows = [(socket.AF_INET, 1, 6, "", (address, 80)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)

    with refused(Unreachable, "private network"):
        fetch("http://two-faced.example/")


def test_connection_goes_to_the_address_that_was_checked(monkeypatch):
    """A name that answers otherwise the second time is never asked a second time."""
    asked, resolve = [], socket.getaddrinfo

    def resolve_once(host, *args, **kwargs):
        asked.append(host)
        return resolve("127.0.0.1", *args, **kwargs)

    with serving({"/a": (200, {}, BODY)}) as server:
        monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve_once)
        connect, connected = socket.create_connection, []
        monkeypatch.setattr(
            fetching.socket,
            "create_connection",
            lambda address, timeout: connected.append(address) or connect(address, timeout),
        )
        answer = fetch(f"http://rebinding.example:{server.port}/a", allow_loopback=True)

    assert answer.body == BODY
    assert connected == [("127.0.0.1", server.port)]
    # The second question is the number itself, which needs no resolver.
    assert asked == ["rebinding.example", "127.0.0.1"]
    assert server.asked[0][1]["Host"] == f"rebinding.example:{server.port}"


def test_headers_give_nothing_away_and_proxies_are_not_asked(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    with serving({"/?key=secret": (200, {"ETag": '"1"', "Last-Modified": "Mon"}, BODY)}) as server:
        answer = read(server, "/?key=secret")

    assert answer == HttpAnswer(BODY, '"1"', "Mon")
    assert set(server.asked[0][1]) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


def test_unchanged_calendar_is_not_sent_again():
    with serving({"/": (304, {}, b"")}) as server:
        answer = read(server, etag='"1"', last_modified="Mon")

    assert answer.body is None
    headers = server.asked[0][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"1"', "Mon")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_followed(status):
    with serving({"/": (status, {"Location": "/b"}, b""), "/b": (200, {}, BODY)}) as server:
        assert read(server).body == BODY


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://10.0.0.1/", "private network"),
        ("http://169.254.169.254/latest/meta-data/", "private network"),
        ("http://[::ffff:10.0.0.1]/", "private network"),
        ("file:///etc/passwd", "leads on to one that can’t be read"),
        ("http://user:pass@127.0.0.1/", "leads on to one that can’t be read"),
        ("http://[", "leads on to one that can’t be read"),
        ("", "leads on to one that can’t be read"),
        ("/", "more than 5 times"),
    ],
)
def test_redirect_is_refused(location, words):
    with serving({"/": (302, {"Location": location}, b"")}) as server, refused(Unreachable, words):
        read(server)


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "secret address"), (403, "secret address"), (404, "no calendar"), (410, "no calendar"), (500, "500")],
)
def test_error_is_told_in_words_without_the_address(status, words):
    with serving({"/q7k2.ics": (status, {}, b"")}) as server, refused(Unreachable, words) as caught:
        read(server, "/q7k2.ics")
    for part in ("q7k2", "127.0.0.1"):
        assert part in server.url("/q7k2.ics")
        assert part not in str(caught.value)


@pytest.mark.parametrize(("header", "seconds"), [("7200", 7200), ("soon", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)])
def test_busy_server_says_how_long_to_wait(header, seconds):
    with serving({"/": (503, {"Retry-After": header}, b"")}) as server, pytest.raises(Unreachable) as caught:
        read(server)
    assert caught.value.wait == seconds


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("x-gzip", gzip.compress(BODY[:10], mtime=0) + gzip.compress(BODY[10:], mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("identity", BODY),
    ],
)
def test_packed_body_is_unpacked(coding, sent):
    with serving({"/": (200, {"Content-Encoding": coding}, sent)}) as server:
        assert read(server).body == BODY


def test_chunked_body_is_put_together():
    def chunks(out):
        out.write(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")

    with serving({"/": (200, {"Transfer-Encoding": "chunked"}, chunks)}) as server:
        assert read(server).body == b"hello world"


@pytest.mark.parametrize(
    ("headers", "sent", "words"),
    [
        ({"Content-Encoding": "br"}, b"x", "unpacked"),
        ({"Content-Encoding": "gzip, gzip"}, b"x", "unpacked"),
        ({"Content-Encoding": "gzip"}, b"no gzip", BROKEN),
        ({"Content-Encoding": "gzip"}, gzip.compress(BODY, mtime=0)[:-9], BROKEN),
        ({"Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000), mtime=0), "larger than 20 MB"),
        ({"Content-Encoding": "deflate"}, zlib.compress(bytes(50_000_000)), "larger than 20 MB"),
        ({}, bytes(20_000_001), "larger than 20 MB"),
        ({"Content-Length": "100"}, lambda out: out.write(b"short"), BROKEN),
        ({"Transfer-Encoding": "chunked"}, lambda out: out.write(b"5\r\nhel"), BROKEN),
    ],
)
def test_body_is_refused(headers, sent, words):
    with serving({"/": (200, headers, sent)}) as server, refused(Unreachable, words):
        read(server)


def test_server_that_never_ends_is_cut_off(monkeypatch):
    """A byte now and then keeps every single read alive; the whole is ended all the same."""
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.3)
    pause, ended, heard_out = fetching.threading.Event(), fetching.threading.Event(), []

    def slow(out):
        try:
            for _ in range(100):
                out.write(b"x")
                pause.wait(0.05)
            heard_out.append(True)
        finally:
            ended.set()

    with serving({"/": (200, {}, slow)}) as server, refused(Unreachable, "did not send"):
        read(server)
    ended.wait(10)

    assert heard_out == []


def test_server_that_falls_silent_is_left(monkeypatch):
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.2)
    over = fetching.threading.Event()

    with serving({"/": (200, {}, lambda out: over.wait(10))}) as server:
        with refused(Unreachable, "did not send"):
            read(server)
        over.set()


def test_resolver_that_hangs_is_left_behind(monkeypatch):
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.2)
    answered = fetching.threading.Event()
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *args, **kwargs: answered.wait(5) and [])

    with refused(Unreachable, "did not send"):
        fetch("http://example.com/")
    answered.set()


def test_unknown_name_is_told(monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(fetching.socket, "getaddrinfo", unknown)
    with refused(Unreachable, "no server of this name"):
        fetch("http://example.com/")


@pytest.fixture
def tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def test_certificate_of_nobody_is_refused(tls):
    with serving({"/": (200, {}, BODY)}, context=tls) as server, refused(Unreachable, "certificate"):
        fetch(f"https://localhost:{server.port}/", allow_loopback=True)


def test_trusted_certificate_is_read_and_http_behind_it_is_not(tls, monkeypatch):
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    monkeypatch.setattr(fetching.ssl, "create_default_context", lambda: trusting)
    answers = {"/": (200, {}, BODY), "/down": (302, {"Location": "http://localhost/"}, b"")}
    with serving(answers, context=tls) as server:
        assert fetch(f"https://localhost:{server.port}/", allow_loopback=True).body == BODY
        assert server.asked[0][1]["Host"] == f"localhost:{server.port}"
        with refused(Unreachable, "from https to http"):
            fetch(f"https://localhost:{server.port}/down", allow_loopback=True)
