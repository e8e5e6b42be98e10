"""Handlers of the service itself: is it alive, can it answer, and what has it done."""

import asyncio

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from twinhaus.api.call import Call
from twinhaus.observability import exposition


async def is_alive(call: Call) -> Response:
    """GET /healthz: the process runs."""
    return Response(b'{"status":"ok"}', media_type="application/json")


async def is_ready(call: Call) -> Response:
    """GET /readyz: the store answers; 503 otherwise."""
    models = await call.read(lambda reader: len(reader.registry))
    return Response(f'{{"status":"ok","models":{models}}}', media_type="application/json")


async def show_metrics(call: Call) -> Response:
    """GET /metrics: all processes of this server, in Prometheus's text format."""
    # With several processes it reads their files.
    return Response(await asyncio.to_thread(exposition), media_type=CONTENT_TYPE_PLAIN_0_0_4)
