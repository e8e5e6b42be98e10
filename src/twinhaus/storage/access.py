"""What a store keeps of who may ask it."""

from msgspec import Struct


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
