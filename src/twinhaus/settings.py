"""Everything a deployment can set, as one frozen value, loaded once.

Each field is also `TWINHAUS_…` in the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from twinhaus.errors import TwinhausError

_PREFIX = "TWINHAUS_"


class BadSetting(TwinhausError):
    """A setting cannot be read."""

    code = "bad-setting"


@dataclass(frozen=True, slots=True)
class Settings:
    """What `twinhaus serve` runs with."""

    store: Path = Path("twinhaus.db")
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8080
    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    readers: Annotated[int, Meta(ge=1, le=64)] = 2
    auth: Literal["clients", "none"] = "clients"
    issuer: str = ""
    audience: str = ""
    token_seconds: Annotated[int, Meta(ge=60, le=86_400)] = 3_600
    body_bytes_max: Annotated[int, Meta(ge=1)] = 4 * 1024 * 1024
    models_bytes_max: Annotated[int, Meta(ge=1)] = (
        16 * 1024 * 1024
    )  # Ten times the largest ontology published.
    query_timeout_seconds: Annotated[float, Meta(gt=0)] = 30.0
    busy_timeout_seconds: Annotated[float, Meta(ge=0)] = 10.0  # How long a write waits for another process's.
    audit_days: Annotated[int, Meta(ge=0, le=100_000)] = 0  # How long the audit trail is kept; 0: for ever.
    containment: tuple[str, ...] = ()  # None named: those that the store follows already.
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
