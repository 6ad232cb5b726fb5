"""An identity provider of SAML, by pysaml2: it asks nobody for a password and signs in whomever a test says."""

import html
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

with warnings.catch_warnings():
    # It uses what cryptography is about to move; nothing of ours can change it.
    warnings.simplefilter("ignore")
    from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
    from saml2.config import IdPConfig
    from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
    from saml2.server import Server
    from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

PASSWORD_CLASS = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
# How pysaml2 writes eduPersonAffiliation.
GROUPS = "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"


class IdentityProvider:
    def __init__(self, folder: Path, key: Path, certificate: Path):
        self.folder, self.key, self.certificate = folder, key, certificate
        # Whom it signs in, and what it has been asked.
        self.person: dict[str, Any] = {}
        self.signed_out: list[str] = []
        self._saml: Server | None = None
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self.entity_id = f"{self.url}/metadata"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def settings(self, **fields: Any) -> dict[str, Any]:
        """One provider of SSO_PROVIDERS."""
        usual = {"id": "acme", "name": "Acme", "protocol": "saml", "domains": ["acme.example"]}
        addresses = {"idp_entity_id": self.entity_id, "sso_url": f"{self.url}/sso", "slo_url": f"{self.url}/slo"}
        return {**usual, **addresses, "certificate_file": str(self.certificate), **fields}

    def read(self, metadata: str) -> None:
        """What the installation says of itself."""
        (self.folder / "sp.xml").write_text(metadata)
        config = {
            "entityid": self.entity_id,
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [(f"{self.url}/sso", BINDING_HTTP_REDIRECT)],
                        "single_logout_service": [(f"{self.url}/slo", BINDING_HTTP_REDIRECT)],
                    },
                    "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": NAME_FORMAT_URI}},
                    "want_authn_requests_signed": False,
                }
            },
            "key_file": str(self.key),
            "cert_file": str(self.certificate),
            "metadata": {"local": [str(self.folder / "sp.xml")]},
            "xmlsec_binary": "/usr/bin/xmlsec1",
        }
        self._saml = Server(config=IdPConfig().load(config))

    def _sign_in(self, query: dict[str, list[str]]) -> str:
        """A page that posts the answer by itself."""
        assert self._saml is not None
        asked = self._saml.parse_authn_request(query["SAMLRequest"][0], BINDING_HTTP_REDIRECT).message
        said = self._saml.response_args(asked)
        answer = self._saml.create_authn_response(
            identity=self.person["attributes"],
            userid=self.person["id"],
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=self.person["id"]),
            authn={"class_ref": PASSWORD_CLASS, "authn_auth": self.url},
            sign_assertion=True,
            sign_alg=SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
            in_response_to=said["in_response_to"],
            destination=said["destination"],
            sp_entity_id=said["sp_entity_id"],
        )
        posted = self._saml.apply_binding(BINDING_HTTP_POST, str(answer), said["destination"], response=True)
        return posted["data"]

    def _sign_out(self, query: dict[str, list[str]]) -> str:
        """Where the browser goes on, with our answer."""
        assert self._saml is not None
        asked = self._saml.parse_logout_request(query["SAMLRequest"][0], BINDING_HTTP_REDIRECT).message
        self.signed_out.append(asked.name_id.text)
        answer = self._saml.create_logout_response(asked, [BINDING_HTTP_REDIRECT])
        address = self._saml.pick_binding("single_logout_service", [BINDING_HTTP_REDIRECT], "spsso", asked)[1]
        sent = self._saml.apply_binding(
            BINDING_HTTP_REDIRECT, str(answer), address, response=True, sign=True, sigalg=SIG_RSA_SHA256
        )
        return dict(sent["headers"])["Location"]

    def _handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = parse_qs(parts.query)
                if parts.path == "/sso":
                    body = provider._sign_in(query).encode()
                    self.send_response(200)
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                    self.end_headers()
                    self.wfile.write(body)
                elif parts.path == "/slo":
                    self.send_response(302)
                    self.send_header("Location", html.unescape(provider._sign_out(query)))
                    self.end_headers()
                else:
                    self.send_error(404)

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler
