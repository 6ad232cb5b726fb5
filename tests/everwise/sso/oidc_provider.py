"""A provider of OpenID Connect on this machine: oidc-provider-mock, whose ID tokens a test can change and sign."""

import io
import json
import threading
import warnings
from contextlib import contextmanager
from urllib.parse import urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.serving import make_server

with warnings.catch_warnings(record=True):
    # It uses what authlib and httpx are about to replace; nothing of ours can change it.
    import oidc_provider_mock

from everwise.config.sso import OIDC, Provider

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OidcProvider:
    """Its answers pass through here: `change` gets the claims of each ID token, and `key`, `algorithm` sign it."""

    def __init__(self):
        self.app = oidc_provider_mock.app()
        self.reset()

    def reset(self):
        self.change = lambda claims: claims
        self.key, self.algorithm = KEY, "RS256"
        self.answer = lambda address: None

    def __call__(self, environ, start_response):
        address = environ["PATH_INFO"]
        own = self.answer(address)
        if address == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            own = "200 OK", {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
        if own:
            return self._json(start_response, *own)
        if address != "/oauth2/token":
            return self.app(environ, start_response)
        said = []
        body = json.loads(b"".join(self.app(environ, lambda *head: said.append(head) or io.BytesIO().write)))
        if "id_token" in body:
            claims = self.change(jwt.decode(body["id_token"], options={"verify_signature": False}))
            body["id_token"] = jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": "one"})
        return self._json(start_response, said[0][0], body)

    def _json(self, start_response, status, body):
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    def provider(self, key="acme", **fields) -> Provider:
        """The settings by which we know it."""
        usual = {"name": "Acme", "domains": ("acme.example",), "client_id": "everwise", "client_secret": "s3cret"}
        return Provider(**{"id": key, "protocol": OIDC, "server": self.url, **usual, **fields})

    def knows(self, sub="pia-1", **claims) -> str:
        """Somebody whom it signs in, with a confirmed address unless told otherwise."""
        usual = {"email": "pia@acme.example", "email_verified": True, "name": "Pia Lund"}
        requests.put(f"{self.url}/users/{sub}", json={**usual, **claims}, timeout=10).raise_for_status()
        return sub

    def revoke(self, sub):
        requests.post(f"{self.url}/users/{sub}/revoke-tokens", timeout=10).raise_for_status()


@contextmanager
def running():
    provider = OidcProvider()
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


def address_of(client, key="acme", **fields) -> str:
    """Where the sign-in page leads."""
    return client.post(f"/accounts/oidc/{key}/login/", fields).context["address"]


def way_back(address, sub) -> str:
    """Signs in there; the path by which the browser comes back."""
    back = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def sign_in(client, sub, key="acme", **fields):
    """All the way, as a browser goes."""
    return client.get(way_back(address_of(client, key, **fields), sub))
