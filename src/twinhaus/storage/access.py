"""What a store keeps of who may ask it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may ask for tokens. Its secret is kept as a hash only. Without locations it may go everywhere."""

    id: str
    name: str
    secret_hash: bytes
    scopes: tuple[str, ...]
    created: int
    locations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key for tokens, as PEM text. The newest of a store signs, all of them verify."""

    id: str
    pem: str
    created: int
