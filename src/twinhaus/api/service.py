"""Handlers of the service itself: is it alive, can it answer, and what does it speak."""

from starlette.responses import Response

from twinhaus.api.call import Call


async def is_alive(call: Call) -> Response:
    """GET /healthz: the process runs."""
    return Response(b'{"status":"ok"}', media_type="application/json")


async def is_ready(call: Call) -> Response:
    """GET /readyz: the store answers; 503 otherwise."""
    models = await call.read(lambda reader: len(reader.registry))
    return Response(f'{{"status":"ok","models":{models}}}', media_type="application/json")
