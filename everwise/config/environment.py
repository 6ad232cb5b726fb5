"""The environment's variables, each read as what it must be. Pure: a mapping of texts in, values and faults out.

A bad value never raises: it is noted in `faults`, one line each that names the variable, what is wrong and an example,
and a harmless value takes its place. So all that is wrong is reported at once. An empty variable counts as not set.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from everwise.config import senders

SHOWN = 60
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
POSTGRES = {"postgres", "postgresql"}
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
REDIS = {"redis", "rediss"}
SMTP = {"smtp", "submission", "submit"}
SMTP_OPTIONS = {"tls", "ssl"}
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class Environment:
    def __init__(self, variables: Mapping[str, str]):
        self._variables = variables
        self.faults: list[str] = []
        self._refused: set[str] = set()

    def are_good(self, *names: str) -> bool:
        """Whether none of them has been refused, so that what they are together can be asked."""
        return not self._refused & set(names)

    def refuse(self, name: str, fault: str, example: str) -> None:
        """Note what is wrong with a variable, as one line."""
        self._refused.add(name)
        self.faults.append(one_line(f"{name}: {fault}. Example: {name}={example}"))

    def text(self, name: str, default: str = "") -> str:
        return self._variables.get(name) or default

    def is_set(self, name: str) -> bool:
        return bool(self._variables.get(name))

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
        """A URL of PostgreSQL or SQLite, checked; what is wrong is reported without the password in it."""
        value = self.text(name, default)
        fault = _fault_of_database(value)
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


def one_line(text: str) -> str:
    """Without anything that could end or hide a line."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def shown(value: str) -> str:
    return f'"{one_line(value[:SHOWN])}{"..." if len(value) > SHOWN else ""}"'


def is_loopback(host: str) -> bool:
    """Whether only this very machine is reached by that name."""
    host = host.lower()
    return host in LOOPBACK or host.endswith(".localhost") or bool(IPV4.fullmatch(host) and host.startswith("127."))


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


def _fault_of_database(value: str) -> str:
    if value == "sqlite://:memory:":
        return "is a database in memory, which every process would have for itself"
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return (
            "is no URL (its host or port can't be read; in a password, write / ? # [ ] and @ as %2F %3F %23 and so on)"
        )
    if parts.scheme == "sqlite":
        file = unquote(parts.path[1:])
        if not file or ":memory:" in file:
            return "names no file of SQLite (sqlite:////var/lib/everwise/everwise.sqlite3 does)"
        if host:
            return "needs three slashes after sqlite: and four before an absolute path"
        if not Path(file).parent.is_dir():
            return "names a file in a folder that is not there"
        return "names a folder, not a file" if Path(file).is_dir() else ""
    if parts.scheme not in POSTGRES:
        return "begins neither with postgres:// nor with sqlite:///"
    if not unquote(parts.path[1:]):
        return "names no database after its host"
    if "#" in value or re.search(r"\s", value):
        return "has a # or a space in it (write %23 and %20)"
    options = parse_qs(parts.query, keep_blank_values=True)
    mode = options.get("sslmode", ["prefer"])[-1]
    if mode not in SSL_MODES:
        return f"has an sslmode that PostgreSQL does not know ({one_line(mode)})"
    if not re.fullmatch(r"[0-9]{1,4}", options.get("connect_timeout", ["1"])[-1]):
        return "has a connect_timeout that is no number"
    unknown = sorted(set(options) - POSTGRES_OPTIONS)
    return f"has an option that PostgreSQL does not know ({one_line(unknown[0])})" if unknown else ""


# What libpq and Django's backend take beside user, password, host, port and name.
# fmt: off
POSTGRES_OPTIONS = {
    "application_name", "assume_role", "channel_binding", "client_encoding", "connect_timeout", "currentSchema",
    "gssencmode", "isolation_level", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval",
    "krbsrvname", "load_balance_timeout", "options", "passfile", "pool", "prepare_threshold", "require_auth",
    "server_side_binding", "service", "sslcert", "sslcertmode", "sslcompression", "sslcrl", "sslcrldir",
    "sslkey", "sslmode", "sslnegotiation", "sslpassword", "sslrootcert", "sslsni", "target_session_attrs",
    "tcp_user_timeout",
}
# fmt: on


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
