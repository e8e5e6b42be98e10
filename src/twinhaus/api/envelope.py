"""What is around every answer: a request id, the trace it belongs to, its being counted, and a last line against
unexpected errors.
"""

import logging
import re
import secrets
from asyncio import CancelledError
from itertools import count

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twinhaus.api.problems import problem
from twinhaus.errors import ServerStopped
from twinhaus.observability import UNMATCHED, request_began, request_ended

_LOG = logging.getLogger(__name__)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_PROCESS = secrets.token_hex(8)
_NUMBERS = count(1)
_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class Envelope:
    """Wraps the router. Scope gains `request_id`, `first_headers`, each name once, and a path that is still as it was
    sent; the router adds `template`, the path of the route.
    """

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        scope["first_headers"] = headers = dict(reversed(scope["headers"]))
        request_id = _request_id(headers)
        scope["request_id"] = request_id
        # The router compares decoded paths; an id may hold an encoded slash, so it is given the path as sent.
        scope["path"] = path = scope["raw_path"].decode("ascii", "replace")
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode("ascii")))
            await send(message)

        began = request_began()
        try:
            await self._inner(scope, receive, send_with_id)
        except ClientDisconnect:
            _LOG.info("request %s was given up by its client", request_id)
        except CancelledError:
            # Nothing but the end of the time that a server has to stop breaks a request off.
            _LOG.warning("request %s was broken off: the server stops", request_id)
            # An answer that has begun is left without its end, so that nobody takes it for whole.
            if not status:
                await problem(ServerStopped(), request_id)(scope, receive, send_with_id)
        except Exception as error:
            _LOG.exception("request %s failed: %s %s", request_id, scope["method"], path)
            if status:
                raise
            await problem(error, request_id)(scope, receive, send_with_id)
        finally:
            request_ended(scope["method"], scope.get("template", UNMATCHED), status, began)


def _request_id(headers: dict[bytes, bytes]) -> str:
    """The client's own id, else its trace's (W3C Trace Context), else a new one."""
    own = headers.get(b"x-request-id")
    if own is not None and _REQUEST_ID.fullmatch(own):
        return own.decode("ascii")
    trace = headers.get(b"traceparent")
    if trace is not None and (found := _TRACEPARENT.fullmatch(trace)):
        return found[1].decode("ascii")
    return f"{_PROCESS}{next(_NUMBERS):016x}"
