"""What a token may allow. Scopes do not imply one another."""

from msgspec import Struct

from twinhaus.errors import Forbidden

TWINS_READ = "twins:read"
TWINS_WRITE = "twins:write"
MODELS_WRITE = "models:write"
TIME_SERIES_WRITE = "time-series:write"
ADMIN = "admin"
SCOPES = (TWINS_READ, TWINS_WRITE, MODELS_WRITE, TIME_SERIES_WRITE, ADMIN)
# What can be held to a location. Models are everyone's, and who administers could lift any restriction.
LOCAL_SCOPES = (TWINS_READ, TWINS_WRITE, TIME_SERIES_WRITE)


class Caller(Struct, frozen=True):
    """Who sent a request, as its token says. Without locations, ids of twins, a caller may go everywhere."""

    client_id: str
    scopes: frozenset[str]
    locations: tuple[str, ...] = ()


ANONYMOUS = Caller("anonymous", frozenset(SCOPES))  # Everyone, where a deployment runs with auth "none".


def insist_on_scope(caller: Caller, scope: str) -> None:
    """Raise Forbidden where the caller may not do what needs this scope."""
    if scope not in caller.scopes:
        raise Forbidden(scope)
