"""How many examples a law is tried on: `TWINHAUS_LAW_EXAMPLES`; 400, 60 in CI, and thousands to search for more."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import seed, settings

EXAMPLES = int(os.environ.get("TWINHAUS_LAW_EXAMPLES") or 400)
PARTS = 8  # Each a test of its own, so that several processes share the work.


def hold(law: Callable[[Any], None], part: int, examples: float) -> None:
    """Try a part of a law's examples: where CI runs, the same every time."""
    profile = settings(max_examples=max(1, int(examples / PARTS)))
    (seed(part)(profile(law)) if settings().derandomize else profile(law))()  # type: ignore[call-arg]
