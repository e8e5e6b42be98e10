"""How a search went: which filters drove it, in turn, and how far each came."""

from typing import Literal

from msgspec import Struct


class Turn(Struct, frozen=True):
    """One statement of a search, driven by one filter.

    `wanted`: the twins of a page, or only whether more follow. It was `allowed` so many milliseconds, or to look at so
    many twins; None: without a limit. `found` is how many twins it came to, None where it was given up.
    """

    driver: str
    wanted: Literal["page", "more"]
    statement: str
    allowed: float | None
    unit: Literal["ms", "twins"]
    found: int | None
    seconds: float
