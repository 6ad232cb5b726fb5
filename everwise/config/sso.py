"""The providers of single sign-on, read from JSON or TOML. Pure: a text in, providers and faults out.

`SSO_PROVIDERS` is the JSON itself or the path of a .json or .toml file: a list of tables, in a file also under the name
`providers`. Each mistake is one line that names the provider and the key. What is secret may lie in a file of its own:
`client_secret_file` beside `client_secret`, and so for every key of FILES.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
BASE64 = re.compile(r"[A-Za-z0-9+/\s]+=*\s*")
WELL_KNOWN = "/.well-known/openid-configuration"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
OIDC, SAML = "oidc", "saml"
SCOPES = ("openid", "email", "profile")
FILES = {"client_secret", "certificate", "signing_key", "signing_certificate"}
LARGEST_FILE = 1_000_000
# Where identity providers put them, unless `attributes` says otherwise.
EMAIL_ATTRIBUTES = (
    "email",
    "mail",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
)
NAME_ATTRIBUTES = (
    "name",
    "displayName",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "http://schemas.microsoft.com/identity/claims/displayname",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One organisation that signs its people in."""

    id: str
    name: str
    protocol: str
    # In lower case; no other provider has one of them.
    domains: tuple[str, ...]
    # Whether somebody without an account gets one when they first come.
    create_people: bool = False
    # Whether people of these domains may also use a password.
    passwords: bool = True
    # OpenID Connect: the issuer's address, whose discovery document has all others.
    server: str = ""
    client_id: str = ""
    client_secret: str = ""
    scopes: tuple[str, ...] = SCOPES
    # The claim that says whether the address was verified.
    verified_claim: str = "email_verified"
    # SAML.
    idp_entity_id: str = ""
    sso_url: str = ""
    slo_url: str = ""
    # Several while the provider changes its key.
    certificates: tuple[str, ...] = ()
    email_attributes: tuple[str, ...] = EMAIL_ATTRIBUTES
    name_attributes: tuple[str, ...] = NAME_ATTRIBUTES
    uid_attribute: str = ""
    # With which our own requests are signed, if at all.
    signing_key: str = field(default="", repr=False)
    signing_certificate: str = ""


class UnusableProvider(ValueError):
    """What is wrong, as the rest of a line that begins with the provider."""


COMMON = {"id", "name", "protocol", "domains", "create_people", "passwords"}
KEYS = {
    OIDC: COMMON | {"server", "client_id", "client_secret", "scopes", "verified_claim"},
    SAML: COMMON
    | {"idp_entity_id", "sso_url", "slo_url", "certificate", "attributes", "signing_key", "signing_certificate"},
}
ATTRIBUTES = {"email", "name", "uid"}


def parse(value: str) -> tuple[dict[str, Provider], list[str]]:
    """The providers by their ids, and what is wrong. Any that has a fault is left out."""
    try:
        tables = _tables(value)
    except UnusableProvider as fault:
        return {}, [str(fault)]
    providers: dict[str, Provider] = {}
    faults: list[str] = []
    domains: dict[str, str] = {}
    for number, table in enumerate(tables, start=1):
        called = f"provider {number}"
        try:
            if not isinstance(table, dict):
                raise UnusableProvider("is no table of names and values")
            if isinstance(table.get("id"), str) and ID.fullmatch(table["id"]):
                called = f'provider "{table["id"]}"'
            provider = _provider(table)
            if provider.id in providers:
                raise UnusableProvider("is there twice: each needs an id of its own")
            for domain in provider.domains:
                if domain in domains:
                    raise UnusableProvider(f'has the domain {domain}, which belongs to "{domains[domain]}" already')
        except UnusableProvider as fault:
            faults.append(f"{called} {fault}")
            continue
        providers[provider.id] = provider
        domains |= dict.fromkeys(provider.domains, provider.id)
    return providers, faults


def _tables(value: str) -> list[Any]:
    text, as_toml = value.strip(), False
    if not text.startswith(("[", "{")):
        path = Path(text)
        as_toml = path.suffix == ".toml"
        try:
            text = _contents(path)
        except UnusableProvider as fault:
            raise UnusableProvider(f"is neither JSON nor a file that can be read ({fault})") from None
    try:
        read = tomllib.loads(text) if as_toml else json.loads(text)
    except (ValueError, RecursionError) as error:
        # The message has a line and a column, and nothing of the text.
        where = f" ({error})" if isinstance(error, tomllib.TOMLDecodeError | json.JSONDecodeError) else ""
        raise UnusableProvider(f"is no {'TOML' if as_toml else 'JSON'}{where}") from None
    if isinstance(read, dict):
        read = read.get("providers")
    if not isinstance(read, list):
        raise UnusableProvider("has no list of providers")
    return read


def _contents(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnusableProvider("too large")
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UnusableProvider(getattr(error, "strerror", None) or "not a text in UTF-8") from None


def _provider(table: Mapping[str, Any]) -> Provider:
    keys = _Keys(table)
    protocol = keys.text("protocol")
    if protocol not in KEYS:
        raise UnusableProvider('has a protocol that is neither "oidc" nor "saml"')
    keys.check(KEYS[protocol])
    common: dict[str, Any] = {
        "id": keys.text("id", ID.fullmatch, "is not made of small letters, digits and hyphens"),
        "name": keys.text("name", lambda name: len(name) <= 40 and name.isprintable(), "has more than 40 characters"),
        "protocol": protocol,
        "domains": keys.domains(),
        "create_people": keys.flag("create_people", False),
        "passwords": keys.flag("passwords", True),
    }
    return Provider(**common, **(_oidc(keys) if protocol == OIDC else _saml(keys)))


def _oidc(keys: "_Keys") -> dict[str, Any]:
    scopes = keys.texts("scopes", SCOPES)
    if not {"openid", "email"} <= set(scopes):
        raise UnusableProvider("has scopes without openid and email, which sign-in needs")
    return {
        "server": keys.address("server").removesuffix(WELL_KNOWN).rstrip("/"),
        "client_id": keys.text("client_id"),
        "client_secret": keys.text("client_secret"),
        "scopes": scopes,
        "verified_claim": keys.text("verified_claim", default="email_verified"),
    }


def _saml(keys: "_Keys") -> dict[str, Any]:
    attributes = keys.table("attributes")
    if unknown := sorted(set(attributes) - ATTRIBUTES):
        raise UnusableProvider(f"has an attribute for {unknown[0]}; known are email, name and uid")
    names = _Keys(attributes)
    key, certificate = keys.text("signing_key", default=""), keys.text("signing_certificate", default="")
    if bool(key) != bool(certificate):
        raise UnusableProvider("has signing_key without signing_certificate, or the other way round")
    return {
        "idp_entity_id": keys.text("idp_entity_id"),
        "sso_url": keys.address("sso_url"),
        "slo_url": keys.address("slo_url", default=""),
        "certificates": tuple(_bare_certificate(each) for each in _pem_blocks(keys.text("certificate"))),
        "email_attributes": names.texts("email", EMAIL_ATTRIBUTES),
        "name_attributes": names.texts("name", NAME_ATTRIBUTES),
        "uid_attribute": names.text("uid", default=""),
        "signing_key": key,
        "signing_certificate": _bare_certificate(certificate) if certificate else "",
    }


def _pem_blocks(text: str) -> list[str]:
    return re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.DOTALL) or [text]


def _bare_certificate(text: str) -> str:
    bare = re.sub(r"-----[A-Z ]+-----", "", text).strip()
    if len(bare) < 100 or not BASE64.fullmatch(bare):
        raise UnusableProvider("has a certificate that is neither PEM nor base64")
    return re.sub(r"\s", "", bare)


class _Keys:
    """The keys of one table, each read as what it must be."""

    def __init__(self, table: Mapping[str, Any]):
        self._table = table

    def check(self, known: set[str]) -> None:
        allowed = known | {f"{name}_file" for name in known & FILES}
        if unknown := sorted(set(self._table) - allowed):
            raise UnusableProvider(f"has a key that its protocol does not know ({unknown[0][:40]})")

    def text(
        self, name: str, good: Callable[[str], Any] = bool, fault: str = "is empty", *, default: str | None = None
    ) -> str:
        value = self._table.get(name)
        if name in FILES and f"{name}_file" in self._table:
            if value is not None:
                raise UnusableProvider(f"has {name} and {name}_file, of which there can be one")
            value = self._from_file(f"{name}_file")
        if value is None and default is not None:
            return default
        if value is None:
            raise UnusableProvider(f"has no {name}")
        if not isinstance(value, str) or not value.strip():
            raise UnusableProvider(f"has a {name} that is no text, or empty")
        if not good(value):
            raise UnusableProvider(f"has a {name} that {fault}")
        return value

    def texts(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._table.get(name, default)
        value = [value] if isinstance(value, str) else value
        if (
            not isinstance(value, list | tuple)
            or not value
            or not all(isinstance(each, str) and each for each in value)
        ):
            raise UnusableProvider(f"has {name} that are no list of texts")
        return tuple(value)

    def table(self, name: str) -> Mapping[str, Any]:
        value = self._table.get(name, {})
        if not isinstance(value, dict):
            raise UnusableProvider(f"has {name} that are no table of names and values")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._table.get(name, default)
        if not isinstance(value, bool):
            raise UnusableProvider(f"has {name} that is neither true nor false")
        return value

    def domains(self) -> tuple[str, ...]:
        if "domains" not in self._table:
            raise UnusableProvider("has no domains: the ends of its people's e-mail addresses")
        domains = [domain.lower() for domain in self.texts("domains", ())]
        for domain in domains:
            if not DOMAIN.fullmatch(domain):
                raise UnusableProvider("has a domain that is none (example.com, without @)")
        return tuple(dict.fromkeys(domains))

    def address(self, name: str, *, default: str | None = None) -> str:
        value = self.text(name, default=default)
        if value == default:
            return value
        try:
            parts = urlsplit(value)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            raise UnusableProvider(f"has a {name} that is no address") from None
        if not host or re.search(r"\s", value) or "@" in parts.netloc or parts.fragment:
            raise UnusableProvider(f"has a {name} that is no address")
        if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
            raise UnusableProvider(f"has a {name} that does not begin with https://")
        return value

    def _from_file(self, name: str) -> str:
        path = self._table[name]
        if not isinstance(path, str):
            raise UnusableProvider(f"has a {name} that is no path")
        try:
            return _contents(Path(path)).strip()
        except UnusableProvider as fault:
            raise UnusableProvider(f"has a {name} that can't be read ({fault})") from None
