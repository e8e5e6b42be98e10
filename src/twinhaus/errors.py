"""What can go wrong, in the domain's words. HTTP statuses are the border's business (`api/problems.py`)."""

import re
from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct

_PLAIN_KEY = re.compile(r"[^.\[\]\"\s]+")


class Fault(Struct, frozen=True):
    """One thing wrong with a request: where (a path such as `contents.mappedIds[1].scope`), and what would be right."""

    path: str
    message: str


def path_to(parent: str, key: str | int) -> str:
    """The path of a member: `path_to("contents", "name")` is `contents.name`; keys that are not plain are quoted."""
    if isinstance(key, int):
        return f"{parent}[{key}]"
    if not _PLAIN_KEY.fullmatch(key):
        return path_to_quoted(parent, key)
    return f"{parent}.{key}" if parent else key


def path_to_quoted(parent: str, key: str) -> str:
    """The same, its key quoted whatever it is: `path_to_quoted("twins", "L01")` is `twins["L01"]`."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'{parent}["{escaped}"]'


def path_within(outer: str, inner: str) -> str:
    """A path as seen from further out: `path_within("patch", "[1].path")` is `patch[1].path`."""
    if inner == "$":
        return outer
    return f"{outer}{inner}" if inner.startswith("[") else f"{outer}.{inner}"


def by_path(faults: Iterable[Fault]) -> dict[str, list[str]]:
    """What is wrong at each path."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(fault.path, []).append(fault.message)
    return found


class TwinhausError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str | None = None) -> None:
        # What follows the first paragraph is for those who read the code.
        self.detail = detail or (self.__doc__ or "").strip().partition("\n\n")[0]
        super().__init__(self.detail)


class Invalid(TwinhausError):
    """The request is not valid; `errors` names every fault."""

    code = "invalid-request"

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__()

    def __str__(self) -> str:
        return "; ".join(f"{fault.path}: {fault.message}" for fault in self.faults)


class NotFound(TwinhausError):
    """There is no such thing here."""

    code = "not-found"


class UnknownTwin(NotFound):
    """There is no such twin here."""

    def __init__(self, twin_id: str) -> None:
        super().__init__(f'There is no twin "{twin_id}".')


class Conflict(TwinhausError):
    """The change contradicts what is stored."""

    code = "conflict"


class PreconditionFailed(TwinhausError):
    """It is not in the state the request's If-Match or If-None-Match asks for; read it again and retry."""

    code = "precondition-failed"


class TooLarge(TwinhausError):
    """The request body is over the limit."""

    code = "too-large"


class Unauthorized(TwinhausError):
    """The request needs a valid bearer token; POST /oauth2/token hands them out."""

    code = "unauthorized"


class Forbidden(TwinhausError):
    """The token lacks the scope this route needs."""

    code = "forbidden"

    def __init__(self, missing_scope: str) -> None:
        self.missing_scope = missing_scope
        super().__init__(f"This route needs the scope {missing_scope}, which the token does not carry.")


class ForeignOrigin(TwinhausError):
    """Without authorisation only programs of this machine are heard, and no page of another site."""

    code = "foreign-origin"


class OutsideLocations(TwinhausError):
    """A client restricted to locations writes only what is located there, and leaves it there."""

    code = "outside-locations"
    _NAMED_MAX = 10

    def __init__(self, *twin_ids: str) -> None:
        named = ", ".join(f'"{twin_id}"' for twin_id in twin_ids[: self._NAMED_MAX])
        super().__init__(
            f"This client is restricted to locations: it changes only twins that are located there, and they have to "
            f"stay there. That does not hold for {named}."
        )


class UnsupportedMediaType(TwinhausError):
    """The body must be application/json."""

    code = "unsupported-media-type"


class UnsupportedPatch(UnsupportedMediaType):
    """The body must be a JSON Patch."""

    accepted: ClassVar[str] = "application/json-patch+json, application/json"


class Unavailable(TwinhausError):
    """The store cannot answer just now; nothing was changed. Try again shortly."""

    code = "unavailable"
    retry_after_seconds: ClassVar[int] = 1


class ServerStopped(Unavailable):
    """The server stopped before this was done; a change may have been made, or not. Look before you try again."""

    code = "server-stopped"
    retry_after_seconds = 5


class QueryTimeout(Unavailable):
    """The query ran into its deadline. Narrow it with a further filter, or ask for a smaller page."""

    code = "query-timeout"
    retry_after_seconds = 5


class StorageFull(Unavailable):
    """The store has no room left to write to; nothing was changed. Free some disk space, then try again."""

    code = "storage-full"
    retry_after_seconds = 30


class StoreUnusable(Unavailable):
    """The store is damaged, is not one of twinhaus, or may not be used."""

    code = "store-unusable"
    retry_after_seconds = 60
