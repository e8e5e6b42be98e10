"""Everything a deployment can set, as one frozen value, loaded once.

Each field is also `TWINHAUS_…` in the environment.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from twinhaus.errors import TwinhausError

_PREFIX = "TWINHAUS_"
# What only tests and measurements read, beside all that begin with the first of them.
_OF_TESTS = (
    "TWINHAUS_TEST_",
    "TWINHAUS_EXPLORER_STORE",
    "TWINHAUS_GENERATED_REQUESTS",
    "TWINHAUS_LAW_EXAMPLES",
    "TWINHAUS_MACHINE_RUNS",
    "TWINHAUS_PICTURES",
)
ANY_ORIGIN = "*"
INSTANCE_IN_HOST = INSTANCE_IN_AUDIENCE = "{instance}"  # Stands for the name of an instance.
_INSTANCE_HOST = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]*\{instance\}[a-z0-9-]*(?:\.[a-z0-9-]+)+")
# What msgspec says of a member that it cannot read.
_UNREADABLE = re.compile(r"(?P<why>.+?)(?:, got `\w+`)? - at `\$\.(?P<name>\w+).*`")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_ISSUER = re.compile(r"https?://[\w.:\[\]-]+(/[\w.~/:%!$&'()*+;=-]*)?", re.ASCII)


class BadSetting(TwinhausError):
    """A setting cannot be read."""

    code = "bad-setting"


@dataclass(frozen=True, slots=True)  # A Struct would show the store's password to whoever logs it.
class Settings:
    """What `twinhaus serve` runs with."""

    # A path, or a URL, which may have a password in it.
    store: str = field(default="twinhaus.db", repr=False)
    instance: str = ""  # The instance that is meant; without it, the graph that has no name.
    instance_host: str = ""  # How the hosts of instances are named: "{instance}.example.com".
    instance_idle_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 300
    instances_open_max: Annotated[int, Meta(ge=1, le=100_000)] = 500
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8080
    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    readers: Annotated[int, Meta(ge=0, le=64)] = 0  # 0: as many as suit the engine.
    auth: Literal["clients", "none"] = "clients"
    issuer: str = ""
    audience: str = ""
    cors_origins: tuple[str, ...] = ()  # Whose pages may ask from a browser; ANY_ORIGIN: everyone's.
    token_seconds: Annotated[int, Meta(ge=60, le=86_400)] = 3_600
    body_bytes_max: Annotated[int, Meta(ge=1)] = 4 * 1024 * 1024
    # Of an answer that is worth compressing; 0: none is.
    compress_bytes_min: Annotated[int, Meta(ge=0)] = 4_096
    # Ten times the largest ontology published.
    models_bytes_max: Annotated[int, Meta(ge=1)] = 16 * 1024 * 1024
    spool_bytes_max: Annotated[int, Meta(ge=1)] = 256 * 1024 * 1024  # On disk, while a bulk request lasts.
    spool_folder: str = ""  # Where that is; without it, beside the store's file.
    query_timeout_seconds: Annotated[float, Meta(gt=0)] = 30.0
    busy_timeout_seconds: Annotated[float, Meta(ge=0)] = 10.0  # How long a write waits for another process's.
    stop_seconds: Annotated[int, Meta(ge=1, le=3_600)] = 25  # How long requests may go on once it is to stop.
    audit_days: Annotated[int, Meta(ge=0, le=100_000)] = 0  # How long the audit trail is kept; 0: for ever.
    containment: tuple[str, ...] = ()  # None named: those that the store follows already.
    # Paths in contents, as filters have them. None named in either: those that the store indexes already.
    index_only: tuple[str, ...] = ()
    index_except: tuple[str, ...] = ()
    log_level: str = "info"
    explorer_client_id: str = ""  # As whom the explorer's page signs people in at the trusted issuers.
    explorer_scope: str = "openid"  # What it asks them for, with spaces between.
    trusted_issuers: tuple[str, ...] = ()  # Other issuers whose tokens are good here, by their URLs.
    trusted_audiences: tuple[str, ...] = ()  # Those tokens must be made for one of these.
    trusted_scope_claims: tuple[str, ...] = ("scope", "scp", "roles")
    trusted_scope_prefix: str = ""
    trusted_locations_claim: str = "locations"
    trusted_require_locations: bool = False
    trusted_keys_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 600
    trusted_retry_seconds: Annotated[int, Meta(ge=0, le=600)] = 10

    def __post_init__(self) -> None:
        """Raise ValueError where one cannot be read, or where settings do not go together."""
        if self.instance_host and not _INSTANCE_HOST.fullmatch(self.instance_host):
            raise ValueError(
                f"instance_host: {self.instance_host!r} is not the name of a host, in lower case, with "
                f"{INSTANCE_IN_HOST} in one place, such as {INSTANCE_IN_HOST}.example.com"
            )
        for origin in self.cors_origins:
            _insist_on_origin(origin)
        for issuer in self.trusted_issuers:
            _insist_on_issuer(issuer)
        if self.issuer in self.trusted_issuers:
            raise ValueError(f"trusted_issuers: {self.issuer} is this server's own name")
        if self.trusted_issuers and not any(self.trusted_audiences):
            raise ValueError("trusted_audiences: needed, since there are trusted issuers")
        if self.trusted_issuers and not any(self.trusted_scope_claims):
            raise ValueError("trusted_scope_claims: needed, since there are trusted issuers")
        _insist_on_distinct(self.trusted_audiences)

    def trusted_audiences_of(self, instance: str | None) -> tuple[str, ...]:
        """What the tokens of other issuers must be made for, to be good for an instance, or for the graph without a
        name: never the same for two of them.
        """
        if instance is None:
            return tuple(one for one in self.trusted_audiences if INSTANCE_IN_AUDIENCE not in one)
        return tuple(
            one.replace(INSTANCE_IN_AUDIENCE, instance)
            for one in self.trusted_audiences
            if INSTANCE_IN_AUDIENCE in one
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, and reached by no other."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _insist_on_distinct(audiences: tuple[str, ...]) -> None:
    """No audience may stand for two graphs: with one place for a name, in one of them, it stands for one."""
    named = [one for one in audiences if INSTANCE_IN_AUDIENCE in one]
    if sum(one.count(INSTANCE_IN_AUDIENCE) for one in named) > 1:
        raise ValueError(f"trusted_audiences: {INSTANCE_IN_AUDIENCE} may stand in one place only")
    before, _, after = "".join(named).partition(INSTANCE_IN_AUDIENCE)
    for other in audiences if named else ():
        if other not in named and re.fullmatch(f"{re.escape(before)}[a-z0-9-]+{re.escape(after)}", other):
            raise ValueError(f"trusted_audiences: {other!r} would be that of an instance, too")


def _insist_on_origin(origin: str) -> None:
    """It is compared as a text, so one that is not spelled as browsers send it (RFC 6454 §6.2) would never match."""
    default_port = {"http": ":80", "https": ":443"}.get(origin.partition(":")[0])
    is_spelled_so = _ORIGIN.fullmatch(origin) and not (default_port and origin.endswith(default_port))
    if origin != ANY_ORIGIN and not is_spelled_so:
        raise ValueError(
            f"cors_origins: {origin!r} is not an origin as browsers send it, in lower case and with nothing after the "
            "host, or after a port that is not the usual one: https://app.example.com"
        )


def _insist_on_issuer(url: str) -> None:
    """An issuer is a URL that nobody can listen to or change on the way (OpenID Connect Core §2, RFC 8414 §2)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not (host and is_safe and _ISSUER.fullmatch(url)):
        raise ValueError(
            f"trusted_issuers: {url!r} is not the https URL of an issuer, without query and fragment; "
            "http is good enough on this machine only"
        )


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; what is not set there keeps its default. Raises BadSetting."""
    found: dict[str, object] = {}
    for one in fields(Settings):
        text = environment.get(_PREFIX + one.name.upper())
        if text:
            found[one.name] = text.split(",") if isinstance(one.default, tuple) else text
    try:
        return msgspec.convert(found, Settings, strict=False)
    except msgspec.ValidationError as error:
        told = _told(str(error), environment)
        raise BadSetting(f"A setting in the environment cannot be read: {told}.") from error


def _told(error: str, environment: Mapping[str, str]) -> str:
    """What is wrong with which variable; what goes wrong with several settings is told in our own words already."""
    found = _UNREADABLE.fullmatch(error)
    if found is None:
        return error
    variable = _PREFIX + found["name"].upper()
    return f"{variable}={environment[variable]}: {found['why']}"


def unread_variables(
    options: Collection[str], environment: Mapping[str, str] = os.environ
) -> Iterator[tuple[str, str | None]]:
    """Variables with a name like ours that neither settings nor these options read, in order; each with the nearest
    that is read, where one is near.
    """
    read = {*to_environment(Settings()), *options}
    for name in sorted(environment):
        is_ours = name.upper().startswith(_PREFIX) and not name.startswith(_OF_TESTS)
        if is_ours and name not in read and environment[name]:
            # Without what all begin with, by which any two would be near.
            nearest = get_close_matches(_after_prefix(name.upper()), map(_after_prefix, read), n=1)
            yield name, _PREFIX + nearest[0] if nearest else None


def _after_prefix(name: str) -> str:
    return name.removeprefix(_PREFIX)


def to_environment(settings: Settings) -> dict[str, str]:
    """The environment from which `load_settings` makes the same value, for the processes a server starts."""
    return {_PREFIX + one.name.upper(): _format(getattr(settings, one.name)) for one in fields(Settings)}


def _format(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)
