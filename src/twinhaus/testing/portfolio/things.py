"""The nouns of a generated portfolio: things and their links, and the building and level they are on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from typing import NamedTuple

from twinhaus.strictjson import JsonObject

BUILDINGS_PER_LAND = 8
PORTFOLIO = "PORTFOLIO-1"
GRID_REGION = "GRID-1"


class Link(NamedTuple):
    """A relationship to be."""

    source: str
    name: str
    target: str
    substance: str = ""


class Thing(NamedTuple):
    """A twin to be. `brick` is its Brick class, if any; `detail` what its contents hold beside the usual."""

    id: str
    model: str
    brick: str
    name: str
    site: str
    detail: JsonObject
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Building:
    """What all that is in a building shares. `draw` answers the next random number, from 0 up to 1."""

    number: int
    seed: int
    levels: int
    rooms_per_level: int
    draw: Callable[[], float]
    id: str
    land: str

    def between(self, low: int, high: int) -> int:
        """The next random integer; both ends are possible."""
        return low + int(self.draw() * (high - low + 1))

    def date(self, first_year: int, last_year: int) -> str:
        """The next random day."""
        return f"{self.between(first_year, last_year)}-{self.between(1, 12):02}-{self.between(1, 28):02}"

    @property
    def meter(self) -> str:
        """The meter all its electricity goes through."""
        return f"{self.id}-EM"

    @property
    def chillers(self) -> tuple[str, str]:
        """What cools its water."""
        return f"{self.id}-CH-1", f"{self.id}-CH-2"

    @property
    def boiler(self) -> str:
        """What heats its water."""
        return f"{self.id}-BLR-1"


@dataclass(frozen=True, slots=True)
class Level:
    """A level as what is on it sees it. Its controller hosts every capability, as the next of `objects`."""

    building: Building
    label: str
    number: int
    id: str
    controller: str
    objects: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def tenant_unit(self) -> str:
        """All of its rooms, as they are let."""
        return f"{self.id}-UNIT"

    @property
    def air_handler(self) -> str:
        """What all its VAV boxes get their air from."""
        return f"{self.building.id}-AHU-{self.label}"


def company(number: int) -> str:
    """The id of a company; see `estate` for who is who."""
    return f"COMPANY-{number}"


def size(area: float) -> JsonObject:
    """The component that says how large a space of so many usable square metres is."""
    return {
        "area": {
            "grossArea": round(area * 1.15, 1),
            "usableArea": area,
            "rentableArea": round(area * 1.08, 1),
        }
    }


def unique_id(key: str, seed: int) -> str:
    """A UUID that depends on these two alone."""
    digest = blake2b(f"{seed}/{key}".encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"
