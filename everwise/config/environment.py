"""The environment's variables, each read as what it must be. Pure: a mapping of texts in, values and faults out.

A bad value never raises: it is noted in `faults`, one line each that names the variable, what is wrong and an example,
and a harmless value takes its place. So all that is wrong is reported at once. An empty variable counts as not set.
NAME_FILE names a file that holds the value of NAME: how systemd's credentials and containers hand secrets over.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from everwise.config import senders, sso
from everwise.config.database_urls import each_host, fault_of_database
from everwise.config.one_line import one_line, shown

LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
IPV6 = re.compile(r"\[[0-9a-f:.]{2,45}\]", re.IGNORECASE)
PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
RATE = re.compile(r"[1-9]\d{0,6}/[1-9]?\d{0,4}[smhd](/(ip|user|key))?")
LOOPBACK = {"localhost", "::1", "[::1]"}
# What Django itself asks of a key (security.W009).
KEY_LENGTH, KEY_CHARACTERS = 50, 5
MAKE_A_KEY = """python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"""
PLACEHOLDER_KEY = "this-stands-in-for-a-missing-key-and-nothing-starts-with-it"
REDIS = {"redis", "rediss"}
SMTP = {"smtp", "submission", "submit"}
SMTP_OPTIONS = {"tls", "ssl"}
# Our own addresses start so: a proxy that takes the path of SITE_URL away would look like one that leaves it.
# fmt: off
OWN_PAGES = {
    ".well-known", "accounts", "admin", "availability", "calendar", "demo", "favicon.ico", "healthz", "i18n",
    "invitations", "meetings", "metrics", "paths", "privacy", "readyz", "reminders", "staff", "static",
}
# fmt: on
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class Environment:
    def __init__(self, variables: Mapping[str, str]):
        self._variables = variables
        self.faults: list[str] = []
        self._refused: set[str] = set()
        self._from_files: dict[str, str] = {}

    def are_good(self, *names: str) -> bool:
        """Whether none of them has been refused, so that what they are together can be asked."""
        return not self._refused & set(names)

    def refuse(self, name: str, fault: str, example: str) -> None:
        """Note what is wrong with a variable, as one line."""
        self._refused.add(name)
        if f"{name}_FILE" in self._refused:
            # That the value is missing follows from the file.
            return
        self.faults.append(one_line(f"{name}: {fault}. Example: {name}={example}"))

    def text(self, name: str, default: str = "") -> str:
        in_file = self._from_file(name)
        return self._variables.get(name) or in_file or default

    def is_set(self, name: str) -> bool:
        return bool(self.text(name))

    def _from_file(self, name: str) -> str:
        """What stands in the file that NAME_FILE names, without its last line end; read once."""
        file = self._variables.get(f"{name}_FILE")
        if not file:
            return ""
        if name not in self._from_files:
            self._from_files[name] = ""
            try:
                if self._variables.get(name):
                    self.refuse(f"{name}_FILE", f"names a second value beside {name}", "(leave one of them unset)")
                self._from_files[name] = Path(file).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
                self.refuse(f"{name}_FILE", f"{shown(file)} can't be read ({reason})", f"/etc/everwise/{name.lower()}")
        return self._from_files[name]

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name, "1" if default else "0")
        if value not in {"0", "1"}:
            self.refuse(name, f"{shown(value)} is neither 0 (off) nor 1 (on)", "1" if default else "0")
            return default
        return value == "1"

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number, both ends included."""
        value = self.text(name, str(default))
        if re.fullmatch(r"[+-]?[0-9]{1,18}", value) and least <= int(value) <= most:
            return int(value)
        self.refuse(name, f"{shown(value)} is no whole number from {least} to {most}", str(default))
        return default

    def whole_or_none(self, name: str, *, least: int, most: int) -> int | None:
        """A whole number, both ends included; None where nothing is set."""
        return self.whole(name, least, least=least, most=most) if self.is_set(name) else None

    def contact(self, name: str) -> str:
        """An e-mail address or a web page; empty where nothing is set."""
        value = self.text(name)
        if not value or re.fullmatch(r"https?://\S+|[^\s@:/?&]+@[^\s@:/?&]+", value):
            return value
        self.refuse(name, f"{shown(value)} is neither an e-mail address nor a web page", "privacy@example.com")
        return ""

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """A number that may have a fraction and has no sign, both ends included."""
        value = self.text(name, f"{default:g}")
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) and least <= float(value) <= most:
            return float(value)
        self.refuse(name, f"{shown(value)} is no number from {least:g} to {most:g}", f"{default:g}")
        return default

    def rate(self, name: str, default: str) -> str:
        """How often in how long, as allauth writes it: 30/m/ip, several of them separated by commas."""
        value = self.text(name, default)
        if all(RATE.fullmatch(part) for part in value.split(",")):
            return value
        self.refuse(
            name, f"{shown(value)} is no rate: a number, s, m, h or d, and ip, user or key, between slashes", default
        )
        return default

    def folder(self, name: str, default: Path) -> Path:
        """An absolute path, made if it is not there."""
        value = self.text(name, str(default))
        try:
            path = Path(value).resolve()
            path.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.refuse(name, f"{shown(value)} can't be a folder ({reason})", "/var/lib/everwise")
            return default
        return path

    def secret_key(self, name: str, *, stand_in: str = "") -> str:
        """A long random text; `stand_in` where none need be set."""
        value = self.text(name, stand_in)
        fault = ""
        if not value:
            fault = f"is not set. {MAKE_A_KEY} makes a key"
        elif len(value) < KEY_LENGTH:
            fault = f"has {len(value)} characters and needs {KEY_LENGTH} at least. {MAKE_A_KEY} makes a key"
        elif len(set(value)) < KEY_CHARACTERS or value.startswith("django-insecure-"):
            fault = f"can be guessed. {MAKE_A_KEY} makes a key"
        if fault:
            self.refuse(name, fault, "'kXo3...' (a long random text)")
        return PLACEHOLDER_KEY if fault else value

    def former_keys(self, name: str) -> list[str]:
        """Keys that were a secret key once, each as long as one."""
        keys = _entries(self.text(name))
        if any(len(key) < KEY_LENGTH for key in keys):
            self.refuse(name, f"has a key of less than {KEY_LENGTH} characters", "'" + "kXo3" * 13 + "' (the old key)")
            return []
        return keys

    def some_of(self, name: str, known: Collection[str]) -> frozenset[str]:
        """Any of the words that are known, comma separated; none where it is empty."""
        chosen = _entries(self.text(name))
        unknown = [word for word in chosen if word not in known]
        if unknown:
            self.refuse(name, f"{shown(unknown[0])} is none of {', '.join(sorted(known))}", ",".join(sorted(known)[:2]))
            return frozenset()
        return frozenset(chosen)

    def hosts(self, name: str, default: str) -> list[str]:
        """Host names without scheme and port; `*` for any, `.example.com` for a domain and all below it."""
        found = []
        for entry in _entries(self.text(name, default)):
            host = entry if entry == "*" else f"{'.' * entry.startswith('.')}{ascii_host(entry.removeprefix('.'))}"
            if not host.strip("."):
                self.refuse(
                    name, f"{shown(entry)} is no host name (no scheme, port or path belongs here)", "learn.example.com"
                )
            else:
                found.append(host)
        return found

    def origins(self, name: str) -> list[str]:
        """Schemes with hosts, such as https://learn.example.com; `https://*.example.com` for all below a domain."""
        found = []
        for entry in _entries(self.text(name)):
            scheme, _, rest = entry.partition("://")
            bare = f"{scheme}://{rest.removeprefix('*.')}"
            if fault := _fault_of_address(bare, {"http", "https"}, path=False):
                self.refuse(name, f"{shown(entry)} {fault}", "https://learn.example.com")
            else:
                found.append(entry)
        return found

    def address(self, name: str, default: str, *, schemes: Collection[str] = ("http", "https"), example: str) -> str:
        """A URL with a scheme and a host, without a trailing slash."""
        value = self.text(name, default)
        fault = _fault_of_address(value, schemes, path=True)
        if fault:
            self.refuse(name, f"{shown(value)} {fault}", example)
            return default
        return _in_ascii(value.rstrip("/"))

    def database(self, name: str, default: str) -> str:
        """A URL of PostgreSQL or SQLite, checked; what is wrong is reported without the password in it.

        A PostgreSQL may have several hosts, as libpq writes them: postgres://user:password@one:5432,two:5432/name.
        """
        value = self.text(name, default)
        fault = next(filter(None, map(fault_of_database, each_host(value))), "")
        if fault:
            self.refuse(name, f"its value {fault}", "postgres://user:password@host:5432/everwise")
            return default
        return value

    def mail_server(self, name: str, *, others: Collection[str] = ()) -> str:
        """A URL of a mail server; `others` are schemes that send nothing, where that is wanted."""
        value = self.text(name)
        fault = _fault_of_mail_server(value, others) if value else ""
        if fault:
            self.refuse(name, f"its value {fault}", "smtp://user:password@mail.example.com:587/?tls=True")
            return ""
        return value

    def cache_server(self, name: str) -> str:
        """A URL of a Redis, with the number of its database at most; "" for none."""
        value = self.text(name)
        fault = _fault_of_address(value, REDIS, path=True, login=True) if value else ""
        if value and not fault and not re.fullmatch(r"[a-z]+://[^/?#]+(/[0-9]{0,2})?", value, re.IGNORECASE):
            fault = "ends with something else than the number of a database"
        if fault:
            self.refuse(name, f"its value {fault}", "redis://127.0.0.1:6379/0")
            return ""
        return value

    def sender(self, name: str, default: str) -> senders.Sender:
        """One person's or team's name and e-mail address, as everything that is sent can carry it."""
        value = self.text(name, default)
        try:
            return senders.parse(value)
        except senders.Unusable as fault:
            self.refuse(name, f"{shown(value)} {fault}", "'Learning <learn@example.com>'")
            return senders.parse(default)

    def sso_providers(self, name: str) -> dict[str, sso.Provider]:
        """Who signs people in, by id: JSON, or the path of a file of JSON or TOML (everwise/config/sso.py)."""
        providers, faults = sso.parse(self.text(name)) if self.is_set(name) else ({}, [])
        for fault in faults:
            self.refuse(name, fault, "/etc/everwise/sso.toml (docs/sso.md)")
        return providers


def is_loopback(host: str) -> bool:
    """Whether only this very machine is reached by that name."""
    host = host.lower()
    return host in LOOPBACK or host.endswith(".localhost") or bool(IPV4.fullmatch(host) and host.startswith("127."))


def begins_like_a_page(path: str) -> bool:
    """Whether a path, such as that of SITE_URL, starts with the name of one of our own pages."""
    return path.partition("/")[2].partition("/")[0] in OWN_PAGES


def answers_to(host: str, allowed: Collection[str]) -> bool:
    """Whether a list of allowed hosts has that one, as Django reads such a list."""
    host = host.lower().strip("[]")
    for pattern in (entry.lower().strip("[]") for entry in allowed):
        if pattern in {"*", host} or (pattern.startswith(".") and f".{host}".endswith(pattern)):
            return True
    return False


def ascii_host(host: str) -> str:
    """A host's name as it is sent over the wire (IDNA); "" where it is none."""
    if IPV6.fullmatch(host):
        return host.lower()
    if IPV4.fullmatch(host):
        return host if all(int(part) < 256 for part in host.split(".")) else ""
    try:
        name = host.encode("idna").decode().lower()
    except UnicodeError:
        return ""
    good = len(name) < 254 and all(LABEL.fullmatch(label) for label in name.split("."))
    return name if good and not re.fullmatch(r"[0-9.]+", name) else ""


def _entries(value: str) -> list[str]:
    return [entry.strip() for entry in value.split(",") if entry.strip()]


def _fault_of_address(value: str, schemes: Collection[str], *, path: bool, login: bool = False) -> str:
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is no URL (its host or port can't be read)"
    wanted = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
    if parts.scheme not in schemes or not value.lower().startswith(f"{parts.scheme}://"):
        return f"does not begin with {wanted}"
    if not host:
        return "has no host"
    if not ascii_host(f"[{host}]" if ":" in host else host):
        return f"has a host that can't be one ({one_line(host)})" if not login else "has a host that can't be one"
    if port == 0:
        return "has the port 0"
    if re.search(r"\s", value):
        return "has a space in it"
    if not login and "@" in parts.netloc:
        return "has a user name or password in it"
    if not login and ("?" in value or "#" in value):
        return "has a ? or # in it"
    if not path and parts.path:
        return "has a path"
    if not login and not PATH.fullmatch(parts.path.rstrip("/")):
        return "has a path of other things than letters, digits, - . _ and ~"
    return ""


def _in_ascii(address: str) -> str:
    parts = urlsplit(address)
    host = parts.hostname or ""
    host = ascii_host(f"[{host}]" if ":" in host else host)
    return parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()


def _fault_of_mail_server(value: str, others: Collection[str]) -> str:
    scheme = value.partition(":")[0]
    if scheme in others:
        return ""
    if scheme not in SMTP:
        return "does not begin with smtp:// or submission://"
    if fault := _fault_of_address(value, SMTP, path=True, login=True):
        return fault
    parts = urlsplit(value)
    if parts.path.strip("/"):
        return "has a path (in a password, write / as %2F)"
    if "#" in value:
        return "has a # in it (write %23)"
    if parts.username and parts.password is None:
        return "has a user name and no password"
    options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    for name, chosen in options.items():
        if name not in SMTP_OPTIONS:
            return f"has an option that is neither tls nor ssl ({one_line(name)})"
        if chosen.lower() not in TRUE | FALSE:
            return f"has {name}={one_line(chosen)}, which is neither True nor False"
    if all(options.get(name, "").lower() in TRUE for name in SMTP_OPTIONS):
        return "asks for tls and ssl, of which there can be one (tls on port 587, ssl on 465)"
    return ""
