"""What DATABASE_URL may say, and what is wrong with one that can't be used. Pure."""

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from everwise.config.one_line import one_line

POSTGRES = {"postgres", "postgresql"}
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


def each_host(database_url: str) -> list[str]:
    """The URL of a database with several hosts as one URL for each of them; any other as it is."""
    scheme, slashes, rest = database_url.partition("://")
    if scheme not in POSTGRES or "," not in (authority := re.split(r"[/?#]", rest, maxsplit=1)[0]):
        return [database_url]
    login, at, hosts = authority.rpartition("@")
    return [f"{scheme}{slashes}{login}{at}{host}{rest[len(authority) :]}" for host in hosts.split(",")]


def fault_of_database(value: str) -> str:
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
    "krbsrvname", "load_balance_timeout", "options", "passfile", "require_auth", "service",
    "sslcert", "sslcertmode", "sslcompression", "sslcrl", "sslcrldir",
    "sslkey", "sslmode", "sslnegotiation", "sslpassword", "sslrootcert", "sslsni", "target_session_attrs",
    "tcp_user_timeout",
}
# fmt: on
