"""How both clients set up httpx."""

from typing import TypedDict

import httpx

from twinhaus_client.version import __version__

# A list may take a server of ours 30 seconds, after which it says so itself.
TIMEOUT_SECONDS = 40.0
_CONNECT_SECONDS = 10.0


class Options(TypedDict):
    """What httpx.Client and httpx.AsyncClient are made with."""

    timeout: httpx.Timeout
    headers: dict[str, str]


def options(timeout_seconds: float) -> Options:
    """For a client that waits this long for each part of an answer."""
    connect = min(timeout_seconds, _CONNECT_SECONDS)
    return Options(
        timeout=httpx.Timeout(timeout_seconds, connect=connect),
        headers={"User-Agent": f"twinhaus-client/{__version__}"},
    )
