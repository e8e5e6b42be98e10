"""Everything a deployment can set, as one frozen value, loaded once.

Each field is also `TWINHAUS_…` in the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec

from twinhaus.errors import TwinhausError
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS

_PREFIX = "TWINHAUS_"


class BadSetting(TwinhausError):
    """A setting cannot be read."""

    code = "bad-setting"


@dataclass(frozen=True, slots=True)
class Settings:
    """What `twinhaus serve` runs with."""

    store: Path = Path("twinhaus.db")
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    readers: int = 2
    auth: str = "clients"
    issuer: str = ""
    audience: str = ""
    token_seconds: int = 3_600
    body_bytes_max: int = 4 * 1024 * 1024
    query_timeout_seconds: float = 30.0
    busy_timeout_seconds: float = 10.0  # How long a write waits for another process's.
    containment: tuple[str, ...] = CONTAINMENT_RELATIONSHIPS
    log_level: str = "info"


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; what is not set there keeps its default. Raises BadSetting."""
    found: dict[str, object] = {}
    for field in fields(Settings):
        text = environment.get(_PREFIX + field.name.upper())
        if text:
            found[field.name] = text.split(",") if field.name == "containment" else text
    try:
        return msgspec.convert(found, Settings, strict=False, dec_hook=lambda kind, text: kind(text))
    except msgspec.ValidationError as error:
        raise BadSetting(f"A setting in the environment cannot be read: {error}.") from error


def to_environment(settings: Settings) -> dict[str, str]:
    """The environment from which `load_settings` makes the same value, for the processes a server starts."""
    return {
        _PREFIX + field.name.upper(): _format(getattr(settings, field.name)) for field in fields(Settings)
    }


def _format(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
