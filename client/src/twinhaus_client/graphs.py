"""A twin and what surrounds it, asked for and answered as a tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from twinhaus_client.calls import Json, JsonObject
from twinhaus_client.reading import Members, array, json_of
from twinhaus_client.values import Direction, Twin, read_twin


@dataclass(frozen=True, slots=True)
class Related:
    """One step from a twin to others: over relationships of these names (none: any), to twins of these models.

    What is found stands under `alias` in the answer. `then` goes on from each twin that is found.
    """

    alias: str
    names: Sequence[str] = ()
    direction: Direction = "IncomingOrOutgoing"
    models: Sequence[str] = ()
    exact: bool = False
    then: "Related | None" = None

    def to_json(self) -> JsonObject:
        """As `POST /twins/graph` takes it."""
        step: JsonObject = {
            "alias": self.alias,
            "relationshipNames": list(self.names),
            "modelNames": list(self.models),
            "exactModelMatch": self.exact,
            "direction": self.direction,
        }
        return step if self.then is None else {**step, "relationship": self.then.to_json()}


@dataclass(frozen=True, slots=True)
class GraphTwin:
    """A twin of such an answer. `related` leads from each alias to the twins that were found there, maybe none."""

    twin: Twin
    related: "dict[str, tuple[GraphTwin, ...]]" = field(default_factory=dict)


def graph_body(twin_id: str, steps: Sequence[Related], alias: str) -> JsonObject:
    """The body of `POST /twins/graph`."""
    return {"alias": alias, "id": twin_id, "relationships": [step.to_json() for step in steps]}


def read_graph(steps: Sequence[Related], alias: str) -> Callable[[httpx.Response], GraphTwin]:
    """Reads the answer to these steps."""

    def read(response: httpx.Response) -> GraphTwin:
        return _read_twin(Members(json_of(response), "a graph").get(alias), steps)

    return read


def _read_twin(value: Json, steps: Sequence[Related]) -> GraphTwin:
    members = Members(value, "a twin of a graph")
    related = {}
    for step in steps:
        further = () if step.then is None else (step.then,)
        found = members.get(step.alias, [])
        related[step.alias] = array(found, lambda one, further=further: _read_twin(one, further))  # type: ignore[misc]
    return GraphTwin(read_twin(value), related)
