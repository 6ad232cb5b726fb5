"""The providers of single sign-on: what is read, and by which one line each mistake is refused."""

import json

import pytest

from everwise.config.environment import Environment
from everwise.config.sso import parse

OIDC = {
    "id": "acme",
    "name": "Acme",
    "protocol": "oidc",
    "domains": ["acme.example", "ACME.example.org"],
    "server": "https://login.acme.example/.well-known/openid-configuration",
    "client_id": "everwise",
    "client_secret": "s3cret",
}
CERTIFICATE = "MIIC" * 40
SAML = {
    "id": "bright",
    "name": "Brightwater",
    "protocol": "saml",
    "domains": ["brightwater.example"],
    "idp_entity_id": "https://idp.example/metadata",
    "sso_url": "https://idp.example/sso",
    "certificate": f"-----BEGIN CERTIFICATE-----\n{CERTIFICATE}\n-----END CERTIFICATE-----\n",
}


def faults(*tables) -> list[str]:
    return parse(json.dumps(tables))[1]


def test_good_providers_are_read():
    providers, wrong = parse(json.dumps([OIDC, SAML]))

    assert wrong == []
    acme, bright = providers["acme"], providers["bright"]
    assert (acme.domains, acme.server) == (("acme.example", "acme.example.org"), "https://login.acme.example")
    assert (acme.create_people, acme.passwords, acme.verified_claim) == (False, True, "email_verified")
    assert (bright.certificates, bright.slo_url) == ((CERTIFICATE,), "")


def test_toml_and_json_are_read_from_files_and_secrets_from_others(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n")
    table = {**OIDC, "client_secret_file": str(secret)}
    del table["client_secret"]
    as_json, as_toml = tmp_path / "sso.json", tmp_path / "sso.toml"
    as_json.write_text(json.dumps({"providers": [table]}))
    as_toml.write_text("[[providers]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items()))

    assert parse(str(as_json)) == parse(str(as_toml))
    assert parse(str(as_toml))[0]["acme"].client_secret == "from-a-file"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "Acme!"}, "provider 1 has a id that is not made of small letters, digits and hyphens"),
        ({"id": None}, "provider 1 has no id"),
        ({"name": ""}, 'provider "acme" has a name that is no text, or empty'),
        ({"name": "A" * 41}, 'provider "acme" has a name that has more than 40 characters'),
        ({"protocol": "ldap"}, 'provider "acme" has a protocol that is neither "oidc" nor "saml"'),
        ({"domains": None}, "has no domains"),
        ({"domains": []}, "has domains that are no list of texts"),
        ({"domains": ["@acme.example"]}, "has a domain that is none"),
        ({"domains": ["acme"]}, "has a domain that is none"),
        ({"create_people": "yes"}, "has create_people that is neither true nor false"),
        ({"server": "http://login.acme.example"}, "has a server that does not begin with https://"),
        ({"server": "https://"}, "has a server that is no address"),
        ({"server": "https://[::1"}, "has a server that is no address"),
        ({"server": "https://user:s3cret@login.example"}, "has a server that is no address"),
        ({"client_secret": None}, "has no client_secret"),
        ({"client_secret_file": "/nowhere"}, "has client_secret and client_secret_file, of which there can be one"),
        ({"client_secret": None, "client_secret_file": "/nowhere"}, "has a client_secret_file that can't be read"),
        ({"scopes": ["openid"]}, "has scopes without openid and email"),
        ({"sso_url": "https://idp.example"}, "has a key that its protocol does not know (sso_url)"),
    ],
)
def test_mistake_is_refused_in_one_line_without_the_secret(change, words):
    table = {name: value for name, value in {**OIDC, **change}.items() if value is not None}

    (fault,) = faults(table)

    assert words in fault
    assert "s3cret" not in fault


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"certificate": "not one"}, "has a certificate that is neither PEM nor base64"),
        ({"attributes": {"phone": "tel"}}, "has an attribute for phone; known are email, name and uid"),
        ({"attributes": "email"}, "has attributes that are no table"),
        ({"signing_key": "key"}, "has signing_key without signing_certificate"),
        ({"slo_url": "ftp://idp.example"}, "has a slo_url that does not begin with https://"),
        ({"idp_entity_id": None}, "has no idp_entity_id"),
    ],
)
def test_mistake_in_saml_is_refused_in_one_line(change, words):
    (fault,) = faults({name: value for name, value in {**SAML, **change}.items() if value is not None})
    assert words in fault


def test_each_mistake_has_a_line_and_good_ones_stay():
    providers, wrong = parse(json.dumps([OIDC, {**SAML, "sso_url": "x"}, "nonsense", {**OIDC, "id": "again"}]))
    assert list(providers) == ["acme"]
    assert wrong == [
        'provider "bright" has a sso_url that is no address',
        "provider 3 is no table of names and values",
        'provider "again" has the domain acme.example, which belongs to "acme" already',
    ]
    assert faults(OIDC, {**OIDC, "domains": ["other.example"]}) == [
        'provider "acme" is there twice: each needs an id of its own'
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[{", "is no JSON (Expecting"),
        ("{}", "has no list of providers"),
        ("[" * 100_000, "is no JSON"),
        ("/nowhere/sso.toml", "is neither JSON nor a file that can be read (No such file or directory)"),
        ("\0", "is neither JSON nor a file that can be read"),
    ],
)
def test_text_that_is_no_list_is_refused(value, words):
    environment = Environment({"SSO_PROVIDERS": value})
    assert environment.sso_providers("SSO_PROVIDERS") == {}
    (line,) = environment.faults
    assert line.startswith("SSO_PROVIDERS: ")
    assert words in line
    assert "\n" not in line


def test_loopback_may_be_asked_by_http():
    assert faults({**OIDC, "server": "http://127.0.0.1:9000"}) == []
