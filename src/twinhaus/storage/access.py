"""What a store keeps of who may ask it, and the random values that are its own."""

import secrets

from msgspec import Struct

SECRET_NAMES = ("continuation", "identity")
_SECRET_BYTES = 32


def new_secrets() -> dict[str, bytes]:
    """The random values of a new store, by name."""
    return {name: secrets.token_bytes(_SECRET_BYTES) for name in SECRET_NAMES}


class Client(Struct, frozen=True):
    """A program that may ask for tokens. Its secret is kept as a hash only. Without locations it may go everywhere."""

    id: str
    name: str
    secret_hash: bytes
    scopes: tuple[str, ...]
    created: int
    locations: tuple[str, ...] = ()


class SigningKey(Struct, frozen=True):
    """A private key for tokens, as PEM text. The newest of a store signs, all of them verify."""

    id: str
    pem: str
    created: int
