"""Somebody at another computer: an address of their own on loopback, cookies, forms filled in and sent."""

import html
import http.client
import re
import ssl
import time
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

ANSWER_SECONDS = 60


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def location(self) -> str:
        return self.headers["Location"] or ""


class Visitor:
    """A browser without scripts. `address` is where its connections come from: all of 127.0.0.0/8 is this machine."""

    def __init__(self, site_url: str, address: str = "127.0.0.2", headers: dict[str, str] | None = None):
        self.site_url, self.address = site_url, address
        self.cookies: dict[str, str] = {}
        self._headers = headers or {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form, with the token against forged requests that the page's form would carry."""
        return self._ask("POST", path, self._body(fields))

    def post_and_leave(self, path: str, after_seconds: float, **fields: str) -> None:
        """Send a form and hang up without reading the answer, as a browser does whose network goes."""
        connection = self._send("POST", path, self._body(fields))
        time.sleep(after_seconds)
        connection.close()

    def follow(self, answer: Answer) -> Answer:
        while answer.status in {301, 302, 303, 307, 308}:
            answer = self.get(answer.location)
        return answer

    def sign_in(self, email: str, password: str) -> Answer:
        self.get("/accounts/login/")
        return self.post("/accounts/login/", login=email, password=password)

    def _body(self, fields: dict[str, str]) -> str:
        token = next((value for name, value in self.cookies.items() if name.endswith("csrftoken")), "")
        return urlencode({"csrfmiddlewaretoken": token} | fields)

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = self._send(method, path, body)
        try:
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(response.status, response.headers, text)

    def _send(self, method: str, path: str, body: str | None) -> http.client.HTTPConnection:
        """`path` is below the site's address, as in tests without a prefix, or a whole address from a page."""
        site = urlsplit(self.site_url)
        address = path if "://" in path else f"{site.scheme}://{site.netloc}{self._below_prefix(path, site.path)}"
        split = urlsplit(address)
        headers = {"Referer": self.site_url, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        source = (self.address, 0)
        if split.scheme == "https":
            # The certificate is signed by itself.
            trusting = ssl._create_unverified_context()
            connection = http.client.HTTPSConnection(
                "127.0.0.1", split.port, timeout=ANSWER_SECONDS, source_address=source, context=trusting
            )
        else:
            connection = http.client.HTTPConnection(
                "127.0.0.1", split.port, timeout=ANSWER_SECONDS, source_address=source
            )
        target = split.path + (f"?{split.query}" if split.query else "")
        try:
            connection.request(method, target, body, headers | {"Host": split.netloc} | self._headers)
        except OSError:
            connection.close()
            raise
        return connection

    @staticmethod
    def _below_prefix(path: str, prefix: str) -> str:
        return path if prefix and path.startswith(f"{prefix}/") else prefix + path


def field(page: str, name: str) -> str:
    """The value of the first input of that name."""
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', page)
    if not found:
        raise LookupError(f"No field {name} on this page")
    value = re.search(r'\bvalue="([^"]*)"', found[0])
    return html.unescape(value[1]) if value else ""
