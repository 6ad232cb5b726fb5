"""What gunicorn makes of a request before Everwise sees it."""

import runpy
from pathlib import Path

import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

CONFIGURATION = Path(__file__).resolve().parents[3] / "gunicorn.conf.py"
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n\r\n"


@pytest.mark.parametrize(("ours", "scheme"), [(True, "http"), (False, "https")])
def test_gunicorn_itself_believes_no_proxy_s_scheme(ours, scheme):
    config = Config()
    if ours:
        config.set("secure_scheme_headers", runpy.run_path(str(CONFIGURATION))["secure_scheme_headers"])

    request = next(RequestParser(config, iter([REQUEST]), ("127.0.0.1", 4711)))

    assert request.scheme == scheme


def test_nginx_is_the_first_to_close_a_connection_that_it_keeps():
    """Else its next request on one is lost, and answered by a 502. Nginx keeps them for a minute, unless it is told."""
    assert runpy.run_path(str(CONFIGURATION))["keepalive"] > 60
