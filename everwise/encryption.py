"""Encrypts what the database keeps by a key that is derived from SECRET_KEY, so that a copied database holds no secret.

SECRET_KEY_FALLBACKS open what former keys closed.
"""

import base64
from collections.abc import Iterator
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def box(purpose: bytes) -> MultiFernet:
    """What encrypts and decrypts for one purpose, such as b"everwise.sso": each has keys of its own."""
    return _box(purpose, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _box(purpose: bytes, *keys: str) -> MultiFernet:
    return MultiFernet(list(_derived(purpose, keys)))


def _derived(purpose: bytes, keys: tuple[str, ...]) -> Iterator[Fernet]:
    for key in keys:
        made = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
        yield Fernet(base64.urlsafe_b64encode(made))
