"""What a line of the table says of a predicate: which relationships it may become, or where its value goes."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from twinhaus.strictjson import Json

_STEP = re.compile(r"(?P<predicate>[^\[\]/]+|<[^>]+>)(?:\[(?P<node_class>[^\[\]]+)\])?")


class Way(Struct, frozen=True):
    """A relationship that a predicate may become; turned, its source is the object."""

    name: str
    is_turned: bool


class Step(NamedTuple):
    """A predicate, and of which class the node is that it leads to: of this one, or of none at all; "" is any."""

    predicate: str
    node_class: str


class Property(Struct, frozen=True):
    """The predicates that lead to a value, and the places it may have in contents: the first that the model has.
    `values` has what IRIs and texts mean there.
    """

    written: str
    steps: tuple[Step, ...]
    places: tuple[tuple[str, ...], ...]
    values: Mapping[str, Json]


class Branch:
    """The properties that begin alike, step by step: `here` is the one that ends here, `below` are those that go on."""

    def __init__(self) -> None:
        self.here: Property | None = None
        self.below: dict[str, list[tuple[str, Branch]]] = {}

    def _follow(self, step: Step) -> "Branch":
        branches = self.below.setdefault(step.predicate, [])
        for node_class, branch in branches:
            if node_class == step.node_class:
                return branch
        branch = Branch()
        branches.append((step.node_class, branch))
        return branch

    def add(self, property_: Property) -> None:
        """Add a property; of two with the same steps the first counts."""
        branch = self
        for step in property_.steps:
            branch = branch._follow(step)
        branch.here = branch.here or property_


def branches_of(properties: Iterable[Property]) -> Branch:
    """All properties, as a tree of their steps."""
    root = Branch()
    for property_ in properties:
        root.add(property_)
    return root


def read_steps(text: str) -> tuple[Step, ...] | None:
    """`brick:area/brick:value`, `ref:hasExternalReference[ref:TimeseriesReference]/ref:hasTimeseriesId`; None where it
    cannot be read.
    """
    steps, position = [], 0
    while step := _STEP.match(text, position):
        steps.append(Step(step["predicate"], step["node_class"] or ""))
        position = step.end()
        if position == len(text):
            return tuple(steps)
        if text[position] != "/":
            return None
        position += 1
    return None
