"""An error of ours arrives at a receiver of Sentry's protocol, with its request's id and without anything secret."""

import gzip
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import Mock

import brotli
import pytest
import sentry_sdk
from django.db import OperationalError
from django.test import Client

from everwise.seeing import errors
from meetings.pages.path import views
from tests import scene

# What sends errors waits in a thread of its own, which libfaketime refuses now and then (EINVAL).
pytestmark = [pytest.mark.django_db, pytest.mark.real_clock]
SECRET = "Zq8-secret_Zq8secretZq8secret"


@pytest.fixture
def received():
    """What a receiver on this machine was sent: call it for the events, once all have arrived."""
    events = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = {"br": brotli.decompress, "gzip": gzip.decompress}[self.headers["Content-Encoding"]](body)
            events.extend(json.loads(line) for line in body.splitlines() if b'"event_id"' in line and b'"sdk"' in line)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    errors.start(f"http://key@127.0.0.1:{server.server_port}/1")

    def arrived():
        sentry_sdk.flush(timeout=30)
        return [event for event in events if "exception" in event or "logentry" in event]

    yield arrived
    sentry_sdk.get_client().close(timeout=30)
    sentry_sdk.get_global_scope().set_client(None)
    server.shutdown()
    server.server_close()
    thread.join()


def break_with(monkeypatch, error):
    monkeypatch.setattr(views, "overviews", Mock(side_effect=error))


def test_error_arrives_with_its_request_and_without_secrets(received, monkeypatch):
    client = Client(raise_request_exception=False)
    maya = scene.a_person("Maya")
    client.force_login(maya)
    break_with(monkeypatch, ValueError(f"no https://example.com/invitations/{SECRET}/ for {maya.email}"))

    answer = client.get(f"/paths/?page={SECRET}", headers={"referer": f"http://x/calendar/{SECRET}", "x-own": SECRET})

    [event] = received()
    [raised] = event["exception"]["values"]
    assert raised["type"] == "ValueError"
    domain = maya.email.partition("@")[2]
    assert raised["value"] == f"no https://example.com/invitations/*** for ***@{domain}"
    assert event["tags"] == {"request_id": answer["X-Request-ID"], "view": "paths:list", "person": str(maya.pk)}
    written = json.dumps(event)
    assert "path_list" in written
    assert "Zq8" not in written
    for secret in (maya.email, "referer", client.session.session_key, "vars", "cookies", "csrftoken"):
        assert secret not in written


def test_form_that_broke_something_is_not_sent(received, monkeypatch):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("allauth.account.forms.LoginForm.clean", Mock(side_effect=ValueError("broken")))

    client.post("/accounts/login/", {"login": "maya@example.com", "password": SECRET})

    [event] = received()
    assert event["exception"]["values"][0]["value"] == "broken"
    assert "Zq8" not in json.dumps(event)
    assert "maya@" not in json.dumps(event)


def test_logged_error_arrives_and_outages_do_not(received, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(scene.a_person("Maya"))
    break_with(monkeypatch, OperationalError("database is locked"))

    assert client.get("/paths/").status_code == 503
    try:
        raise ValueError("in the worker")
    except ValueError:
        logging.getLogger("meetings.mail").exception("Notice 7 was not sent")

    [event] = received()
    assert event["exception"]["values"][0]["value"] == "in the worker"


def test_nothing_is_reported_where_no_receiver_is_named():
    assert not sentry_sdk.get_client().is_active()
