"""An issuer whose answers and tokens are made by hand."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.issuers.handmade import HandmadeIssuer, running_site


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """Its key."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@pytest.fixture
def issuer(key: rsa.RSAPrivateKey) -> Iterator[HandmadeIssuer]:
    """The issuer, listening."""
    with running_site() as (url, site):
        yield HandmadeIssuer(url, site, key)
