"""A password is reset while the mail server refuses or hangs: the page answers at once, the e-mail arrives later."""

import re

import pytest

from acceptance.processes import wait_for
from acceptance.visitor import Visitor, field
from meetings.demo.data import DOMAIN

EMAIL = f"participant@{DOMAIN}"


@pytest.mark.parametrize("fault", ["451 try later", "hang"])
def test_reset_is_answered_at_once_and_mailed_later(fault, cluster, install, mail_server) -> None:
    site = install(cluster.url, settings={"DEMO": "1"})
    site.prepare()
    mail_server.replies = lambda verb, recipient: fault if verb in {"GREETING", "EHLO", "MAIL"} else None
    site.start()
    visitor = Visitor(site.site_url)
    visitor.get("/accounts/password/reset/")
    # No worker for a moment: whatever talks to the mail server now is the page.
    site.running("worker").stop()
    before = len(mail_server.asked)
    answer = visitor.post("/accounts/password/reset/", email=EMAIL)
    assert answer.status == 302
    assert len(mail_server.asked) == before
    site.start_worker()
    wait_for(lambda: len(mail_server.asked) > before, "the worker has asked the mail server")
    assert not [recipient for recipient, _ in mail_server.letters if recipient == EMAIL]

    mail_server.replies = lambda verb, recipient: None
    letter = wait_for(
        lambda: next((text for recipient, text in mail_server.letters if recipient == EMAIL), None),
        "the e-mail has arrived",
        seconds=180,
    )
    assert "text/html" in letter
    link = re.search(rf"{re.escape(site.site_url)}/accounts/password/reset/key/[^\s\"<]+", letter.replace("=\r\n", ""))
    page = visitor.follow(visitor.get(link[0].replace("=3D", "=")))
    assert field(page.text, "csrfmiddlewaretoken")
    assert "password1" in page.text
