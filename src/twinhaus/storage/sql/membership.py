"""Whether a twin is one of those asked for: tests of its number, as SQL. Pure; values are parameters always."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from twinhaus.query.plan import ModelFilter

SqlValue = int | str
Test = Callable[[str], str]  # From the SQL of a twin's number to the SQL of a condition.


@dataclass(slots=True)
class Parameters:
    """Hands out parameter names, so that no value ever stands in the text."""

    values: dict[str, SqlValue] = field(default_factory=dict)

    def bind(self, value: SqlValue) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def bind_list(self, values: tuple[str, ...]) -> str:
        """One parameter for any number of values, as a JSON array."""
        return self.bind(json.dumps(values))


def is_any(key: str) -> str:
    """Every twin."""
    return "TRUE"


def is_named(names: tuple[str, ...], parameters: Parameters) -> str:
    """Of the relationship `edge`: that it has one of these names; without any, all do."""
    return f"edge.name IN (SELECT value FROM json_each({parameters.bind_list(names)}))" if names else "TRUE"


def is_instance(model: ModelFilter, parameters: Parameters) -> Test:
    """That a twin is an instance of one of these models."""
    table, number = ("twin", "number") if model.exact else ("kind", "twin")
    ids = parameters.bind_list(model.model_ids)
    wanted = f"SELECT model.number FROM model WHERE model.id IN (SELECT value FROM json_each({ids}))"
    return lambda key: (
        f"EXISTS (SELECT 1 FROM {table} AS other WHERE other.{number} = {key} AND other.model IN ({wanted}))"
    )


def is_visible(within: tuple[str, ...], parameters: Parameters) -> Test:
    """That a twin is located in one of these places; without any, all are seen."""
    if not within:
        return is_any
    ids = parameters.bind_list(within)
    places = f"SELECT place.number FROM twin AS place WHERE place.id IN (SELECT value FROM json_each({ids}))"
    return lambda key: (
        f"EXISTS (SELECT 1 FROM location AS seen WHERE seen.twin = {key} AND seen.place IN ({places}))"
    )
