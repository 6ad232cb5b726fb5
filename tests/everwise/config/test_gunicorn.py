"""What nginx and gunicorn make of a request before Everwise sees it."""

import os
import re
import runpy
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from everwise.web.middleware import CALENDARS, INVITATIONS, REMINDERS

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "docs" / "deploy"
CONFIGURATION = ROOT / "gunicorn.conf.py"
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


COUNTED = """
import os, runpy, sys
conf = runpy.run_path(sys.argv[1])
conf["subprocess"].run = lambda command: type("Asked", (), {"returncode": 0})
conf["on_starting"](None)
children = []
for number in (1, 2):
    if not (child := os.fork()):
        from everwise.seeing import metrics
        metrics.observe(view="home", method="GET", status=200, seconds=0.01 * number)
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
    conf["child_exit"](None, type("Worker", (), {"pid": child}))
from everwise.seeing import metrics
print(metrics.of_processes().decode())
"""


def test_numbers_of_all_processes_are_summed_and_begin_anew_at_a_start(tmp_path):
    env = {"PATH": os.environ["PATH"], "METRICS_TOKEN": "x" * 20, "DATA_DIR": str(tmp_path)}
    for _start in range(2):
        told = subprocess.run(
            [sys.executable, "-c", COUNTED, str(CONFIGURATION)],
            env=env,
            cwd=CONFIGURATION.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

        assert 'everwise_answers_total{method="GET",status="200",view="home"} 2.0' in told


def test_each_gunicorn_of_the_units_counts_for_itself_and_nginx_knows_all_of_them():
    """Else one that starts empties what the other has counted, and nobody comes to the other."""
    enabled = re.search(r"enable --now .*", (DEPLOY.parent / "deploy.md").read_text())
    started = re.findall(r"everwise-web@(\d+)", enabled[0])
    unit = (DEPLOY / "everwise-web@.service").read_text()

    assert len(started) == 2
    assert re.findall(r"^    server 127\.0\.0\.1:(\d+);$", (DEPLOY / "nginx.conf").read_text(), re.M) == started
    assert re.findall(r"^Environment=PROMETHEUS_MULTIPROC_DIR=(.*)$", unit, re.M) == ["/var/lib/everwise/metrics-%i"]
    assert all(f"127.0.0.1:{port}" in (DEPLOY.parent / "alerts.yml").read_text() for port in started)


def test_nothing_is_written_down_for_metrics_that_nobody_reads(monkeypatch):
    monkeypatch.delenv("METRICS_TOKEN", raising=False)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/nowhere")
    runpy.run_path(str(CONFIGURATION))
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


@pytest.mark.parametrize("address", [CALENDARS, INVITATIONS, REMINDERS])
def test_nginx_logs_no_address_with_a_secret(address):
    """Neither of who asks by plain http nor where something fails: its log of errors has each request's whole line."""
    nginx = (DEPLOY / "nginx.conf").read_text()
    locations = re.findall(r"location ~ (\S+) \{\s+access_log off;\s+error_log /dev/null;", nginx)
    assert any(re.search(each, f"{address}secret/") for each in locations)
    assert not any(re.search(each, "/paths/secret/") for each in locations)
    assert re.search(r"listen 80;\s+server_name learn.example.com;(\s+#.*)*\s+access_log off;", nginx)


def test_nginx_gives_each_request_an_id_of_its_own_wherever_it_passes_one_on():
    """Everwise believes the one it is given by a proxy: a client's own must not come through."""
    nginx = (DEPLOY / "nginx.conf").read_text()
    assert nginx.count("proxy_set_header X-Request-ID $request_id;") == nginx.count("proxy_pass ") > 0


def test_nginx_speaks_no_old_tls():
    """And of TLS 1.2 only what keeps a recorded conversation closed when the key is stolen later."""
    nginx = (DEPLOY / "nginx.conf").read_text()
    (protocols,), (ciphers,) = (
        re.findall(rf"^\s*{name} (.*);$", nginx, re.M) for name in ("ssl_protocols", "ssl_ciphers")
    )

    assert protocols.split() == ["TLSv1.2", "TLSv1.3"]
    taken = {cipher["name"] for cipher in _ciphers(ciphers) if cipher["protocol"] == "TLSv1.2"}
    assert taken
    assert all(name.startswith("ECDHE-") and ("GCM" in name or "CHACHA20" in name) for name in taken)


def _ciphers(words):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(words)
    return context.get_ciphers()
