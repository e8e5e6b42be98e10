"""One request on its way through: what a handler gets, and how it reads the body."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request

from twinhaus import strictjson
from twinhaus.auth.guard import Guard
from twinhaus.auth.scopes import Caller
from twinhaus.errors import NotFound, TooLarge, UnsupportedMediaType
from twinhaus.settings import Settings
from twinhaus.storage.store import Reader, Result, Store, Transaction
from twinhaus.strictjson import Json

_JSON_TYPES = ("application/json", "text/json")


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the handlers of one running server share."""

    settings: Settings
    store: Store
    guard: Guard
    continuation_key: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A request that its route has let through."""

    request: Request
    caller: Caller
    deployment: Deployment

    def path_parameter(self, name: str) -> str:
        """A part of the path, decoded by itself, so that an encoded slash belongs to it. Raises NotFound."""
        try:
            return unquote(self.request.path_params[name], errors="strict")
        except UnicodeDecodeError as error:
            raise NotFound("The path is not UTF-8.") from error

    async def read(self, job: Callable[[Reader], Result]) -> Result:
        return await asyncio.wrap_future(self.deployment.store.read(job))

    async def write(self, job: Callable[[Transaction], Result]) -> Result:
        """Done once the change is durable. A client that hangs up meanwhile does not stop it."""
        return await asyncio.shield(asyncio.wrap_future(self.deployment.store.write(job)))

    async def body(self) -> bytes:
        """The whole body. Raises TooLarge, as early as that is known, and UnsupportedMediaType for a compressed one."""
        if self.request.headers.get("content-encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType("The body must not be compressed.")
        most = self.deployment.settings.body_bytes_max
        announced = self.request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > most:
            raise TooLarge(f"A body has at most {most} bytes; this one announces {announced}.")
        parts: list[bytes] = []
        size = 0
        async for part in self.request.stream():
            size += len(part)
            if size > most:
                raise TooLarge(f"A body has at most {most} bytes.")
            parts.append(part)
        return b"".join(parts)

    async def json(self, *, empty: Json = None) -> Json:
        """The body's JSON value; `empty` where there is no body at all. Raises UnsupportedMediaType, MalformedJson."""
        body = await self.body()
        if not body and empty is not None:
            return empty
        content_type = self.media_type()
        if content_type not in _JSON_TYPES and not content_type.endswith("+json"):
            raise UnsupportedMediaType(
                f'The body must be application/json; got "{content_type or "no content type"}".'
            )
        return strictjson.read(body)

    def media_type(self) -> str:
        return self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
