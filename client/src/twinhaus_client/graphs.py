"""A twin and what surrounds it, asked for and answered as a tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from twinhaus_client.calls import Json, JsonObject
from twinhaus_client.filters.around import ModelFilter
from twinhaus_client.reading import array, json_object
from twinhaus_client.values import Direction, Twin, read_twin


@dataclass(frozen=True, slots=True)
class Related:
    """One step from a twin to others: over relationships of these names (none: any), to twins of this model.

    What is found stands under `alias` in the answer. `then` goes on from each twin that is found.
    """

    alias: str
    names: str | Sequence[str] = ()
    direction: Direction = "IncomingOrOutgoing"
    model: ModelFilter | None = None
    then: "Related | None" = None

    def to_json(self) -> JsonObject:
        """As `POST /twins/graph` takes it."""
        step: JsonObject = {
            "alias": self.alias,
            "relationshipNames": [self.names] if isinstance(self.names, str) else list(self.names),
            "direction": self.direction,
        }
        if self.model is not None:
            step |= {"modelNames": list(self.model.model_ids), "exactModelMatch": self.model.is_exact}
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
        return _read_twin(json_object(response).get(alias), steps)

    return read


def _read_twin(value: Json, steps: Sequence[Related]) -> GraphTwin:
    twin = read_twin(value)
    return GraphTwin(twin, {step.alias: _read_step(value.get(step.alias), step) for step in steps})


def _read_step(value: Json, step: Related) -> tuple[GraphTwin, ...]:
    further = () if step.then is None else (step.then,)
    return array(value, lambda found: _read_twin(found, further))
