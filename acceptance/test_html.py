"""Every page of the site is HTML without an error, by the Nu HTML checker."""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

from acceptance.conftest import VNU_JAR
from acceptance.visitor import Visitor
from meetings.demo.data import DOMAIN, PASSWORD
from tests.crawler import Page, Walk, kind_of

PEOPLE = ("participant", "expert", "admin", "staff")
SIGNED_OUT = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/demo/mail/"]
ODD = ["/nowhere/", "/paths/00000000-0000-0000-0000-000000000000/", "/accounts/confirm-email/x/", "/accounts/logout/"]
# Fewer would mean that the walk had stopped at a door.
FEWEST_KINDS = {"nobody": 8, "participant": 20, "expert": 25, "admin": 20, "staff": 8}
CHECK_SECONDS = 300


def test_pages_have_no_errors(install, tmp_path) -> None:
    # Without a mail server, so that e-mails are pages too.
    site = install(f"sqlite:///{tmp_path / 'everwise.sqlite3'}", settings={"DEMO": "1", "EMAIL_URL": ""})
    site.prepare()
    site.start(web=1)
    walks = [Walk(Visitor(site.site_url), "nobody")]
    walks[0].follow_links([*SIGNED_OUT, *ODD[:3]])
    for who in PEOPLE:
        visitor = Visitor(site.site_url)
        visitor.sign_in(f"{who}@{DOMAIN}", PASSWORD)
        walks.append(Walk(visitor, who))
        walks[-1].follow_links(["/", *ODD])
    for walk in walks:
        walk.send_empty()
    for walk in walks:
        walk.send_filled()
        # What has become of the meetings meanwhile.
        walk.follow_links(["/", "/meetings/", "/meetings/?show=past"])
    pages = [page for walk in walks for page in walk.pages]

    kinds = Counter(who for who, _ in {(page.who, kind_of(page.asked)) for page in pages})
    assert {who: kinds[who] for who, fewest in FEWEST_KINDS.items() if kinds[who] < fewest} == {}
    assert [(page.who, page.asked) for page in pages if page.status >= 500] == []
    assert errors_in(pages, tmp_path / "pages") == []


def test_an_error_is_found(tmp_path) -> None:
    right = '<!doctype html><html lang="en"><title>A page</title><p>Right.'
    pages = [Page("nobody", "GET /", 200, right), Page("nobody", "GET /wrong/", 200, f"{right}</b>")]

    (error,) = errors_in(pages, tmp_path / "pages")
    assert error.startswith("nobody GET /wrong/: Stray end tag “b”.")


def errors_in(pages: list[Page], folder: Path) -> list[str]:
    """Each kind of error once, with the first page that has it and how many have."""
    folder.mkdir()
    for number, page in enumerate(pages):
        (folder / f"{number:05}.html").write_text(page.text)
    command = ["java", "-Xss2m", "-jar", str(VNU_JAR), "--format", "json", "--errors-only", "--exit-zero-always"]
    done = subprocess.run(
        [*command, *map(str, sorted(folder.iterdir()))],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
        timeout=CHECK_SECONDS,
    )
    found: dict[str, list[str]] = {}
    for message in json.loads(done.stderr)["messages"]:
        page = pages[int(Path(message.get("url", "0")).stem)]
        told = f"{message['message']} {message.get('extract', '')!r}"
        found.setdefault(told, []).append(f"{page.who} {page.asked}: {told}")
    return [f"{errors[0]} ({len(errors)} in all)" for errors in found.values()]
