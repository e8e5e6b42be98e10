"""Jobs that wait for a socket on an event loop."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import closing, suppress

import pytest
import uvloop

from twinhaus.storage.sql.postgres.on_loop import run_on_loop
from twinhaus.storage.sql.postgres.sending import Wait

LAST_WORDS = b"gone"
_PATIENCE_SECONDS = 30  # For what is never told of if this fails.


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_job_hears_all_that_a_lost_socket_has_to_tell(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    """Whoever is at the other end goes without having read all: his last words are heard bit by bit, then his end."""
    ours, theirs = socket.socketpair()

    def job(wait: Wait) -> bytes:
        heard = b""
        with suppress(ConnectionResetError):
            while True:
                wait(ours.fileno(), False)
                heard += ours.recv(1)
        return heard

    async def run() -> bytes:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await run_on_loop(job)

    with closing(ours), asyncio.Runner(loop_factory=new_loop) as runner:
        with closing(theirs):
            ours.send(b"never read")
            theirs.send(LAST_WORDS)
        assert runner.run(run()) == LAST_WORDS
