"""The mailbox of answers: what its two variables may be, and that no fault repeats the password."""

import pytest

from everwise.config.environment import Environment
from everwise.config.mailboxes import replies

URL = "imaps://replies%40example.com:s%2Fecret@imap.example.com/Answers"
ADDRESS = "Replies@Example.com"


def test_none_is_named():
    env = Environment({"IMAP_URL": "", "REPLIES_ADDRESS": ""})

    assert replies(env) is None
    assert env.faults == []


def test_a_mailbox():
    env = Environment({"IMAP_URL": URL, "REPLIES_ADDRESS": ADDRESS})
    found = replies(env)

    assert env.faults == []
    assert (found.host, found.port, found.tls, found.needs_tls) == ("imap.example.com", 993, True, True)
    assert (found.user, found.password, found.folder) == ("replies@example.com", "s/ecret", "Answers")
    assert (found.local, found.domain) == ("Replies", "example.com")
    assert "ecret" not in repr(found)


def test_from_a_file(tmp_path):
    (tmp_path / "url").write_text("imap://replies:x@127.0.0.1:1143\n")
    env = Environment({"IMAP_URL_FILE": str(tmp_path / "url"), "REPLIES_ADDRESS": ADDRESS})
    found = replies(env)

    assert (found.port, found.tls, found.needs_tls, found.folder) == (1143, False, False, "INBOX")


@pytest.mark.parametrize(
    ("url", "address", "fault"),
    [
        (URL, "", "REPLIES_ADDRESS: is not set, but IMAP_URL is"),
        ("", ADDRESS, "IMAP_URL: is not set, but REPLIES_ADDRESS is"),
        ("smtp://a:s3cret@b.example", ADDRESS, "does not begin with imap:// or imaps://"),
        ("imaps:a:s3cret@b.example", ADDRESS, "does not begin with imap:// or imaps://"),
        ("imaps://a:s3cret@", ADDRESS, "has no host"),
        ("imaps://a:s3cret@-x-", ADDRESS, "has no host, or a host or port that can't be one"),
        ("imaps://a:s3cret@b.example:x", ADDRESS, "is no URL"),
        ("imaps://a:s3cret@b.example:0", ADDRESS, "has no host, or a host or port that can't be one"),
        ("imaps://b.example", ADDRESS, "has no user name or no password"),
        ("imaps://s3cret@b.example", ADDRESS, "has no user name or no password"),
        ("imaps://a:s3cret@b.example/INBOX?x=1", ADDRESS, "has a space, a ? or a # in it"),
        ("imaps://a:s3cret%0d@b.example", ADDRESS, "other characters than those of ASCII"),
        ("imaps://a:s3cret@b.example/x%22y", ADDRESS, "has a folder whose name"),
        (URL, "nobody", "has no e-mail address"),
        (URL, "a+b@example.com", "others than letters, digits, . _ and -"),
        (URL, "r" * 32 + "@example.com", "more than 31 characters"),
    ],
)
def test_what_is_refused(url, address, fault):
    env = Environment({"IMAP_URL": url, "REPLIES_ADDRESS": address})

    assert replies(env) is None
    (said,) = env.faults
    assert fault in said
    assert "s3cret" not in said
