"""Every variable of the environment: what is refused at the start, and by which one line."""

import os
import runpy
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = str(ROOT / "everwise" / "settings.py")
OF_TESTS = dict(os.environ)
KEY = "kXo3-an-installation-has-a-long-and-random-text-here-1742"
# What README sets.
README = {
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgres://user:geheim@127.0.0.1:5432/everwise",
    "SITE_URL": "https://learn.example.com",
    "ALLOWED_HOSTS": "learn.example.com",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_URL": "smtp://user:geheim@mail.example.com:587/?tls=True",
    "DEFAULT_FROM_EMAIL": "Learning <learn@example.com>",
}
DEMO = {"DEMO": "1", "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]"}
MISSING = None


@pytest.fixture
def load(monkeypatch, tmp_path):
    """The settings as one environment makes them."""

    def load(**variables):
        for name in list(os.environ):
            if name not in {"PATH", "HOME", "LANG"}:
                monkeypatch.delenv(name)
        for name, value in ({"DATA_DIR": str(tmp_path / "data")} | README | variables).items():
            if value is not MISSING:
                monkeypatch.setenv(name, value)
        return runpy.run_path(SETTINGS)

    return load


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"DATABASE_URL": MISSING},
        {"DATABASE_URL": "postgresql://%2Fvar%2Frun%2Fpostgresql/everwise?sslmode=require&connect_timeout=3"},
        {"DATABASE_URL": "postgres://user:g,eheim@one:5432,two.example.com/everwise?target_session_attrs=read-write"},
        {"DATABASE_POOL": "8", "DATABASE_PLANS": "0"},
        {"SITE_URL": "https://learn.example.com:8443/everwise/"},
        {"SITE_URL": "https://lärn.example.com", "ALLOWED_HOSTS": ".example.com"},
        {"SITE_URL": "https://lärn.example.com", "ALLOWED_HOSTS": "lärn.example.com"},
        {"SITE_URL": "https://[::1]:8443", "ALLOWED_HOSTS": "[::1]"},
        {"ALLOWED_HOSTS": "*"},
        {"CSRF_TRUSTED_ORIGINS": "https://*.example.com, https://other.example.com:8443"},
        {"EMAIL_URL": "submission://learn%40example.com:p%2Fw@mail.example.com"},
        {"LOGIN_RATE": "30/m/ip,300/5h/key"},
        {"EMAIL_TIMEOUT": "2.5"},
        {"CACHE_URL": "rediss://user:p%2Fw@cache.example.com:6380/12"},
        {"CACHE_URL": "redis://127.0.0.1"},
        {"SCRIPT_NAME": "/everwise", "SITE_URL": "https://learn.example.com/everwise"},
        {"HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"},
        {"DEBUG": "", "SIGNUP_OPEN": ""},
        {"METRICS_TOKEN": "a-token-of-twenty-characters", "SENTRY_DSN": "https://abc123@errors.example.com/everwise/1"},
        {"SECURITY_CONTACT": "it@example.com, https://example.com/report"},
        DEMO,
        DEMO | {"SITE_URL": "http://demo.example.com", "ALLOWED_HOSTS": "demo.example.com", "DEMO_PUBLIC": "1"},
        {"DEMO": "1", "SITE_URL": "http://demo.localhost:9000", "ALLOWED_HOSTS": ".localhost"},
        {"SECURE": "0", "SITE_URL": "http://intranet", "ALLOWED_HOSTS": "intranet", "EMAIL_URL": MISSING},
    ],
    ids=str,
)
def test_good_environment_is_taken(load, change):
    assert load(**change)["ENVIRONMENT_FAULTS"] == []


BAD = [
    # The variable, its value, what the line says of it; then what else is set.
    ("DEBUG", "yes", '"yes" is neither 0 (off) nor 1 (on)'),
    ("DEMO", "true", '"true" is neither'),
    ("SECURE", "off", '"off" is neither'),
    ("SIGNUP_OPEN", "2", '"2" is neither'),
    ("FEEDS_ALLOW_LOOPBACK", "True", '"True" is neither'),
    ("STATIC_HASHED", "no", '"no" is neither'),
    ("HSTS_SUBDOMAINS", " 1", '" 1" is neither'),
    ("HSTS_PRELOAD", "1", "asks for HSTS_SUBDOMAINS=1"),
    ("DEMO_PUBLIC", "-", '"-" is neither'),
    ("SECRET_KEY", MISSING, "is not set"),
    ("SECRET_KEY", "short", "has 5 characters and needs 50"),
    ("SECRET_KEY", "ab" * 40, "can be guessed"),
    ("SECRET_KEY", f"django-insecure-{KEY}", "can be guessed"),
    ("TRUSTED_PROXY_COUNT", MISSING, "is not set, and with SECURE=1"),
    ("TRUSTED_PROXY_COUNT", "0", "with SECURE=1"),
    ("TRUSTED_PROXY_COUNT", "one", '"one" is no whole number from 0 to 9', {"SECURE": "0"}),
    ("TRUSTED_PROXY_COUNT", "1.0", '"1.0" is no whole number', {"SECURE": "0"}),
    ("TRUSTED_PROXY_COUNT", "-1", '"-1" is no whole number', {"SECURE": "0"}),
    ("SITE_URL", "learn.example.com", "does not begin with http:// or https://"),
    ("SITE_URL", "http://learn.example.com", "is no https address"),
    ("SITE_URL", "ftp://learn.example.com", "does not begin"),
    ("SITE_URL", "https:/learn.example.com", "does not begin"),
    ("SITE_URL", "https:///path", "has no host"),
    ("SITE_URL", "https://learn.example.com:https", "is no URL"),
    ("SITE_URL", "https://learn.example.com:70000", "is no URL"),
    ("SITE_URL", "https://learn example.com", "has a host that can't be one"),
    ("SITE_URL", "https://-.example.com", "has a host that can't be one"),
    ("SITE_URL", "https://learn.example.com/?a=1", "has a ? or #"),
    ("SITE_URL", "https://learn.example.com/a b", "has a space"),
    ("SITE_URL", "https://learn.example.com/a/../b", "has a path of other things"),
    ("SITE_URL", "https://me@learn.example.com", "has a user name"),
    ("SITE_URL", "https://learn.example.com/meetings", "begins like a page of Everwise"),
    ("SCRIPT_NAME", "/other", "is not the path of SITE_URL"),
    ("ALLOWED_HOSTS", "other.example.com", "does not have learn.example.com"),
    ("ALLOWED_HOSTS", MISSING, "does not have learn.example.com"),
    ("ALLOWED_HOSTS", "https://learn.example.com,learn.example.com", '"https://learn.example.com" is no host name'),
    ("ALLOWED_HOSTS", "learn.example.com:443,learn.example.com", '"learn.example.com:443" is no host name'),
    ("ALLOWED_HOSTS", "learn.example.com,300.1.1.1", '"300.1.1.1" is no host name'),
    ("CSRF_TRUSTED_ORIGINS", "learn.example.com", "does not begin with"),
    ("CSRF_TRUSTED_ORIGINS", "https://learn.example.com/", "has a path"),
    ("DATABASE_URL", "everwise", "begins neither with"),
    ("DATABASE_URL", "mysql://user:geheim@host/name", "begins neither with"),
    ("DATABASE_URL", "postgres://user:geheim@host:five/name", "is no URL"),
    ("DATABASE_URL", "postgres://user:geheim@host:5432", "names no database"),
    ("DATABASE_URL", "postgres://user:geh#eim@host/name", "is no URL"),
    ("DATABASE_URL", "postgres://user:geheim@host/name?sslmode=always", "has an sslmode that PostgreSQL does not know"),
    ("DATABASE_URL", "postgres://user:geheim@host/name?ssl=true", "has an option that PostgreSQL does not know (ssl)"),
    ("DATABASE_URL", "postgres://user:geheim@one:5432,two:five/name", "is no URL"),
    ("DATABASE_URL", "postgres://user:geheim@one,two", "names no database"),
    ("DATABASE_URL", "postgres://user:geheim@host/name?pool=true", "has an option that PostgreSQL does not know"),
    ("DATABASE_PLANS", "no", '"no" is neither'),
    ("DATABASE_POOL", "many", '"many" is no whole number from 0 to 100'),
    ("DATABASE_POOL", "101", '"101" is no whole number from 0 to 100'),
    ("DATABASE_URL", "sqlite://:memory:", "is a database in memory"),
    ("DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3", "in a folder that is not there"),
    ("DATABASE_URL", "sqlite:////tmp", "names a folder"),
    ("DATA_DIR", "/dev/null/data", "can't be a folder"),
    ("EMAIL_URL", MISSING, "is not set, so no e-mail could be sent"),
    ("EMAIL_URL", "mail.example.com", "does not begin with smtp://"),
    ("EMAIL_URL", "console://", "does not begin with smtp://"),
    ("EMAIL_URL", "dummy://", "does not begin with smtp://"),
    ("EMAIL_URL", "smtp://", "has no host"),
    ("EMAIL_URL", "smtp://user:geheim@mail.example.com:smtp", "is no URL"),
    ("EMAIL_URL", "smtp://user@mail.example.com", "has a user name and no password"),
    ("EMAIL_URL", "smtp://user:geheim@mail.example.com/?tls=maybe", "has tls=maybe"),
    ("EMAIL_URL", "smtp://user:geheim@mail.example.com/?starttls=1", "neither tls nor ssl (starttls)"),
    ("EMAIL_URL", "smtp://user:geheim@mail.example.com/?ssl=True&tls=True", "asks for tls and ssl"),
    ("EMAIL_TIMEOUT", "ten", '"ten" is no number from 1 to 30'),
    ("EMAIL_TIMEOUT", "0", '"0" is no number'),
    ("EMAIL_TIMEOUT", "31", '"31" is no number'),
    ("EMAIL_TIMEOUT", "nan", '"nan" is no number'),
    ("MAIL_KEPT_DAYS", "0", '"0" is no whole number from 1'),
    ("MAIL_KEPT_DAYS", "a year", '"a year" is no whole number from 1'),
    ("NOTES_KEPT_DAYS", "0", '"0" is no whole number from 1'),
    ("LOGS_KEPT_DAYS", "never", '"never" is no whole number from 1'),
    ("PRIVACY_CONTACT", "ask Ann", "is neither an e-mail address nor a web page"),
    ("PRIVACY_CONTACT", "javascript:alert(1)", "is neither an e-mail address nor a web page"),
    ("LOGIN_RATE", "30", '"30" is no rate'),
    ("LOGIN_FAILED_RATE", "many", '"many" is no rate'),
    ("SECURITY_CONTACT", "me", '"me" is neither an e-mail address nor begins with https://'),
    ("SECURITY_CONTACT", "http://example.com", "is neither an e-mail address"),
    ("LOG_FORMAT", "xml", '"xml" is none of json, plain'),
    ("AUTH_LOG_KEPT_DAYS", "0", '"0" is no whole number from 1'),
    ("METRICS_TOKEN", "short", "has fewer than 20 characters"),
    ("METRICS_TOKEN", "with a space in the middle of it", "has fewer than 20 characters"),
    ("INVARIANTS_MINUTES", "often", '"often" is no whole number from 0'),
    ("SITE_URL", "https://learn.example.com/metrics", "begins like a page of Everwise"),
    ("SENTRY_DSN", "https://errors.example.com/1", "its value is no DSN"),
    ("SECRET_KEY_FALLBACKS", "short", "has a key of less than 50"),
    ("MFA_REQUIRED", "staff,boss", '"boss" is none of admins, everybody, staff'),
    ("MFA_SSO_COUNTS", "yes", '"yes" is neither 0 (off) nor 1 (on)'),
    ("SESSION_IDLE_HOURS", "0", '"0" is no whole number from 1'),
    ("SESSION_IDLE_HOURS", "400", "is longer than SESSION_ABSOLUTE_HOURS=336"),
    ("SESSION_ABSOLUTE_HOURS", "9000", '"9000" is no whole number from 1 to 8760'),
    ("CACHE_URL", "127.0.0.1:6379", "does not begin with redis:// or rediss://"),
    ("CACHE_URL", "memcached://127.0.0.1", "does not begin with redis://"),
    ("CACHE_URL", "redis://:geheim@127.0.0.1:6379/everwise", "ends with something else"),
    ("CACHE_URL", "redis://:geheim@127.0.0.1:6379/0?database=1", "ends with something else"),
    ("LOGIN_RATE", "30/minute/ip", "is no rate"),
    ("LOGIN_RATE", "0/m/ip", "is no rate"),
    ("LOGIN_RATE", "30/m/ip,", "is no rate"),
    ("DEFAULT_FROM_EMAIL", "Learning", "has no e-mail address"),
    ("DEFAULT_FROM_EMAIL", "Learning <learn>", "has no e-mail address"),
    ("DEFAULT_FROM_EMAIL", "Müller, Anna <a@b.de>", "has , in its name, which then needs double quotes"),
    ("DEFAULT_FROM_EMAIL", "a@b.de, c@b.de", "has more than one e-mail address"),
    ("DEFAULT_FROM_EMAIL", "Learning <a@b.de> <c@b.de>", "in its name, which then needs double quotes"),
    ("DEFAULT_FROM_EMAIL", "Learning <a@b.de> team", "does not end with one address"),
    ("DEFAULT_FROM_EMAIL", "Learning\nBcc: x@y.de <a@b.de>", "has a line end"),
    ("DEFAULT_FROM_EMAIL", "Anna <müller@b.de>", "something before its @ that not every mail server takes"),
    ("DEFAULT_FROM_EMAIL", "Anna <a b@b.de>", "something before its @"),
    ("DEFAULT_FROM_EMAIL", "Anna <a@b..de>", "something after its @ that is no domain"),
    ("DEFAULT_FROM_EMAIL", "Anna <a@learning>", "something after its @"),
    ("DEFAULT_FROM_EMAIL", "=?utf-8?q?M=C3=BCller?= <a@b.de>", "has an encoded name"),
    ("DEFAULT_FROM_EMAIL", f"{'x' * 101} <a@b.de>", "a name of more than 100"),
    ("DEMO", "1", "must name this machine alone", {"SECURE": "1"}),
    ("DEMO", "1", "must name this machine alone", DEMO | {"SITE_URL": "http://192.168.0.2", "ALLOWED_HOSTS": "*"}),
    ("DEMO", "1", "must name this machine alone", DEMO | {"ALLOWED_HOSTS": "127.0.0.1,demo.example.com"}),
]


@pytest.mark.parametrize(
    ("name", "value", "fault", "more"), [(*row, {})[:4] for row in BAD], ids=[f"{row[0]}={row[1]}" for row in BAD]
)
def test_bad_value_is_one_line_with_the_variable_its_fault_and_an_example(load, name, value, fault, more):
    (line,) = load(**more | {name: value})["ENVIRONMENT_FAULTS"]

    assert line.startswith(f"{name}: ")
    assert fault in line
    assert f" Example: {name}=" in line
    assert line.isprintable()
    assert "geheim" in "".join(os.environ.values())
    assert "geheim" not in line


def test_example_of_each_refused_value_is_taken(load):
    """A person who types what the line says gets no second line about that variable."""
    for name, value, _, *more in BAD:
        if name in {"SECRET_KEY", "SCRIPT_NAME", "DATA_DIR"}:
            continue
        (line,) = load(**(more[0] if more else {}) | {name: value})["ENVIRONMENT_FAULTS"]
        example = line.partition(f" Example: {name}=")[2].strip("'")
        now = load(**(more[0] if more else {}) | {name: example})["ENVIRONMENT_FAULTS"]
        assert [told for told in now if told.startswith(f"{name}:")] == [], line


def test_value_may_stand_in_a_file(load, tmp_path):
    secret = tmp_path / "key"
    secret.write_text(f"{KEY}-of-a-file\r\n")

    made = load(SECRET_KEY=MISSING, SECRET_KEY_FILE=str(secret))

    assert made["ENVIRONMENT_FAULTS"] == []
    assert made["SECRET_KEY"] == f"{KEY}-of-a-file"


@pytest.mark.parametrize(
    ("content", "set_too", "fault"),
    [
        (None, MISSING, "can't be read (No such file or directory)"),
        (b"\xff\xfe", MISSING, "can't be read (it is no text in UTF-8)"),
        (KEY.encode(), KEY, "names a second value beside SECRET_KEY"),
    ],
)
def test_file_that_gives_no_value_is_told_once(load, tmp_path, content, set_too, fault):
    secret = tmp_path / "key"
    if content is not None:
        secret.write_bytes(content)

    (line,) = load(SECRET_KEY=set_too, SECRET_KEY_FILE=str(secret))["ENVIRONMENT_FAULTS"]

    assert line.startswith("SECRET_KEY_FILE: ")
    assert fault in line
    assert line.isprintable()


def test_all_that_is_wrong_is_told_at_once(load):
    bad = {
        "DEBUG": "x",
        "SITE_URL": "x",
        "EMAIL_TIMEOUT": "x",
        "DATABASE_URL": "x",
        "EMAIL_URL": "x",
        "SECRET_KEY": "x",
    }

    told = [line.partition(":")[0] for line in load(**bad)["ENVIRONMENT_FAULTS"]]

    assert set(bad) <= set(told)
    assert len(told) == len(bad)


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("Learning <learn@example.com>", "Learning", "learn@example.com"),
        ('"Müller, Anna" <a@b.de>', "Müller, Anna", "a@b.de"),
        ("learn@example.com", "", "learn@example.com"),
        ("<learn@example.com>", "", "learn@example.com"),
        ("学び <learn@example.com>", "学び", "learn@example.com"),
        ("Dr. Anna O'Neill <a.b+c@b.de>", "Dr. Anna O'Neill", "a.b+c@b.de"),
        ('"Learning (Team): \\"us\\"" <a@b.de>', 'Learning (Team): "us"', "a@b.de"),
        ("Lernen <lernen@müller.de>", "Lernen", "lernen@xn--mller-kva.de"),
        ("🎓 Everwise <a@b.de>", "🎓 Everwise", "a@b.de"),
        ("root@localhost", "", "root@localhost"),
        (f"{'Ein sehr langer Name ' * 4}<a@b.de>", ("Ein sehr langer Name " * 4).strip(), "a@b.de"),
    ],
)
def test_sender_works_in_headers(load, written, name, address):
    made = load(DEFAULT_FROM_EMAIL=written)
    assert made["ENVIRONMENT_FAULTS"] == []
    assert made["SENDER"] == (name, address)

    message = EmailMessage("Subject", "Body", made["DEFAULT_FROM_EMAIL"], ["to@example.com"]).message()
    raw = message.as_bytes()

    assert raw.isascii()
    (sender,) = message_from_bytes(raw, policy=policy.default)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, address)


@pytest.mark.parametrize(
    ("change", "prefix", "path"),
    [
        ({}, "__Host-", "/"),
        ({"SITE_URL": "https://learn.example.com/everwise"}, "__Secure-", "/everwise/"),
        (DEMO, "", "/"),
    ],
)
def test_cookies_are_bound_to_this_site_where_it_is_secure(load, change, prefix, path):
    made = load(**change)

    names = [made[f"{kind}_COOKIE_NAME"] for kind in ("SESSION", "CSRF", "MESSAGE")]
    assert names == [f"{prefix}sessionid", f"{prefix}csrftoken", f"{prefix}messages"]
    assert made["SESSION_COOKIE_PATH"] == made["CSRF_COOKIE_PATH"] == path
    assert made["STATIC_URL"] == f"{path}static/"


def test_header_of_a_proxy_is_believed_only_behind_one(load):
    assert load()["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert load(SECURE="0", TRUSTED_PROXY_COUNT="0")["SECURE_PROXY_SSL_HEADER"] is None


@pytest.mark.parametrize(
    ("change", "backend"),
    [
        ({}, "everwise.smtp.EmailBackend"),
        (DEMO | {"EMAIL_URL": MISSING}, "everwise.demo.mailbox.FileMailbox"),
        ({"SECURE": "0", "EMAIL_URL": MISSING}, "everwise.smtp.NoServer"),
    ],
)
def test_mail_goes_to_a_server_or_to_the_demo_alone(load, change, backend):
    assert load(**change)["EMAIL_BACKEND"] == backend


def run(*command, **variables):
    env = {name: OF_TESTS[name] for name in ("PATH", "HOME", "LANG", "DATA_DIR") if name in OF_TESTS}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env | README | variables, capture_output=True, text=True, timeout=60
    )


WRONG = {"SITE_URL": "learn.example.com", "EMAIL_TIMEOUT": "ten"}
LINES = [
    'SITE_URL: "learn.example.com" does not begin with http:// or https://. Example: SITE_URL=https://learn.example.com',
    'EMAIL_TIMEOUT: "ten" is no number from 1 to 30. Example: EMAIL_TIMEOUT=10',
]
GUNICORN = ("-m", "gunicorn", "everwise.wsgi", "--bind=127.0.0.1:0", "--workers=2", "--no-control-socket")


@pytest.mark.parametrize(
    ("command", "code"),
    [(("manage.py", "worker"), 1), (("manage.py", "migrate"), 1), ((*GUNICORN, "--log-level=critical"), 3)],
    ids=["worker", "migrate", "gunicorn"],
)
def test_web_worker_and_commands_end_with_a_line_each(command, code):
    ended = run(*command, **WRONG)

    told = [line for line in ended.stderr.splitlines() if "ALLOWED_HOSTS" not in line]
    assert (ended.returncode, told, ended.stdout) == (code, LINES, "")


def test_web_process_without_the_folder_halts_gunicorn_too(tmp_path):
    """Started from elsewhere, gunicorn reads no gunicorn.conf.py; its processes then end so that it ends as well."""
    of_tests = {"PYTHONPATH": str(ROOT), "PATH": OF_TESTS["PATH"], "DATA_DIR": str(tmp_path)}

    ended, control = (
        subprocess.run(
            [sys.executable, *GUNICORN, "--workers=1"],
            cwd=tmp_path,
            env=README | of_tests | fault,
            capture_output=True,
            text=True,
            timeout=60,
        )
        for fault in (WRONG, {"DJANGO_SETTINGS_MODULE": "nowhere"})
    )

    assert ended.returncode == control.returncode == 3
    assert "Worker failed to boot" in ended.stderr
    assert ["Traceback" in each.stderr for each in (ended, control)] == [False, True]
    assert LINES[0] in ended.stderr.splitlines()


def test_check_tells_the_same():
    ended = run("manage.py", "check", **WRONG)

    assert ended.returncode == 1
    for line in LINES:
        assert f"?: (everwise.E001) {line}" in ended.stderr.splitlines()


def test_check_for_deployment_warns_of_nothing_under_the_readme():
    ended = run("manage.py", "check", "--deploy", "--fail-level=WARNING")

    assert (ended.returncode, ended.stderr) == (0, "")
