"""Operations on models."""

from collections.abc import Iterable, Mapping

from twinhaus_client.calls import JSON, Call, Json, JsonObject, conditions, encode, flags, path_of
from twinhaus_client.groups import Group, S_co, operation
from twinhaus_client.reading import json_object, many, nothing
from twinhaus_client.values import Model, read_model, tagged_model

_PATH = "/models"


class Models(Group[S_co]):
    """DTDL models, by their ids; `dtmi("Level")` makes one of a short name."""

    @operation
    def list(
        self, root_model: str | None = None, *, include_definitions: bool = False
    ) -> Call[tuple[Model, ...]]:
        """All models; or one, and all that extend it at any depth."""
        root = {} if root_model is None else {"rootModel": root_model}
        query = {**root, **flags(includeModelDefinitions=include_definitions)}
        return Call("GET", _PATH, many(read_model), query)

    @operation
    def get(self, model_id: str) -> Call[Model]:
        """The model with this id, with its definition. Raises NotFound."""
        return Call("GET", path_of("models", model_id), tagged_model)

    @operation
    def schema(self, model_id: str) -> Call[JsonObject]:
        """A JSON Schema (2020-12) of what `twins.put` takes for a twin of this model. Raises NotFound."""
        return Call("GET", path_of("models", model_id, "schema"), json_object)

    @operation
    def add(self, models: Iterable[Mapping[str, Json]]) -> Call[tuple[Model, ...]]:
        """Add interfaces in DTDL: all of them, or none. Those that are stored already stay as they are.

        Raises Invalid with every fault, and Conflict where a stored model comes as another.
        """
        body = encode([dict(model) for model in models])
        return Call(
            "POST", _PATH, many(read_model), headers=JSON, body=body
        )  # A second time changes nothing.

    @operation
    def decommission(
        self, model_id: str, *, decommissioned: bool = True, if_match: str | None = None
    ) -> Call[Model]:
        """Let a model take no new twins any more, or, if not `decommissioned`, again. Raises NotFound."""
        headers = {**JSON, **conditions(if_match, None)}
        body = encode({"decommissioned": decommissioned})
        return Call("PATCH", path_of("models", model_id), tagged_model, headers=headers, body=body)

    @operation
    def delete(self, model_id: str, *, if_match: str | None = None) -> Call[None]:
        """Delete a model. Its twins stay. Raises NotFound, and Conflict while other models need it."""
        path = path_of("models", model_id)
        return Call("DELETE", path, nothing, headers=conditions(if_match, None))
