import pytest

from tests.everwise.sso import oidc_provider


@pytest.fixture(scope="session")
def _oidc_server():
    with oidc_provider.running() as provider:
        yield provider


@pytest.fixture
def acme(_oidc_server, settings):
    """Acme signs its people in by OpenID Connect, and makes people of them."""
    _oidc_server.reset()
    settings.SSO_PROVIDERS = {"acme": _oidc_server.provider(create_people=True)}
    return _oidc_server
