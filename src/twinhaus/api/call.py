"""One request on its way through: what a handler gets, and how it reads the body."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import ClientDisconnect, Request

from twinhaus import strictjson
from twinhaus.api.outcomes import outcome
from twinhaus.api.parameters import Parameters
from twinhaus.audit import Author
from twinhaus.auth.guard import Admission, Guard
from twinhaus.auth.scopes import insist_on_scope
from twinhaus.errors import NotFound, TooLarge, UnsupportedMediaType, UnsupportedPatch
from twinhaus.members import Faults
from twinhaus.settings import Settings
from twinhaus.storage.acting import acting_for
from twinhaus.storage.places import Places
from twinhaus.storage.restricted import restricted_reader, restricted_transaction
from twinhaus.storage.store import NOTHING_EXPECTED, Expected, Reader, Result, Store, Transaction
from twinhaus.storage.streams import Stream
from twinhaus.strictjson import Json

BULKS_MAX = 8  # Bulk requests of one graph at a time; each may keep a spool or two on disk.
BULKS_IN_ALL_MAX = 64  # Those of all instances of a server.
_JSON_TYPES = ("application/json", "text/json")
_PATCH_TYPES = ("application/json-patch+json", *_JSON_TYPES)


class Deployment(Struct, frozen=True):
    """What the handlers of one graph share in a running server; the graph of an instance, or the one without a name."""

    settings: Settings
    store: Store
    guard: Guard
    continuation_key: bytes
    instance: str | None
    bulk_places: Places


class Call(Struct, frozen=True):
    """A request that its route has let through."""

    request: Request
    admission: Admission
    deployment: Deployment
    needed_scope: str | None
    parameter_names: tuple[str, ...]
    admit: Callable[[], Awaitable[Admission]]

    async def renewed(self) -> "Call":
        """The same, let in anew: what takes long may outlive a token. Raises Unauthorized and Forbidden."""
        return replace(self, admission=await self.admit())

    async def confirm(self) -> None:
        """For a handler that begins to answer before it asks the store. Raises Unauthorized and Forbidden."""
        await self.read_briefly(lambda reader: None)

    @property
    def author(self) -> Author:
        """Whom the audit trail names for what this request changes."""
        return Author(self.admission.caller.client_id, self.request.scope["request_id"])

    def header(self, name: bytes) -> str:
        """As `header` below."""
        return header(self.request, name)

    def path_parameter(self, name: str) -> str:
        """A part of the path, decoded by itself, so that an encoded slash belongs to it. Raises NotFound."""
        try:
            return unquote(self.request.path_params[name], errors="strict")
        except UnicodeDecodeError as error:
            raise NotFound("The path is not UTF-8.") from error

    def parameters(self, faults: Faults) -> Parameters:
        """The query parameters of its route; what is wrong with them is noted."""
        return Parameters(self.request, self.parameter_names, faults)

    def _places(self, reader: Reader) -> tuple[str, ...]:
        """Where the caller may go, if it still may: in the snapshot of this very job. Raises Unauthorized, Forbidden.

        Every job sees what its caller may see, and no more: that is settled here, for all handlers.
        """
        caller = self.deployment.guard.caller_in(reader, self.admission)
        if self.needed_scope is not None:
            insist_on_scope(caller, self.needed_scope)
        return caller.locations

    async def read(self, job: Callable[[Reader], Result]) -> Result:
        """What a job finds in one snapshot."""
        return await asyncio.wrap_future(
            self.deployment.store.read(lambda reader: job(restricted_reader(reader, self._places(reader))))
        )

    async def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        """The same for a job that should be brief, and need not change threads for it."""
        return await self.deployment.store.read_briefly(
            lambda reader: job(restricted_reader(reader, self._places(reader)))
        )

    async def write(
        self, job: Callable[[Transaction], Result], expected: Expected = NOTHING_EXPECTED
    ) -> Result:
        """Done once the change is durable. A client that hangs up meanwhile does not stop it."""
        act = acting_for(
            self.author,
            lambda transaction: job(restricted_transaction(transaction, self._places(transaction))),
        )
        return await outcome(self.deployment.store.write(act, expected))

    async def stream(self, job: Callable[[Reader], Iterator[bytes]]) -> Stream[bytes]:
        """A long answer from one snapshot, to be closed in any case. Raises Unavailable where too many run."""
        return self.deployment.store.stream(
            lambda reader: job(restricted_reader(reader, self._places(reader)))
        )

    def refuse_compressed(self) -> None:
        """Raises UnsupportedMediaType for a compressed body."""
        if self.header(b"content-encoding").lower() not in ("", "identity"):
            raise UnsupportedMediaType("The body must not be compressed.")

    async def body(self, bytes_max: int | None = None) -> bytes:
        """The whole body, of at most what the settings allow for any, or of another size.

        Raises TooLarge, as early as that is known, and UnsupportedMediaType for a compressed one.
        """
        self.refuse_compressed()
        most = bytes_max or self.deployment.settings.body_bytes_max
        announced = self.header(b"content-length")
        if announced.isdigit() and int(announced) > most:
            raise TooLarge(f"A body has at most {most} bytes; this one announces {announced}.")
        parts: list[bytes] = []
        size = 0
        while True:
            message = await self.request.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise TooLarge(f"A body has at most {most} bytes.")
            if not message.get("more_body", False):
                return b"".join(parts)

    async def json(self) -> Json:
        """The body's JSON value. Raises TooLarge, UnsupportedMediaType, MalformedJson."""
        return strictjson.read(await self.json_text())

    async def json_text(self, *, optional: bool = False, bytes_max: int | None = None) -> bytes:
        """The body, as `body` reads it, which must say that it is JSON, unless it is empty and optional.

        Raises TooLarge, UnsupportedMediaType.
        """
        body = await self.body(bytes_max)
        if optional and not body:
            return body
        content_type = self.media_type()
        if content_type not in _JSON_TYPES and not content_type.endswith("+json"):
            raise UnsupportedMediaType(
                f'The body must be application/json; got "{content_type or "no content type"}".'
            )
        return body

    async def json_patch(self) -> Json:
        """The JSON value of a body that is a JSON Patch, and no other kind of patch.

        Raises TooLarge, UnsupportedPatch, MalformedJson.
        """
        body = await self.body()
        content_type = self.media_type()
        if content_type not in _PATCH_TYPES:
            got = content_type or "no content type"
            raise UnsupportedPatch(
                f'The patch must be application/json-patch+json or application/json; got "{got}".'
            )
        return strictjson.read(body)

    def media_type(self) -> str:
        return self.header(b"content-type").partition(";")[0].strip().lower()


def header(request: Request, name: bytes) -> str:
    """A header's first value; "" where it was not sent. The name is in lower case, as ASGI has it."""
    value: bytes = request.scope["first_headers"].get(name, b"")
    return value.decode("latin-1")
