"""Waiting for what other processes do, and tell nobody of."""

import time
from collections.abc import Callable

_PATIENCE_SECONDS = 60
_LOOK_SECONDS = 0.02


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Look again and again until something holds. Raises TimeoutError, saying what did not come to be."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what}: not after {_PATIENCE_SECONDS} seconds")
        time.sleep(_LOOK_SECONDS)
