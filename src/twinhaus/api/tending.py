"""Letting a store do what it puts off while it writes."""

import asyncio

from twinhaus.errors import Unavailable
from twinhaus.storage.store import Store

_SECONDS_AFTER_FAILURE = 10.0


async def tend(store: Store) -> None:
    """Piece by piece, until there never is any more, or this is cancelled."""
    rest: float | None = 0.0
    while rest is not None:
        await asyncio.sleep(rest)
        try:
            rest = await asyncio.wrap_future(store.tend())
        except Unavailable:  # The disk is full, say. Whoever writes is told so.
            rest = _SECONDS_AFTER_FAILURE
