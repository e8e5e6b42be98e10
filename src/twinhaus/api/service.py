"""Handlers of the service itself: is it alive, can it answer, and what has it done."""

import asyncio

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.observability import exposition


async def is_alive(call: Call) -> Response:
    """GET /healthz: the process runs."""
    return JsonText(b'{"status":"ok"}')


async def is_ready(call: Call) -> Response:
    """GET /readyz: the store answers; 503 otherwise."""
    models = await call.read(lambda reader: len(reader.registry))
    return JsonText(f'{{"status":"ok","models":{models}}}')


async def show_metrics(call: Call) -> Response:
    """GET /metrics: all processes of this server, in Prometheus's text format."""
    # With several processes it reads their files.
    return Response(await asyncio.to_thread(exposition), media_type=CONTENT_TYPE_PLAIN_0_0_4)
