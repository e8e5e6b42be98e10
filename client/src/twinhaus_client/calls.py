"""What can be asked of a server, as plain values: nothing here sends anything, so both clients can send it."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeAlias, TypeVar
from urllib.parse import quote

import httpx

T = TypeVar("T")

Json: TypeAlias = Any  # Free JSON.
JsonObject: TypeAlias = dict[str, Json]


class _Value(Protocol):
    """A value of ours that can be put."""

    def to_json(self) -> JsonObject: ...


V = TypeVar("V", bound=_Value)
Writable: TypeAlias = V | Mapping[str, Json]  # Or the contract's own JSON object for it.

JSON = {"Content-Type": "application/json"}
JSON_PATCH = {"Content-Type": "application/json-patch+json"}
NDJSON = {"Content-Type": "application/x-ndjson"}
_DOTS = {".": "%2E", "..": "%2E%2E"}  # As they are, they would be taken for steps of a path.
# Below /twins; a twin of such a name is told from them by its encoding.
_OPERATIONS = ("bulk", "count", "graph", "ids", "relationships")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, and how its answer is read. `path` is below the base URL, and percent-encoded already.

    `is_repeatable` says that sending it twice does what sending it once does, so that it may be sent again when
    nobody knows what became of it. A body that is not `bytes` is streamed, and can be sent only once.
    """

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] | None = field(
        default=None, repr=False
    )  # That for a token has the secret in it.
    is_repeatable: bool = True

    @property
    def is_replayable(self) -> bool:
        """Whether its body is still there to be sent once more."""
        return self.body is None or isinstance(self.body, bytes)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list's items in their order, and the token that continues it; None after the last page."""

    items: tuple[T, ...]
    continuation_token: str | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list that takes several calls: each page that is sent in yields the call for the next one."""

    walk: Callable[[], Generator[Call[Page[T]], Page[T], None]]


def path_of(*segments: str) -> str:
    """A path of these segments, the second an id; whatever is in one, a slash too, stays in it."""
    encoded = [_DOTS.get(segment) or quote(segment, safe="") for segment in segments]
    if segments[0] == "twins" and segments[1] in _OPERATIONS:
        encoded[1] = f"%{ord(segments[1][0]):X}{segments[1][1:]}"
    return "".join(f"/{segment}" for segment in encoded)


def encode(value: Json) -> bytes:
    """JSON text. Raises ValueError for NaN and infinities, which JSON cannot say."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def encode_writable(value: Writable[V]) -> bytes:
    """The JSON text of what is to be put."""
    return encode(dict(value) if isinstance(value, Mapping) else value.to_json())


def flags(**values: bool) -> dict[str, str]:
    """Those parameters that are true; a server's own default is false."""
    return {name: "true" for name, value in values.items() if value}


def conditions(if_match: str | None, if_none_match: str | None) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110 §13.1)."""
    asked = {"If-Match": if_match, "If-None-Match": if_none_match}
    return {name: tag for name, tag in asked.items() if tag is not None}
