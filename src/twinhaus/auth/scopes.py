"""What a token may allow. Scopes do not imply one another."""

from dataclasses import dataclass

TWINS_READ = "twins:read"
TWINS_WRITE = "twins:write"
MODELS_WRITE = "models:write"
TIME_SERIES_WRITE = "time-series:write"
ADMIN = "admin"
SCOPES = (TWINS_READ, TWINS_WRITE, MODELS_WRITE, TIME_SERIES_WRITE, ADMIN)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, as its token says."""

    client_id: str
    scopes: frozenset[str]


ANONYMOUS = Caller("anonymous", frozenset(SCOPES))  # Everyone, where a deployment runs with auth "none".
